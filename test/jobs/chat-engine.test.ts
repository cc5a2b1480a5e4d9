// Conversations with the real demo model: the picture is encoded once, by the fill or by the first question.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill } from '../../server/jobs/fill.ts';
import type { ChatMessage } from '../../server/domain/chat.ts';
import type { Engine, EngineInfo } from '../../server/ports/engine.ts';
import { noBackups } from '../../server/desk/no-backups.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createChatBench } from '../fixtures/chat-bench.ts';
import { createFillBench, fillOptions } from '../fixtures/fill-bench.ts';
import { createProductBook, demoPhotos, type ProductBook } from '../fixtures/product-book.ts';
import { shippedRecipe } from '../fixtures/recipe.ts';

const never = new AbortController().signal;
const images = createImages();
const recipe = shippedRecipe('default.yaml');
const dropped = { name: 'dress.jpg', bytes: readFileSync(`${demoPhotos}/dress-1.jpg`), language: 'zh-CN' } as const;

let engine: Engine;
let info: EngineInfo;
let made: ProductBook;

beforeAll(async () => {
  engine = createEmbeddedEngine(demoModel());
  info = await engine.start();
  const rows = [
    ['S-1', 'photos/skirt-1.jpg', '山茶'],
    ['S-2', 'photos/shoes-1.jpg', '山茶'],
  ];
  made = await createProductBook(rows, ['品牌']);
});
afterAll(async () => {
  await engine.close();
  await made.remove();
});

/** Tokens that were evaluated for an answer. */
const evaluated = ({ promptTokens = 0, cachedTokens = 0 }: ChatMessage): number => promptTokens - cachedTokens;

/** Far less than a picture: the new question, and what stands between turns. */
const followUpTokensMax = 60;

describe('a chat with the demo model', () => {
  test('encodes the picture for the first question and never again', async () => {
    const { desk, answerTo } = createChatBench({ engine, images });
    const chat = await desk.aboutPicture(dropped, never);
    const first = await answerTo(chat, '什么颜色？');
    expect(first).toMatchObject({ state: 'done', model: info.model });
    expect(evaluated(first)).toBeGreaterThan(info.imageTokensMin);
    for (const question of ['品类是什么', '适合什么季节？', '写一个标题']) {
      const next = await answerTo(chat, question);
      expect(next.state).toBe('done');
      expect(next.cachedTokens).toBeGreaterThanOrEqual((first.promptTokens ?? 0) - 1);
      expect(evaluated(next)).toBeLessThan(followUpTokensMax);
    }
  });

  test('about a row that was just filled does not encode its picture at all', async () => {
    const bench = createFillBench({ rows: [] });
    const workbooks = createWorkbooks();
    const pictureRules = { baseDir: made.folder, roots: [], picturesPerRowMax: 4 };
    const options = { ...fillOptions, workbook: made.book, recipe, pictureRules };
    const parts = { ...bench.parts, engine, images, workbooks, backups: noBackups };
    await fill(parts, { ...options, isWanted: (number) => number === 2 }, bench.noted, never);
    const { desk, answerTo } = createChatBench({ engine, images });
    const place = { workbook: 'w', workbookName: 'products.xlsx' };
    const chat = await desk.aboutRow({ ...options, workbooks, number: 2, place }, never);
    const first = await answerTo(chat, '什么颜色？');
    const next = await answerTo(chat, '适合什么季节？');
    expect(evaluated(next)).toBeLessThan(followUpTokensMax);
    // The same question when the model has another row's picture in mind shares the constant text only.
    await answerTo(await desk.aboutRow({ ...options, workbooks, number: 3, place }, never), '什么颜色？');
    const cold = await answerTo(await desk.aboutRow({ ...options, workbooks, number: 2, place }, never), '什么颜色？');
    expect(cold.cachedTokens).toBeGreaterThan(100);
    const warmer = (first.cachedTokens ?? 0) - (cold.cachedTokens ?? 0);
    expect(warmer).toBeGreaterThanOrEqual(info.imageTokensMin);
  });

  test('stops in the middle, keeps what came, and goes on', async () => {
    const { desk, until, answerTo } = createChatBench({ engine, images });
    const chat = await desk.aboutPicture(dropped, never);
    desk.ask(chat.id, '请为这件商品写一段描述');
    await until(({ type }) => type === 'text');
    const stopped = (await desk.stop(chat.id)).messages.at(-1);
    expect(stopped).toMatchObject({ state: 'stopped' });
    expect(stopped?.text).not.toBe('');
    expect(await answerTo(chat, '什么颜色？')).toMatchObject({ state: 'done' });
  });

  test('goes on when it outgrows a small context', async () => {
    const small = createEmbeddedEngine({ ...demoModel(), contextTokens: 512 });
    try {
      const { desk, answerTo } = createChatBench({ engine: small, images });
      const chat = await desk.aboutPicture(dropped, never);
      let last: ChatMessage | undefined;
      for (let count = 0; count < 8 && last?.forgottenTurns === undefined; count += 1) {
        last = await answerTo(chat, `请为这件商品写一段描述，第${count}版`);
        expect(last).toMatchObject({ state: 'done' });
      }
      expect(last?.forgottenTurns).toBeGreaterThan(0);
      expect(last?.cachedTokens).toBeGreaterThan(info.imageTokensMin);
    } finally {
      await small.close();
    }
  });
});
