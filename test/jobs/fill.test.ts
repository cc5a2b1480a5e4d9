// A fill on fakes, from the sheet to the cells: what is looked at, what is written, what is kept.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { planFill } from '../../server/jobs/fill-plan.ts';
import { preview } from '../../server/jobs/preview.ts';
import { createFillBench, fillOptions, goodAnswer, product, rowOf } from '../fixtures/fill-bench.ts';

const never = new AbortController().signal;

describe('a fill', () => {
  test('writes every column of every row from one look each', async () => {
    const bench = createFillBench({ rows: [product('A'), product('B')] });
    const limits = { ...fillOptions.limits, inFlightMax: 2 };
    expect(await bench.fill({ limits })).toEqual({ state: 'finished', total: 2, resumed: false });
    expect(bench.engine.looks.map(rowOf).toSorted()).toEqual(['A', 'B']);
    expect(bench.images.requests.map((request) => request.path)).toEqual(['A.jpg', 'B.jpg']);
    expect(bench.cells()).toMatchObject({
      ...{ D2: 'A的描述', E2: 'A的标题', F2: 'A词、夏装', G2: '通过', H2: '完成' },
      ...{ D3: 'B的描述', E3: 'B的标题', F3: 'B词、夏装', G3: '通过', H3: '完成' },
    });
    expect(bench.patches).toHaveLength(1);
    const delivered = bench.noted.delivered.map(({ row, refused }) => `${row.key} ${refused.length}`);
    expect(delivered.toSorted()).toEqual(['A 0', 'B 0']);
  });

  test('asks for the empty cells alone, and for nothing where nothing is empty', async () => {
    const bench = createFillBench({ rows: [product('A', '人写的', '', 'x'), product('B', '一', '二', '三')] });
    expect(await bench.fill()).toMatchObject({ total: 1 });
    expect(bench.engine.looks.map((look) => look.schema?.required)).toEqual([['title']]);
    expect(bench.cells()).toMatchObject({ D2: '人写的', E2: 'A的标题', F2: 'x', D3: '一' });
    expect(bench.cells()['H3']).toBeUndefined();
  });

  test('does not start the engine when there is nothing to do', async () => {
    const bench = createFillBench({ rows: [product('A', '一', '二', '三')] });
    expect(await bench.fill()).toMatchObject({ state: 'finished', total: 0 });
    expect(bench.engine.loads).toBe(0);
    expect(bench.patches).toEqual([]);
  });

  test('takes the rows that are wanted', async () => {
    const bench = createFillBench({ rows: [product('A'), product('B'), product('C')] });
    await bench.fill({ rows: '3', isWanted: (row) => row === 3 });
    expect(bench.engine.looks.map(rowOf)).toEqual(['B']);
  });

  test('run again finds nothing to do', async () => {
    const bench = createFillBench({ rows: [product('A')] });
    await bench.fill();
    expect(await bench.fill()).toMatchObject({ total: 0, resumed: false });
    expect(bench.engine.looks).toHaveLength(1);
  });

  test('writes texts that look like formulas as texts', async () => {
    const bench = createFillBench({
      rows: [product('A')],
      engine: (request) => goodAnswer(request, { title: '=1+1', description: '@SUM(A1)' }),
    });
    await bench.fill();
    expect(bench.cells()).toMatchObject({ D2: '@SUM(A1)', E2: '=1+1' });
  });

  test('says in the compliance cell what to change, about people’s words in the row too', async () => {
    const bench = createFillBench({ rows: [product('A', '最好的裙子')] });
    await bench.fill();
    expect(bench.cells()['G2']).toMatch(/^描述：.*最好/s);
    expect(bench.cells()['H2']).toBe('完成');
  });

  test('refuses a workbook that somebody else has, before the model is loaded', async () => {
    const bench = createFillBench({ rows: [product('A')] });
    bench.workbooks.setOpenBy('/shop/book.xlsx', 'Anna');
    await expect(bench.fill()).rejects.toMatchObject({ code: 'workbook-open' });
    bench.workbooks.setOpenBy('/shop/book.xlsx', undefined);
    const release = bench.journal.claim('/shop/book.xlsx');
    await expect(bench.fill()).rejects.toMatchObject({ code: 'workbook-in-use' });
    expect(bench.engine.loads).toBe(0);
    release?.();
    expect(await bench.fill()).toMatchObject({ state: 'finished' });
  });
});

describe('people’s words', () => {
  const filled = async () => {
    const bench = createFillBench({ rows: [product('A'), product('B')], engine: secondTimeNew() });
    await bench.fill();
    bench.put([product('A', '我改过', 'A的标题', 'A词、夏装'), product('B', 'B的描述', 'B的标题', 'B词、夏装')]);
    return bench;
  };

  test('are kept in mode all; what was delivered is written anew, once', async () => {
    const bench = await filled();
    expect(await bench.fill({ mode: 'all' })).toMatchObject({ total: 2 });
    expect(bench.cells()).toMatchObject({ D2: '我改过', E2: 'A新标题', D3: 'B新描述', E3: 'B新标题' });
    expect(bench.engine.looks.at(2)?.schema?.required).toEqual(['title', 'keywords']);
  });

  test('are replaced after the explicit yes, and kept in the history', async () => {
    const bench = await filled();
    await bench.fill({ mode: 'all', overwriteEdited: true });
    expect(bench.cells()).toMatchObject({ D2: 'A新描述', D3: 'B新描述' });
    const [last] = bench.journal.history('/shop/book.xlsx', '商品', 'A', 'description');
    expect(last).toMatchObject({ text: 'A新描述', previous: '我改过' });
  });

  test('in the status and compliance cells are kept', async () => {
    const bench = createFillBench({
      rows: [product('A', '', '', '', '已人工看过', '待王姐确认'), product('B', '', '', '', '', '失败：旧')],
    });
    await bench.fill();
    expect(bench.cells()).toMatchObject({ G2: '已人工看过', H2: '待王姐确认', G3: '通过', H3: '完成' });
  });

  test('that come into a cell while its row is worked on are kept, and the rest of the row is written', async () => {
    const bench = createFillBench({
      rows: [product('A')],
      beforePatch: (self, _, count) => {
        if (count > 1) return;
        self.put([product('A', '刚写的')]);
        throw new RowscribeError('workbook-changed', { path: '/shop/book.xlsx' });
      },
    });
    await bench.fill();
    expect(bench.cells()).toMatchObject({ D2: '刚写的', E2: 'A的标题' });
    expect(bench.noted.delivered[0]?.refused.map(({ cell }) => cell)).toEqual(['D2']);
  });
});

/** Another text on every later look at a row. */
function secondTimeNew() {
  const seen = new Set<string>();
  return (request: Parameters<typeof rowOf>[0]) => {
    const key = rowOf(request);
    if (!seen.has(key)) return (void seen.add(key), goodAnswer(request));
    return goodAnswer(request, { description: `${key}新描述`, title: `${key}新标题`, keywords: [`${key}新词`] });
  };
}

describe('an English sheet', () => {
  test('is asked and filled in English, and in another language when that is wanted', async () => {
    const head = ['SKU', 'Image', '款', 'Description', 'Title', 'Keywords', 'Compliance', 'Status'];
    const bench = createFillBench({ head, rows: [product('A')] });
    await bench.fill();
    expect(bench.userText(1)).toContain('Look at the picture');
    expect(bench.cells()).toMatchObject({ F2: 'A词, 夏装', G2: 'Passed', H2: 'Done' });
    const zh = createFillBench({ head, rows: [product('A')] });
    await zh.fill({ language: 'zh-CN' });
    expect(zh.cells()).toMatchObject({ F2: 'A词、夏装', H2: '完成' });
  });
});

describe('a preview', () => {
  test('gives the answers of the first rows and writes nothing anywhere', async () => {
    const bench = createFillBench({ rows: [product('A'), product('B'), product('C')] });
    const before = bench.cells();
    const plan = await planFill(bench.parts, fillOptions, () => new Map(), never);
    const shown = [];
    for await (const result of preview(bench.parts, fillOptions, plan, 2, never)) shown.push(result);
    expect(shown.map(({ row, answer }) => [row.key, answer.texts['title']])).toEqual([
      ['A', 'A的标题'],
      ['B', 'B的标题'],
    ]);
    expect(bench.cells()).toEqual(before);
    expect(bench.patches).toEqual([]);
    expect(bench.journal.hasUnfinished('/shop/book.xlsx')).toBe(false);
    expect(bench.journal.lastDelivered('/shop/book.xlsx', '商品', 'A').size).toBe(0);
  });
});
