// A fill on fakes, from the sheet to the cells: what is looked at, what is written, what is kept.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { planFill } from '../../server/jobs/fill.ts';
import { preview } from '../../server/jobs/preview.ts';
import { columnOf, smallRecipe } from '../fixtures/recipe.ts';
import { createFillBench, fillOptions, goodAnswer, product, rowOf, userText } from '../fixtures/fill-bench.ts';

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
    expect(bench.noted.delivered.map(({ row, refused }) => [row.key, refused.length])).toEqual([
      ['A', 0],
      ['B', 0],
    ]);
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

describe('an answer that breaks a rule', () => {
  const long = '一二三四五六七八，九十一二三四五';
  const fillWith = async (engine: Parameters<typeof createFillBench>[0]['engine']) => {
    const bench = createFillBench({ rows: [product('A')], ...(engine && { engine }) });
    await bench.fill();
    return bench;
  };

  test('by its length is written once more, that column alone, with the reason at the end', async () => {
    const bench = await fillWith((request, look) =>
      goodAnswer(request, look === 1 ? { title: long } : { title: '短标题' }),
    );
    expect(bench.engine.looks).toHaveLength(2);
    expect(bench.engine.looks[1]?.schema?.required).toEqual(['title']);
    expect(
      userText(bench.engine.looks[1] ?? never_())
        .split('\n')
        .at(-1),
    ).toContain('有16字，太长，不得超过12字');
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', E2: '短标题', H2: '完成' });
  });

  test('by its length twice is cut at a clause and marked', async () => {
    const bench = await fillWith((request) => goodAnswer(request, { title: long }));
    expect(bench.engine.looks).toHaveLength(2);
    expect(bench.cells()).toMatchObject({ E2: '一二三四五六七八', H2: '完成（标题过长，已截短）' });
  });

  test('and cannot be written again is cut and marked: a usable copy is never thrown away', async () => {
    const bench = await fillWith((request, look) => (look === 1 ? goodAnswer(request, { title: long }) : 'no JSON'));
    expect(bench.engine.looks).toHaveLength(2);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', E2: '一二三四五六七八', H2: '完成（标题过长，已截短）' });
  });

  test('by leaving a column empty twice needs a person', async () => {
    const bench = await fillWith((request) => goodAnswer(request, { keywords: [] }));
    expect(bench.engine.looks).toHaveLength(2);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', H2: '需人工：关键词没有写出来' });
    expect(bench.cells()['F2']).toBeUndefined();
  });

  test('by inventing a fact is told to leave it out, and is marked when it stays', async () => {
    const bench = await fillWith((request) => goodAnswer(request, { description: '95%棉，GB/T 18401' }));
    expect(userText(bench.engine.looks[1] ?? never_())).toContain('资料里没有“GB/T 18401、95%”，请去掉');
    expect(bench.cells()['H2']).toBe('需人工：请核实描述中的“GB/T 18401、95%”，资料里没有');
    const mended = await fillWith((request, look) => goodAnswer(request, look === 1 ? { description: '95%棉' } : {}));
    expect(mended.cells()).toMatchObject({ D2: 'A的描述', H2: '完成' });
  });

  test('states no invention when the row states it, also with the unit in the header', async () => {
    const head = ['SKU', '图片', '款', '成分', '重量（g）', '描述', '标题', '关键词', '状态'];
    const bench = createFillBench({
      head,
      rows: [['A', 'A.jpg', 'A', '95%棉', '250']],
      engine: (request) => goodAnswer(request, { description: '95%棉，重250g' }),
    });
    await bench.fill();
    expect(bench.engine.looks).toHaveLength(1);
    expect(bench.cells()).toMatchObject({ F2: '95%棉，重250g', I2: '完成' });
  });

  test('may hold any fact where the recipe copies what is in the picture', async () => {
    const columns = smallRecipe.columns.map((column) =>
      column.key === 'description' ? columnOf({ ...column, verbatim: true }) : column,
    );
    const bench = createFillBench({
      rows: [product('A')],
      engine: (request) => goodAnswer(request, { description: 'GB/T 18401' }),
    });
    await bench.fill({ recipe: { ...smallRecipe, columns } });
    expect(bench.cells()).toMatchObject({ D2: 'GB/T 18401', H2: '完成' });
  });

  test('and is no JSON is asked for once more with another seed; then the row has failed', async () => {
    const bench = await fillWith(() => 'Sorry.');
    expect(bench.engine.looks.map((look) => look.seed)).toEqual([7, 1007]);
    expect(bench.cells()['H2']).toMatch(/^失败：模型的回答无法使用/);
    expect(bench.cells()['D2']).toBeUndefined();
  });
});

function never_(): never {
  throw new Error('no such look');
}

describe('a picture', () => {
  test('that is flawed needs a person, and the model is not asked about what cannot be seen', async () => {
    const bench = createFillBench({ rows: [product('A'), product('B')], images: { flaws: { 'A.jpg': ['too-dark'] } } });
    await bench.fill();
    expect(bench.engine.looks.map(rowOf)).toEqual(['B']);
    expect(bench.cells()['H2']).toBe('需人工：图片太暗，请换一张曝光正常的（A.jpg）');
    expect(bench.cells()['D2']).toBeUndefined();
    expect(bench.cells()['H3']).toBe('完成');
  });

  test('that is flawed beside a good one is left out and said', async () => {
    const bench = createFillBench({
      rows: [['A', '好.jpg;糊.jpg', 'A']],
      images: { flaws: { '糊.jpg': ['blurred'] } },
    });
    await bench.fill();
    const pictures = bench.engine.looks[0]?.messages
      .flatMap((one) => one.content)
      .filter((one) => one.type === 'image');
    expect(pictures).toHaveLength(1);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', H2: expect.stringContaining('糊.jpg') as string });
  });

  test.each([
    ['cannot be read', 'B.jpg', new RowscribeError('picture-missing', { path: 'B.jpg' }), '失败：找不到图片 B.jpg'],
    ['is missing', '', undefined, '失败：这一行没有图片'],
    ['is one of too many', '1.jpg;2.jpg;3.jpg;4.jpg;5.jpg', undefined, '失败：这一行有 5 张图片，最多同时查看 4 张'],
  ])('that %s fails its row alone, in words', async (_, cell, failure, status) => {
    const bench = createFillBench({
      rows: [product('A'), ['B', cell, 'B'], product('C')],
      images: failure === undefined ? {} : { failures: { [cell]: failure } },
    });
    expect(await bench.fill()).toMatchObject({ state: 'finished' });
    expect(bench.cells()).toMatchObject({ H2: '完成', H3: expect.stringContaining(status) as string, H4: '完成' });
  });
});

describe('a prompt of the row', () => {
  test('reaches the model with its placeholders filled; an unknown one asks for a person', async () => {
    const head = ['SKU', '图片', '款', '提示词', '描述', '标题', '关键词', '状态'];
    const bench = createFillBench({ head, rows: [['A', 'A.jpg', 'A', '写给{{款}}和{{谁}}']] });
    await bench.fill();
    expect(userText(bench.engine.looks[0] ?? never_())).toContain('补充要求：写给A和');
    expect(bench.cells()).toMatchObject({ E2: 'A的描述', H2: '需人工：提示词中的 {{谁}} 没有对应的列' });
  });
});

describe('an English sheet', () => {
  test('is asked and filled in English, and in another language when that is wanted', async () => {
    const head = ['SKU', 'Image', '款', 'Description', 'Title', 'Keywords', 'Compliance', 'Status'];
    const bench = createFillBench({ head, rows: [product('A')] });
    await bench.fill();
    expect(userText(bench.engine.looks[0] ?? never_())).toContain('Look at the picture');
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
