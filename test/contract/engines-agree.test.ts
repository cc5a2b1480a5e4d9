// The engines send a model the same prompt, and the same model then says the same.
import { beforeAll, describe, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { imageGrid } from '../../server/engines/image-tokens.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createLlamaServerEngine } from '../../server/engines/llama-server.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import type { EngineInfo, GenerateRequest } from '../../server/ports/engine.ts';
import { agreement, answersOf, rowRequests, startPlainServer, type Answers } from '../fixtures/engine-comparison.ts';
import { llamaServer } from '../fixtures/llama-server.ts';

const rowCount = 3;
/** What stands before and behind a picture. */
const marks = 2;

const at = {} as { info: EngineInfo; requests: readonly GenerateRequest[]; embedded: Answers };
beforeAll(async () => {
  const engine = createEmbeddedEngine(demoModel());
  at.info = await engine.start();
  at.requests = await rowRequests(rowCount, at.info);
  at.embedded = await answersOf('embedded', engine, at.requests);
}, 120_000);

test('a picture adds its own tokens to the prompt and a mark on each side, nothing else', () => {
  expect(at.embedded.pictureTokens).toEqual(at.requests.map((request) => gridTokens(request, at.info) + marks));
});

describe.skipIf(llamaServer === undefined)(
  'a real llama-server (needs one: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    test('of our own and behind a URL gets the same tokens as the embedded engine, and both answer alike', async () => {
      const binary = llamaServer ?? '';
      const supervised = createLlamaServerEngine({ ...demoModel(), binary, slots: 1 });
      const own = await answersOf('llama-server', supervised, at.requests);
      const plain = await startPlainServer(binary, at.info.contextTokens);
      const behind = createOpenAiEngine({ url: plain.url, slots: 1 });
      const far = await answersOf('openai', behind, at.requests, plain);
      expect(tokensOf(own)).toEqual(tokensOf(at.embedded));
      expect(tokensOf(far)).toEqual(tokensOf(at.embedded));
      expect(agreement(own, far)).toEqual({ equal: rowCount, differences: [] });
    }, 120_000);
  },
);

const tokensOf = ({ results, pictureTokens }: Answers) => ({
  prompt: results.map(({ promptTokens }) => promptTokens),
  picture: pictureTokens,
});

function gridTokens({ messages }: GenerateRequest, info: EngineInfo): number {
  const [picture] = messages.flatMap(({ content }) => content).filter((part) => part.type === 'image');
  if (picture === undefined) throw new Error('no picture');
  const { widthPx, heightPx } = picture.image;
  const { columns, rows } = imageGrid(widthPx, heightPx, { ...info, tokenSidePx: 28 });
  return columns * rows;
}
