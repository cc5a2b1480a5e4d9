// How long a person waits for the first word, cold, after a fill of the row, and on a follow-up: `npx tsx test/bench/chat.ts [ROUNDS]`.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createImages } from '../../server/images/prepare.ts';
import { buildPrompt } from '../../server/domain/prompt.ts';
import { rowChatTexts } from '../../server/domain/chat.ts';
import { writtenColumns } from '../../server/domain/recipe.ts';
import { chatRequest } from '../../server/jobs/chat-request.ts';
import { requestOf } from '../../server/jobs/look.ts';
import type { ChatHead } from '../../server/ports/chats.ts';
import type { Engine, EngineImage, GenerateRequest, GenerateResult } from '../../server/ports/engine.ts';
import { demoPhotos } from '../fixtures/product-book.ts';
import { shippedRecipe } from '../fixtures/recipe.ts';
import { readRow } from '../fixtures/row.ts';

const recipe = shippedRecipe('default.yaml');
const row = readRow({ 图片: 'a.jpg', 品牌: '山茶', 描述: '' }, recipe);
const answerTokensMax = 200;

interface Wait {
  readonly firstMs: number;
  readonly result: GenerateResult;
}

/** Milliseconds from asking to the first piece of the answer. */
async function wait(engine: Engine, request: GenerateRequest): Promise<Wait> {
  const from = performance.now();
  let firstMs: number | undefined;
  const result = await engine.generate(request, undefined, () => (firstMs ??= performance.now() - from));
  return { firstMs: firstMs ?? performance.now() - from, result };
}

async function pictures(engine: Engine): Promise<readonly EngineImage[]> {
  const { imageTokensMin, imageTokensMax } = await engine.start();
  const images = createImages();
  const prepare = async (name: string) => {
    const bytes = readFileSync(`${demoPhotos}/${name}.jpg`);
    const request = { path: name, bytes, baseDir: '', roots: [], imageTokensMin, imageTokensMax };
    return (await images.prepare(request)).image;
  };
  return Promise.all([prepare('dress-1'), prepare('shoes-1')]);
}

function fillOf(image: EngineImage): GenerateRequest {
  const keys = writtenColumns(recipe).map(({ key }) => key);
  const prompt = buildPrompt({ recipe, row, keys, language: 'zh-CN' });
  return requestOf(prompt, { images: [image], sources: [], remarks: [] }, 0, 7);
}

const head: ChatHead = {
  ...{ id: 'bench', title: '', language: 'zh-CN', pictures: [], startedAtMs: 0 },
  texts: rowChatTexts(row, recipe, 'zh-CN'),
};

/** Each way of asking once a round, in turn; prints the median of each. */
export async function benchChat(rounds: number): Promise<void> {
  const engine = createEmbeddedEngine(demoModel());
  const [one, other] = await pictures(engine);
  if (one === undefined || other === undefined) throw new Error('no pictures');
  const [first, next] = ['请为这件商品写一段描述', '什么颜色？'];
  const waits: Record<'cold' | 'after a fill' | 'follow-up', Wait[]> = {
    cold: [],
    'after a fill': [],
    'follow-up': [],
  };
  for (let round = 0; round < rounds; round += 1) {
    await engine.generate(fillOf(other));
    waits.cold.push(await wait(engine, chatRequest(head, [one], [], first, answerTokensMax, 7)));
    await engine.generate(fillOf(other));
    await engine.generate(fillOf(one));
    const warm = await wait(engine, chatRequest(head, [one], [], first, answerTokensMax, 7));
    waits['after a fill'].push(warm);
    const turns = [{ question: first, answer: warm.result.text }];
    waits['follow-up'].push(await wait(engine, chatRequest(head, [one], turns, next, answerTokensMax, 8)));
  }
  await engine.close();
  for (const [name, found] of Object.entries(waits)) print(name, found);
}

function print(name: string, waits: readonly Wait[]): void {
  const sorted = waits.toSorted((a, b) => a.firstMs - b.firstMs);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return;
  const { promptTokens, cachedTokens } = median.result;
  const evaluated = `${promptTokens - cachedTokens} of ${promptTokens} tokens evaluated`;
  console.log(`${name.padEnd(14)} first word after ${median.firstMs.toFixed(0).padStart(6)} ms, ${evaluated}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchChat(Number(process.argv[2] ?? 5));
}
