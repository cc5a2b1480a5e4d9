// The Engine contract on several model servers: as a list of addresses, and behind one address that spreads them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenAiFleet } from '../../server/engines/openai-fleet.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import { handlerFor, startServer, type FakeServer } from '../fakes/openai-server.ts';
import { answerAnything, createScriptedEngine, hangAfter, type EngineScript } from '../fakes/scripted-engine.ts';
import type { EngineImage } from '../../server/ports/engine.ts';
import { startBalancer, type Balancer } from '../fixtures/balancer.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { demoWish, startLlamaServer, type RunningServer } from '../fixtures/llama-servers.ts';
import { demoPhoto } from '../fixtures/pictures.ts';
import { formSchema, lookRequest } from '../fixtures/requests.ts';
import { engineContract } from './engine-contract.ts';

const hangOnLong: EngineScript = (request) => {
  const isLong = request.schema?.properties['keywords']?.type === 'array' && !request.schema.properties['title_a'];
  return isLong ? hangAfter('{') : answerAnything(request);
};
const imageTokens = { imageTokensMin: 20, imageTokensMax: 26 };

describe('on servers of a script', () => {
  const servers: FakeServer[] = [];
  beforeAll(async () => {
    for (const script of [answerAnything, answerAnything, hangOnLong, hangOnLong])
      servers.push(await startServer(handlerFor(createScriptedEngine(script))));
    await meet(servers.slice(0, 2).map(({ url }) => url));
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  const create = (from: number) => () =>
    createOpenAiFleet({ urls: servers.slice(from, from + 2).map(({ url }) => url), slots: 1, ...imageTokens });
  engineContract('a list of addresses', { create: create(0), createBusy: create(2) });
});

describe.skipIf(llamaServer === undefined)(
  'on two real llama-servers (needs llama-server: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    const servers: RunningServer[] = [];
    const balancers: Balancer[] = [];
    const urls = () => servers.map(({ url }) => url);
    beforeAll(async () => {
      servers.push(...(await Promise.all([startLlamaServer(demoWish), startLlamaServer(demoWish)])));
      for (const spreading of ['session', 'round-robin'] as const)
        balancers.push(await startBalancer(urls(), spreading));
      await meet(urls());
    });
    afterAll(async () => {
      for (const balancer of balancers) await balancer.close();
      for (const server of servers) await server.kill();
    });

    const fleet = (slots: number) => () => createOpenAiFleet({ urls: urls(), slots, ...imageTokens });
    engineContract('a list of addresses', { create: fleet(2), createBusy: fleet(1) });
    const one = (slots: number) => () => createOpenAiEngine({ url: balancers[0]?.url ?? '', slots, ...imageTokens });
    engineContract('one address that spreads by x-session-id', { create: one(4), createBusy: one(1) });

    test('one address that takes turns answers everything, from both servers', async () => {
      const engine = createOpenAiEngine({ url: balancers[1]?.url ?? '', slots: 4, ...imageTokens });
      const photos = await Promise.all(['dress-1', 'hat-2', 'shoes-3', 'skirt-4'].map((name) => demoPhoto(name)));
      const ask = (photo: EngineImage) => engine.generate(lookRequest([photo], '请看图填写', { schema: formSchema }));
      const results = await Promise.all([...photos, ...photos].map(ask));
      for (const { text } of results) expect(Object.keys(JSON.parse(text) as object)).toContain('title_a');
      expect(balancers[1]?.counts).toEqual([4, 4]);
      await engine.close();
    });
  },
);

/** Each server has answered once, as after the first row of a fill: the constant text is known to all. */
async function meet(urls: readonly string[]): Promise<void> {
  const photo = await demoPhoto('hat-1');
  for (const url of urls) {
    const engine = createOpenAiEngine({ url, slots: 1, ...imageTokens });
    await engine.generate(lookRequest([photo], '写一个标题'));
    await engine.close();
  }
}
