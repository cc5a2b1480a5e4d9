// The Engine contract on the client of OpenAI-compatible servers: one that speaks for the scripted engine, and a real one.
import { afterAll, beforeAll, describe } from 'vitest';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { handlerFor, startServer, type FakeServer } from '../fakes/openai-server.ts';
import { answerAnything, createScriptedEngine, hangAfter, type EngineScript } from '../fakes/scripted-engine.ts';
import { startPlainServer, type PlainServer } from '../fixtures/engine-comparison.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { engineContract } from './engine-contract.ts';

const hangOnLong: EngineScript = (request) => {
  const isLong = request.schema?.properties['keywords']?.type === 'array' && !request.schema.properties['title_a'];
  return isLong ? hangAfter('{') : answerAnything(request);
};

/** Of the one slot that the real server has. */
const contextTokens = 4096;

const servers: FakeServer[] = [];
let urls: readonly string[] = [];

beforeAll(async () => {
  for (const script of [answerAnything, hangOnLong])
    servers.push(await startServer(handlerFor(createScriptedEngine(script))));
  urls = servers.map(({ url }) => url);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

const create = (server: number): Engine =>
  createOpenAiEngine({ url: urls[server] ?? '', slots: 1, imageTokensMin: 20, imageTokensMax: 26 });

engineContract('the client of an OpenAI-compatible server', { create: () => create(0), createBusy: () => create(1) });

describe.skipIf(llamaServer === undefined)(
  'a real llama-server that somebody else started (needs one: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    let server: PlainServer;
    beforeAll(async () => {
      server = await startPlainServer(llamaServer ?? '', contextTokens);
    });
    afterAll(() => server.close());
    const createReal = (): Engine => createOpenAiEngine({ url: server.url, imageTokensMin: 20, imageTokensMax: 26 });
    engineContract('the client of a real llama-server', { create: createReal, createBusy: createReal });
  },
);
