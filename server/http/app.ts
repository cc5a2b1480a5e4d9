// The local server's application: what every request passes on its way, in this order.
import express, { type Express, type Router } from 'express';
import type { AppState } from '../contract/state.ts';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { eventRoutes } from './event-stream.ts';
import type { EventHub } from './events.ts';
import type { HttpLimits } from './limits.ts';
import { problemHandler } from './problem.ts';
import { atMost, jsonOnly, ownHost, ownOrigin, ownPage, ownSession, protect, type Gate } from './security.ts';

export interface HttpDeps extends Gate {
  /** Served without a session and to any asker on this computer: pages, scripts, manifest. Paths outside /api. */
  readonly open: readonly Router[];
  /** Routes below /api, made by the functions of `routes/`. */
  readonly routes: readonly Router[];
  readonly hub: EventHub;
  readonly state: () => AppState;
  readonly limits: HttpLimits;
  /** One line about a request that failed. */
  readonly log: (line: string) => void;
}

export function createHttpApp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('case sensitive routing', true).set('query parser', 'simple');
  app.use(protect, ownHost(deps), ownOrigin(deps));
  app.use('/api', ownPage(deps), ownSession(deps), jsonOnly);
  app.use(eventRoutes(deps.hub, deps.state, deps.limits));
  app.use('/api', atMost(deps.limits.requestsMax));
  for (const routes of [...deps.open, ...deps.routes]) app.use(routes);
  app.use(() => {
    throw new RowscribeError('not-found', { what: both('这个地址', 'this address') });
  });
  app.use(problemHandler(deps.log));
  return app;
}
