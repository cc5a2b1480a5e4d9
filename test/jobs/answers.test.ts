// What becomes of an answer that breaks a rule, of pictures that cannot be used, and of a row's own prompt.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { columnOf, smallRecipe } from '../fixtures/recipe.ts';
import { createFillBench, goodAnswer, product, rowOf } from '../fixtures/fill-bench.ts';

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
    expect(bench.userText(2).split('\n').at(-1)).toContain('有16字，太长，不得超过12字');
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
    expect(bench.userText(2)).toContain('资料里没有“GB/T 18401、95%”，请去掉');
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

  test('by giving two titles the same words has the later one written anew, and says so when it comes again', async () => {
    const variants = ['title_a', 'title_b'].map((key) => columnOf({ key, headers: [key] }));
    const columns = [...smallRecipe.columns.filter(({ kind }) => kind === 'status'), ...variants];
    const fillTitles = async (second: string) => {
      const bench = createFillBench({
        rows: [product('A')],
        head: ['SKU', '图片', '款', 'title_a', 'title_b', '状态'],
        engine: (request, look) =>
          goodAnswer(request, { title_a: '红色羊毛帽子', title_b: look === 1 ? '红色羊毛帽子！' : second }),
      });
      await bench.fill({ recipe: { ...smallRecipe, columns } });
      return bench;
    };
    const mended = await fillTitles('出游就戴它');
    expect(mended.engine.looks[1]?.schema?.required).toEqual(['title_b']);
    expect(mended.userText(2).split('\n').at(-1)).toContain('和「红色羊毛帽子」太像');
    expect(mended.cells()).toMatchObject({ D2: '红色羊毛帽子', E2: '出游就戴它', F2: '完成' });
    const same = await fillTitles('红色羊毛帽子呀');
    expect(same.engine.looks).toHaveLength(2);
    expect(same.cells()['F2']).toBe('完成（title_b与title_a相近，不宜用来对比测试）');
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
    expect(bench.userText(1)).toContain('补充要求：写给A和');
    expect(bench.cells()).toMatchObject({ E2: 'A的描述', H2: '需人工：提示词中的 {{谁}} 没有对应的列' });
  });
});
