// Several model servers as one engine: who gets what, and what happens when some of them fail.
import { describe, expect, test } from 'vitest';
import { createOpenAiFleet, type OpenAiFleetOptions } from '../../server/engines/openai-fleet.ts';
import type { Clock } from '../../server/ports/clock.ts';
import type { EngineImage } from '../../server/ports/engine.ts';
import {
  beginEvents,
  done,
  finished,
  models,
  piece,
  sendJson,
  startServer,
  usage,
  type FakeServer,
  type Handler,
} from '../fakes/openai-server.ts';
import { answer, closeAfterwards } from '../fixtures/openai-bench.ts';
import { createGate } from '../fixtures/fill-bench.ts';
import { lookRequest } from '../fixtures/requests.ts';

const picture = (name: string): EngineImage => ({
  ...{ jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0), widthPx: 28, heightPx: 28 },
  sha256: name,
});
const about = (name: string) => lookRequest([picture(name)], '写一个标题');
const chatsOf = ({ requests }: FakeServer) => requests.filter(({ path }) => path.endsWith('completions'));

const serverWith = (chat: Handler, model = 'vl') =>
  startServer((request, response, count) =>
    request.path === '/v1/models' ? sendJson(response, 200, models(model)) : chat(request, response, count),
  );

/** Waits take no time and move the clock; one without an end ends with its signal. */
function movingClock(): Clock {
  let nowMs = 0;
  const forever = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  return {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (ms === Infinity) return forever(signal);
      nowMs += ms;
    },
  };
}

async function fleetOf(chats: readonly Handler[], options: Partial<OpenAiFleetOptions> = {}) {
  const servers = await Promise.all(chats.map((chat) => serverWith(chat)));
  const clock = movingClock();
  const urls = servers.map(({ url }) => url);
  const engine = createOpenAiFleet({ urls, clock, chance: () => 0, slots: 2, lateMs: Infinity, ...options });
  closeAfterwards(engine, ...servers);
  return { servers, engine, clock };
}

/** A server that was here and is not: its port is free again. */
async function deadUrl(): Promise<string> {
  const server = await serverWith(answer);
  await server.close();
  return server.url;
}

describe('which server gets a request', () => {
  test('all of them get some, and the same picture goes to the same one', async () => {
    const { servers, engine } = await fleetOf([answer, answer, answer]);
    for (let again = 0; again < 2; again += 1)
      for (let index = 0; index < 24; index += 1) await engine.generate(about(`p${index}`));
    const seen = servers.map((server) => chatsOf(server).map(({ headers }) => headers['x-session-id']));
    for (const names of seen) {
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(names.filter((one) => one === name)).toHaveLength(2);
    }
    expect(seen.flat()).toHaveLength(48);
  });

  test('no more requests are sent to a server than it has slots, and none waits while there is a free one', async () => {
    const gate = createGate();
    const slow: Handler = async (request, response, count) => {
      await gate.opened;
      await answer(request, response, count);
    };
    const { servers, engine } = await fleetOf([slow, slow]);
    await engine.start();
    const all = Promise.all(Array.from({ length: 6 }, (_, index) => engine.generate(about(`p${index}`))));
    await expect.poll(() => servers.map((server) => chatsOf(server).length)).toEqual([2, 2]);
    gate.open();
    await all;
    expect(servers.reduce((sum, server) => sum + chatsOf(server).length, 0)).toBe(6);
  });

  test('they count as one engine with the slots of all', async () => {
    const { engine, servers } = await fleetOf([answer, answer]);
    const info = await engine.start();
    expect(info).toMatchObject({ slots: 4, model: 'vl', engine: 'openai' });
    for (const { url } of servers) expect(info.device).toContain(new URL(url).host);
    expect(info.fallback).toBeUndefined();
  });
});

describe('a server that is not there', () => {
  test('at the start is left out and named', async () => {
    const alive = await serverWith(answer);
    const urls = [await deadUrl(), alive.url];
    const engine = createOpenAiFleet({ urls, clock: movingClock(), chance: () => 0, slots: 2, lateMs: Infinity });
    closeAfterwards(engine, alive);
    const { slots, fallback } = await engine.start();
    expect(slots).toBe(2);
    expect(fallback?.['en-US']).toContain(new URL(urls[0] ?? '').host);
    expect(fallback?.['zh-CN']).toContain(new URL(urls[0] ?? '').host);
    for (let index = 0; index < 8; index += 1) await engine.generate(about(`p${index}`));
    expect(chatsOf(alive)).toHaveLength(8);
  });

  test('like all the others is an error, and the next start asks again', async () => {
    const engine = createOpenAiFleet({ urls: [await deadUrl(), await deadUrl()], clock: movingClock(), slots: 2 });
    closeAfterwards(engine);
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine-unreachable' });
    await expect(engine.generate(about('p'))).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  test('any more loses no request: they are answered by the others', async () => {
    const { servers, engine } = await fleetOf([answer, answer]);
    await engine.start();
    await servers[0]?.close();
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => engine.generate(about(`p${index}`))));
    expect(results.map(({ text }) => text)).toEqual(Array.from({ length: 12 }, () => '你好'));
    expect(await engine.start()).toMatchObject({ slots: 2 });
  });

  test('while it answers loses no request, unless a word of the answer was told', async () => {
    const breaking: Handler = (_, response) => {
      beginEvents(response);
      response.write(piece('你'), () => response.destroy());
    };
    const { engine } = await fleetOf([breaking, answer]);
    for (let index = 0; index < 6; index += 1)
      await expect(engine.generate(about(`p${index}`))).resolves.toMatchObject({ text: '你好' });
    const alone = await fleetOf([breaking, breaking]);
    await expect(alone.engine.generate(about('p'), undefined, () => undefined)).rejects.toMatchObject({
      code: 'engine-crashed',
    });
  });

  test('is asked again after a pause and gets its pictures back', async () => {
    let isLoading = false;
    const chat: Handler = (request, response, count) =>
      isLoading ? sendJson(response, 503, { error: { message: 'Loading model' } }) : answer(request, response, count);
    const { servers, engine, clock } = await fleetOf([chat, answer]);
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    for (const name of names) await engine.generate(about(name));
    const before = servers.map((server) => chatsOf(server).length);
    isLoading = true;
    for (const name of names) await engine.generate(about(name));
    expect(chatsOf(servers[0] as FakeServer).length).toBe((before[0] ?? 0) + 1);
    isLoading = false;
    await clock.sleep(60_000);
    await engine.generate(about('new'));
    await expect.poll(async () => (await engine.start()).slots).toBe(4);
    for (let index = 0; index < 12; index += 1) await engine.generate(about(`n${index}`));
    expect(chatsOf(servers[0] as FakeServer).length).toBeGreaterThan((before[0] ?? 0) + 1);
  });
});

describe('what is not a matter of the server', () => {
  test('a request that is refused is refused at once and leaves the server in', async () => {
    const { servers, engine } = await fleetOf([
      (_, response) => sendJson(response, 400, { error: { message: 'no' } }),
      (_, response) => sendJson(response, 400, { error: { message: 'no' } }),
    ]);
    await expect(engine.generate(about('p'))).rejects.toMatchObject({ code: 'engine-rejected' });
    expect(servers.reduce((sum, server) => sum + chatsOf(server).length, 0)).toBe(1);
    expect(await engine.start()).toMatchObject({ slots: 4 });
  });

  test('a request that breaks every server is tried on two of them', async () => {
    const breaking: Handler = (_, response) => void response.destroy();
    const { servers, engine } = await fleetOf([breaking, breaking, breaking]);
    await expect(engine.generate(about('p'))).rejects.toMatchObject({ code: 'engine-crashed' });
    expect(servers.reduce((sum, server) => sum + chatsOf(server).length, 0)).toBe(2);
  });

  test('a server with another model is left out, unless the model was named', async () => {
    const servers = [await serverWith(answer, '/a/qwen-vl.gguf'), await serverWith(answer, '/b/qwen-vl.gguf')];
    servers.push(await serverWith(answer, 'other-vl'));
    const urls = servers.map(({ url }) => url);
    const engine = createOpenAiFleet({ urls, clock: movingClock(), slots: 1, lateMs: Infinity });
    closeAfterwards(engine, ...servers);
    const info = await engine.start();
    expect([info.slots, info.fallback?.['en-US'].includes('other-vl')]).toEqual([2, true]);
  });

  test('an abort gives its reason, and closing ends who waits', async () => {
    const hanging: Handler = (_, response) => beginEvents(response);
    const { engine } = await fleetOf([hanging, hanging]);
    const stop = new AbortController();
    const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
    const first = outcome(engine.generate(about('p'), stop.signal));
    const second = outcome(engine.generate(about('q')));
    stop.abort(new Error('enough'));
    expect(await first).toMatchObject({ message: 'enough' });
    await engine.close();
    expect(await second).toMatchObject({ code: 'interrupted' });
    await expect(engine.start()).rejects.toMatchObject({ code: 'interrupted' });
  });
});

test('what the servers count is passed on', async () => {
  const { engine } = await fleetOf([
    (_, response) => (beginEvents(response), void response.end(piece('裙') + finished() + usage(90, 40, 1) + done)),
  ]);
  await expect(engine.generate(about('p'))).resolves.toMatchObject({ promptTokens: 90, cachedTokens: 40 });
});
