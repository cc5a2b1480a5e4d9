// The event stream: what a page was told, it was told once; what it missed, it is told when it comes back.
import { describe, expect, test } from 'vitest';
import type { ServerEvent } from '../../server/contract/state.ts';
import { EventHub } from '../../server/http/events.ts';
import { readEvents, type Reading, type Received } from './event-reader.ts';
import { emptyState, openTestServer } from './local-server.ts';

/** An event that carries a number. */
const numbered = (number: number, filling = ''): ServerEvent => ({
  ...{ type: 'chat-text', chat: 'c', message: 'm', at: 0 },
  piece: `${number}:${filling}`,
});
const numberOf = ({ event }: Received) => (event.type === 'chat-text' ? Number.parseInt(event.piece, 10) : event.type);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the event stream', () => {
  test('begins with how things are, for a reader that saw nothing yet', async () => {
    const state = { ...emptyState, version: '1.2.3' };
    const server = await openTestServer([], { state: () => state });
    server.hub.publish(numbered(1));
    const received: Received[] = [];
    const reading = await readEvents(server, { cookie: await server.cookie(), onEvent: (one) => received.push(one) });
    server.hub.publish(numbered(2));
    await expect.poll(() => received.length).toBe(2);
    reading.cut();
    expect(reading.response.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(received[0]).toEqual({ id: 'test-1', event: { type: 'state', state } });
    expect(received[1]).toEqual({ id: 'test-2', event: numbered(2) });
  });

  test('loses and doubles nothing through a hundred cut connections', async () => {
    const server = await openTestServer();
    const cookie = await server.cookie();
    const total = 3000;
    const received: Received[] = [];
    let [cuts, published] = [0, 0];
    const publish = (count: number) => {
      for (const end = Math.min(total, published + count); published < end;) {
        published += 1;
        server.hub.publish(numbered(published, 'x'.repeat(published % 90)));
      }
    };
    const onEvent = (one: Received) => {
      received.push(one);
      // What comes in brings new events about, so that connections are cut in the stream of them and between.
      publish(1);
    };
    let lastId: string | undefined;
    while (cuts < 100 || received.length < total + 1) {
      // What a reader saw nothing of is told by the snapshot that it begins with: that one is let through.
      const bytesMax = cuts < 100 ? (cuts === 0 ? 900 : 150) + ((cuts * 7919) % 2500) : Infinity;
      const reading: Reading = await readEvents(server, {
        cookie,
        ...(lastId !== undefined && { lastId }),
        bytesMax,
        onEvent,
      });
      expect(reading.status).toBe(200);
      publish(cuts < 100 ? 3 : total);
      if (cuts >= 100) await expect.poll(() => received.length).toBe(total + 1);
      else await feedUntilCut(reading, () => publish(1));
      reading.cut();
      await reading.ended;
      cuts += 1;
      lastId = received.at(-1)?.id ?? lastId;
    }
    expect(cuts).toBe(101);
    expect(received.map(numberOf)).toEqual(['state', ...upTo(total)]);
  });

  test('begins anew with how things are when what was missed is not known any more', async () => {
    const hub = new EventHub({ epoch: 'test', keptMax: 10 });
    const server = await openTestServer([], { hub });
    const cookie = await server.cookie();
    for (const number of upTo(30)) hub.publish(numbered(number));
    const firstAfter = async (lastId: string) => {
      const received: Received[] = [];
      const reading = await readEvents(server, { cookie, lastId, onEvent: (one) => received.push(one) });
      hub.publish(numbered(31));
      await expect.poll(() => received.some((one) => numberOf(one) === 31)).toBe(true);
      reading.cut();
      return received.map(numberOf)[0];
    };
    expect(await firstAfter('test-28')).toBe(29);
    for (const id of ['test-19', 'test-400', 'other-30', '30', '', 'test--1', 'test-1e1', 'test-x']) {
      expect(await firstAfter(id), id).toBe('state');
    }
  });

  test('drops a reader that does not read, and lets it take up where it was', async () => {
    const server = await openTestServer([], { limits: { behindBytesMax: 200_000 } });
    const cookie = await server.cookie();
    const received: Received[] = [];
    const onEvent = (one: Received) => received.push(one);
    const reading = await readEvents(server, { cookie, onEvent });
    reading.response.pause();
    let published = 0;
    // Nothing is read meanwhile: a paused reader, and no turn for the sockets.
    while (published < 40) server.hub.publish(numbered((published += 1), 'x'.repeat(50_000)));
    reading.response.resume();
    await reading.ended;
    expect(received.length).toBeLessThan(40);
    const again = await readEvents(server, { cookie, lastId: received.at(-1)?.id ?? '', onEvent });
    server.hub.publish(numbered((published += 1)));
    await expect.poll(() => received.map(numberOf).at(-1)).toBe(published);
    again.cut();
    const numbers = received.map(numberOf).filter((one) => one !== 'state');
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('says that it is still there, in comments that are no events', async () => {
    const server = await openTestServer([], { limits: { heartbeatMs: 20 } });
    const received: Received[] = [];
    const reading = await readEvents(server, { cookie: await server.cookie(), onEvent: (one) => received.push(one) });
    await expect.poll(() => reading.other.filter((part) => part.startsWith(': ')).length).toBeGreaterThan(2);
    reading.cut();
    expect(received.map(numberOf)).toEqual(['state']);
  });

  test('is given to so many readers at once, and to another as soon as one is gone', async () => {
    const server = await openTestServer([], { limits: { streamsMax: 1 } });
    const cookie = await server.cookie();
    const first = await readEvents(server, { cookie, onEvent: () => undefined });
    expect((await server.ask('/api/events', { headers: { cookie } })).status).toBe(503);
    first.cut();
    await expect
      .poll(async () => {
        const next = await readEvents(server, { cookie, onEvent: () => undefined });
        next.cut();
        return next.status;
      })
      .toBe(200);
  });

  test('ends when the server does', async () => {
    const server = await openTestServer();
    const reading = await readEvents(server, { cookie: await server.cookie(), onEvent: () => undefined });
    await server.server.close();
    await reading.ended;
    await expect(server.ask('/')).rejects.toThrow(/ECONNREFUSED/);
  });
});

async function feedUntilCut(reading: Reading, feed: () => void): Promise<void> {
  let isOver = false;
  void reading.ended.then(() => (isOver = true));
  while (!isOver) {
    feed();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the hub', () => {
  test('keeps the newest events, by number and by size', () => {
    const hub = new EventHub({ epoch: 'e', keptMax: 5, keptCharactersMax: 1000 });
    for (const number of upTo(20)) hub.publish(numbered(number));
    expect(hub.missedSince('e-15')).toHaveLength(5);
    expect(hub.missedSince('e-14')).toBeUndefined();
    expect(hub.missedSince('e-20')).toEqual([]);
    hub.publish(numbered(21, 'x'.repeat(950)));
    expect(hub.missedSince('e-20')?.length ?? 0).toBeLessThanOrEqual(1);
    expect(hub.missedSince('e-19')).toBeUndefined();
  });
});
