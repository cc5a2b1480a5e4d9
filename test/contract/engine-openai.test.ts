// The Engine contract on the client of OpenAI-compatible servers, with a server that speaks for the scripted engine.
import { afterAll, beforeAll } from 'vitest';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { handlerFor, startServer, type FakeServer } from '../fakes/openai-server.ts';
import { answerAnything, createScriptedEngine, hangAfter, type EngineScript } from '../fakes/scripted-engine.ts';
import { engineContract } from './engine-contract.ts';

const hangOnLong: EngineScript = (request) => {
  const isLong = request.schema?.properties['keywords']?.type === 'array' && !request.schema.properties['title_a'];
  return isLong ? hangAfter('{') : answerAnything(request);
};

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
