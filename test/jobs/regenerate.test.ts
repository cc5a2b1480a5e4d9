// One cell on demand: that cell alone, the same prefix, the old text kept.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { regenerate, type RegenerateOptions } from '../../server/jobs/regenerate.ts';
import type { GenerateRequest } from '../../server/ports/engine.ts';
import type { EngineScript } from '../fakes/scripted-engine.ts';
import {
  book,
  createFillBench,
  fillOptions,
  goodAnswer,
  product,
  userText,
  type BenchScript,
} from '../fixtures/fill-bench.ts';

const never = new AbortController().signal;
const row = product('A', 'A的描述', 'A的标题', 'A词、夏装', '通过', '需人工：旧');

function bench(engine: EngineScript, change: Partial<BenchScript> = {}) {
  const made = createFillBench({ rows: [row, product('B', '乙')], engine, ...change });
  const again = (options: Partial<RegenerateOptions> = {}) =>
    regenerate(made.parts, { ...fillOptions, mode: 'all', cell: 'E2', reason: '', ...options }, never);
  return { ...made, again };
}

const newTitle: EngineScript = (request) => goodAnswer(request, { title: '新标题' });

describe('a regeneration', () => {
  test('changes its cell and no other', async () => {
    const { again, cells, engine } = bench(newTitle);
    const before = cells();
    const done = await again();
    expect(done).toMatchObject({ column: 'title', previous: 'A的标题', isWritten: true });
    expect(cells()).toEqual({ ...before, E2: '新标题' });
    expect(engine.looks.map((look) => look.schema?.required)).toEqual([['title']]);
  });

  test('changes the compliance cell too when that is ours and the verdict is another', async () => {
    const { again, cells, fill, put } = bench((request) => goodAnswer(request));
    put([product('A', '最好的裙子')]);
    await fill();
    expect(cells()['G2']).toMatch(/最好/);
    await again({ cell: 'D2' });
    expect(cells()).toMatchObject({ D2: 'A的描述', G2: '通过' });
  });

  test('keeps the old text and the reason in the history', async () => {
    const { again, journal } = bench(newTitle);
    await again({ reason: '短一点' });
    expect(journal.history(book, '商品', 'A', 'title')).toMatchObject([
      { text: '新标题', previous: 'A的标题', reason: '短一点' },
    ]);
    expect(journal.hasUnfinished(book)).toBe(false);
    expect(journal.lastDelivered(book, '商品', 'A').get('title')).toBe('新标题');
  });

  test('says the reason and the old text at the very end, so that the request begins as the fill’s did', async () => {
    const { again, engine, fill, put } = bench((request, look) => goodAnswer(request, { title: `标题${look}` }));
    put([product('A')]);
    await fill();
    await again({ reason: '太夸张' });
    const [first, second] = engine.looks.map(prefixOf);
    expect(second).toEqual(first);
    const lines = userText(engine.looks[1] as GenerateRequest).split('\n');
    expect(lines.at(-1)).toBe('title 上一版是「标题1」，请重写，与上一版不同。原因：太夸张');
    expect(lines.slice(0, 3)).toEqual(
      userText(engine.looks[0] as GenerateRequest)
        .split('\n')
        .slice(0, 3),
    );
  });

  test('of an empty cell asks as a fill would', async () => {
    const { again, engine, cells } = bench(newTitle);
    await again({ cell: 'E3' });
    expect(userText(engine.looks[0] as GenerateRequest)).not.toContain('上一版');
    expect(cells()['E3']).toBe('新标题');
  });

  test('asks again with another seed when the same text comes back, and writes nothing when it always does', async () => {
    const { again, engine, patches } = bench((request) => goodAnswer(request));
    expect(await again()).toMatchObject({ isWritten: false });
    expect(new Set(engine.looks.map((look) => look.seed)).size).toBe(3);
    expect(patches).toEqual([]);
  });

  test('of a row that fails writes nothing and says why', async () => {
    const { again, patches } = bench(newTitle, {
      images: { failures: { 'A.jpg': new RowscribeError('picture-missing', { path: 'A.jpg' }) } },
    });
    const done = await again();
    expect(done).toMatchObject({ isWritten: false, answer: { outcome: 'failed' } });
    expect(done.answer.status).toContain('A.jpg');
    expect(patches).toEqual([]);
  });

  test('twice in a row works, and the versions stand in the history', async () => {
    const { again, journal } = bench((request, look) => goodAnswer(request, { title: `标题${look}` }));
    await again();
    await again();
    const versions = journal.history(book, '商品', 'A', 'title').map(({ text, previous }) => [previous, text]);
    expect(versions).toEqual([
      ['标题1', '标题2'],
      ['A的标题', '标题1'],
    ]);
  });

  test('that is too long is written once more, and the person’s reason is told again', async () => {
    const { again, engine, cells } = bench((request, look) =>
      goodAnswer(request, { title: look === 1 ? '一二三四五六七八九十一二三' : '短标题' }),
    );
    await again({ reason: '提到夏天' });
    expect(userText(engine.looks[1] as GenerateRequest)).toMatch(/提到夏天[\s\S]*太长/);
    expect(cells()['E2']).toBe('短标题');
  });
});

describe('a regeneration is refused', () => {
  test.each([
    ['E', 'cell-invalid'],
    ['A1:B2', 'cell-invalid'],
    ['A2', 'cell-not-copy'],
    ['H2', 'cell-not-copy'],
    ['E1', 'cell-not-copy'],
    ['E99', 'cell-not-copy'],
  ])('for the cell %s: %s', async (cell, code) => {
    const { again, engine } = bench(newTitle);
    await expect(again({ cell })).rejects.toMatchObject({ code });
    expect(engine.loads).toBe(0);
  });

  test('for a formula', async () => {
    const { again, workbooks } = bench(newTitle);
    const cells = { A1: 'SKU', B1: '图片', E1: '标题', A2: 'A', B2: 'A.jpg', E2: { formula: 'A2', result: 'A' } };
    workbooks.put(book, [{ name: '商品', cells }]);
    await expect(again()).rejects.toMatchObject({ code: 'cell-formula' });
  });

  test('while somebody else has the workbook', async () => {
    const { again, journal, workbooks } = bench(newTitle);
    const release = journal.claim(book);
    await expect(again()).rejects.toMatchObject({ code: 'workbook-in-use' });
    release?.();
    workbooks.setOpenBy(book, 'Anna');
    await expect(again()).rejects.toMatchObject({ code: 'workbook-open' });
  });

  test.each([
    ['the row’s picture', [['A', '新.jpg', ...row.slice(2)]]],
    ['the cell itself', [row.with(4, '人刚改的')]],
    ['the row, which is gone', [product('B', '乙')]],
  ])('when a person changes %s meanwhile: theirs is kept', async (_, rows) => {
    const { again, cells, journal } = bench(newTitle, {
      beforePatch: (self, __, count) => {
        if (count > 1) return;
        self.put(rows);
        throw new RowscribeError('workbook-changed', { path: book });
      },
    });
    await expect(again()).rejects.toMatchObject({ code: 'cell-changed' });
    expect(Object.values(cells())).not.toContain('新标题');
    expect(journal.hasUnfinished(book)).toBe(false);
    expect(journal.history(book, '商品', 'A', 'title')).toEqual([]);
    expect(journal.claim(book)).toBeDefined();
  });
});

/** What a prefix cache sees first: the system text and the pictures. */
function prefixOf(request: GenerateRequest) {
  const [system, user] = request.messages;
  return [system, user?.content.filter((part) => part.type === 'image')];
}
