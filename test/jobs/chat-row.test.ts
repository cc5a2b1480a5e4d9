// Chats about rows: what they begin with, and that it is what a fill of the row begins with.
import { describe, expect, test } from 'vitest';
import { noBackups } from '../../server/desk/no-backups.ts';
import { fill } from '../../server/jobs/fill.ts';
import type { GenerateRequest } from '../../server/ports/engine.ts';
import { book, createFillBench, fillOptions } from '../fixtures/fill-bench.ts';
import { createScriptedChat as bench, said } from '../fixtures/scripted-chat.ts';

const never = new AbortController().signal;
/** Of a scripted picture in the scripted engine. */
const pictureTokens = 25;

/** The text before the pictures, and the first picture's bytes. */
function beginning(request: GenerateRequest | undefined) {
  const [system, user] = request?.messages ?? [];
  const picture = user?.content[0];
  return [system, picture?.type === 'image' ? Buffer.from(picture.image.jpeg).toString('base64') : undefined];
}

describe('a chat about a row', () => {
  test('begins with the row’s picture and facts', async () => {
    const { desk, engine, images, about, answerTo } = bench();
    const chat = await desk.aboutRow(about(3), never);
    expect(chat.row).toEqual({
      ...{ workbook: 'w1', workbookName: 'book.xlsx', sheet: '商品', key: 'B', label: 'B', number: 3, recipe: 'small' },
    });
    expect(images.requests.map(({ path }) => path)).toEqual(['B.jpg']);
    await answerTo(chat, '什么领型？');
    expect(said(engine.looks[0])[0]).toMatch(/^user: \[140px\] 商品资料：\n- 款: B\n什么领型？$/);
  });

  test('begins as a fill of the row does, byte for byte up to the facts, so that nothing of it is evaluated again', async () => {
    const { desk, engine, images, workbooks, about, answerTo } = bench();
    const filling = createFillBench({ rows: [] });
    const parts = { ...filling.parts, engine, images, workbooks, backups: noBackups };
    await fill(parts, { ...fillOptions, workbook: book, isWanted: (number) => number === 3 }, filling.noted, never);
    const [filled] = engine.looks;
    const answer = await answerTo(await desk.aboutRow(about(3), never), '什么领型？');
    const asked = engine.looks.at(-1);
    expect(beginning(asked)).toEqual(beginning(filled));
    const facts = '商品资料：\n- 款: B\n'.length;
    const system = filled?.messages[0]?.content[0];
    const constant = system?.type === 'text' ? Array.from(system.text).length : 0;
    expect(answer.cachedTokens).toBeGreaterThanOrEqual(constant + pictureTokens + facts);
  });

  test('shows all pictures of the row; flawed ones are left out as in a fill, unless there is no other', async () => {
    const { desk, about } = bench({ images: { flaws: { 'A.jpg': ['blurred'] } } });
    expect((await desk.aboutRow(about(2), never)).pictures).toMatchObject([{ name: 'A.jpg', flaws: ['blurred'] }]);
    const names = async (number: number) =>
      (await desk.aboutRow(about(number), never)).pictures.map(({ name }) => name);
    expect(await names(4)).toEqual(['C.jpg', 'D.jpg']);
    expect(await names(5)).toEqual(['C.jpg']);
  });

  test('is refused for a row that is none', async () => {
    const { desk, about } = bench();
    await expect(desk.aboutRow(about(99), never)).rejects.toMatchObject({ code: 'chat-row-missing' });
  });

  test('marks figures that neither the row nor a question states', async () => {
    const { desk, about, answerTo } = bench({ engine: () => '含棉 95%，适合 30 天' });
    const chat = await desk.aboutRow(about(2), never);
    expect(await answerTo(chat, '含棉 95% 吗？')).toMatchObject({ unsupported: ['30 天'] });
  });
});
