// Events as a stream that a browser takes up again by itself: nothing lost, nothing twice, no slow reader kept.
import type { Response, Router } from 'express';
import type { AppState } from '../contract/state.ts';
import { RowscribeError } from '../errors.ts';
import type { EventHub } from './events.ts';
import type { HttpLimits } from './limits.ts';
import { newRoutes } from './route.ts';

/**
 * `GET /api/events`: what was published since `Last-Event-ID`, else `state` as it is now, then everything that happens.
 * Every event is an unnamed one (`message` in the browser) whose data is one `ServerEvent` in JSON.
 */
export function eventRoutes(hub: EventHub, state: () => AppState, limits: HttpLimits): Router {
  const routes = newRoutes();
  let streams = 0;
  routes.get('/api/events', (request, response) => {
    if (streams >= limits.streamsMax) throw new RowscribeError('server-busy', {});
    const seen = request.get('last-event-id');
    const missed = seen === undefined ? undefined : hub.missedSince(seen);
    const first = missed ?? [hub.frame({ type: 'state', state: state() })];
    streams += 1;
    response.status(200).type('text/event-stream');
    response.write(`retry: 1000\n\n${first.join('')}`);
    const leave = hub.subscribe((frame) => send(response, frame, limits.behindBytesMax));
    const heartbeat = setInterval(() => send(response, ': still here\n\n', limits.behindBytesMax), limits.heartbeatMs);
    response.once('close', () => {
      streams -= 1;
      clearInterval(heartbeat);
      leave();
    });
  });
  return routes;
}

function send(response: Response, frame: string, behindBytesMax: number): void {
  if (response.writableLength > behindBytesMax) response.destroy();
  else response.write(frame);
}
