// A fill of rows whose pictures lie in the workbook itself.
import { describe, expect, test } from 'vitest';
import type { PictureRef } from '../../server/domain/row-pictures.ts';
import { RowscribeError } from '../../server/errors.ts';
import { viewSheet } from '../../server/jobs/ingest.ts';
import { loadPictures } from '../../server/jobs/row-pictures.ts';
import type { PlainPicture } from '../fakes/memory-workbooks.ts';
import { book, createFillBench, goodAnswer, headers, product, rowOf, tableOf } from '../fixtures/fill-bench.ts';
import { smallRecipe } from '../fixtures/recipe.ts';

const inCell = (cell: string, text = cell): PlainPicture => ({ cell, place: 'in-cell', bytes: Buffer.from(text) });
const over = (cell: string, text = cell): PlainPicture => ({ ...inCell(cell, text), place: 'floating' });

interface Script {
  readonly rows: readonly (readonly string[])[];
  readonly head?: readonly string[];
  readonly pictures: readonly PlainPicture[];
  /** Pictures that take their place while the first row is looked at, or before the first delivery. */
  readonly whileLooking?: readonly PlainPicture[];
  readonly beforeDelivery?: readonly PlainPicture[];
}

function benchWith({ rows, head = headers, pictures, whileLooking, beforeDelivery }: Script) {
  const put = (now: readonly PlainPicture[]) => {
    const sheets = tableOf(rows, head).map((sheet) => ({ ...sheet, pictures: now }));
    bench.workbooks.put(book, sheets);
  };
  const bench = createFillBench({
    rows,
    head,
    engine: (request) => {
      if (whileLooking !== undefined) put(whileLooking);
      return goodAnswer(request);
    },
    beforePatch: (_, __, count) => {
      if (beforeDelivery === undefined || count > 1) return;
      put(beforeDelivery);
      throw new RowscribeError('workbook-changed', { path: book });
    },
  });
  put(pictures);
  return bench;
}

const without = (key: string) => [key, '', key];
const looked = ({ images }: ReturnType<typeof benchWith>) =>
  images.requests.map(({ path, bytes }) => (bytes === undefined ? path : Buffer.from(bytes).toString()));

describe('a fill', () => {
  test('looks at paths, at pictures in cells and at floating ones, each in its own row', async () => {
    const rows = [product('A'), without('B'), without('C')];
    const bench = benchWith({ rows, pictures: [inCell('B3'), over('C4')] });
    expect(await bench.fill()).toMatchObject({ state: 'finished', total: 3 });
    expect(bench.engine.looks.map(rowOf)).toEqual(['A', 'B', 'C']);
    expect(looked(bench)).toEqual(['A.jpg', 'B3', 'C4']);
    expect(bench.images.requests[1]?.path).toBe('B3 (B3.png)');
    expect(bench.cells()).toMatchObject({ D3: 'B的描述', D4: 'C的描述', H4: '完成' });
  });

  test('takes rows that hold a floating picture and nothing else, in the order of the sheet', async () => {
    const bench = benchWith({ rows: [product('A'), [], product('C')], pictures: [over('B3'), over('B6'), over('B5')] });
    expect(await bench.fill()).toMatchObject({ total: 5 });
    expect(looked(bench)).toEqual(['A.jpg', 'B3', 'C.jpg', 'B5', 'B6']);
    expect(Object.keys(bench.cells()).filter((cell) => cell.startsWith('H'))).toEqual([
      'H1',
      'H2',
      'H3',
      'H4',
      'H5',
      'H6',
    ]);
  });

  test('needs no column of pictures where pictures lie in the rows', async () => {
    const bench = benchWith({ head: ['SKU', '款', '描述'], rows: [['A', 'A', '']], pictures: [over('F2')] });
    await bench.fill();
    expect(bench.cells()['C2']).toBe('A的描述');
  });

  test('misses a picture that was taken out before its row was looked at', async () => {
    const rows = [without('A'), without('B')];
    const bench = benchWith({ rows, pictures: [inCell('B2'), inCell('B3')], whileLooking: [inCell('B2')] });
    await bench.fill();
    expect(looked(bench)).toEqual(['B2']);
    expect(bench.noted.answers.map(({ reason }) => reason)).toEqual(['', 'picture-missing']);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述' });
  });

  test('writes nothing about a picture that was replaced before the delivery; the next run looks at the new one', async () => {
    const [rows, pictures, beforeDelivery] = [[without('A')], [inCell('B2', 'old')], [inCell('B2', 'new')]];
    const bench = benchWith({ rows, pictures, beforeDelivery });
    await bench.fill();
    expect(bench.noted.outdated).toEqual(['A']);
    expect(bench.cells()['D2']).toBeUndefined();
    await bench.fill();
    expect(looked(bench)).toEqual(['old', 'new']);
    expect(bench.cells()['D2']).toBe('A的描述');
  });

  test('never writes into a cell that holds a picture', async () => {
    const bench = benchWith({ rows: [product('A')], pictures: [inCell('D2')] });
    await bench.fill();
    expect(bench.patches.flat().map(({ cell }) => cell)).not.toContain('D2');
    expect(bench.cells()).toMatchObject({ D2: '#VALUE!', E2: 'A的标题' });
  });
});

describe('the pictures of a row', () => {
  const file: PictureRef = { kind: 'file', path: 'a.jpg' };
  const load = async (refs: (listed: PictureRef) => readonly PictureRef[], picturesPerRowMax = 4) => {
    const { workbooks } = benchWith({ rows: [], pictures: [inCell('B2')] });
    const [listed] = await (await workbooks.open(book)).pictures('商品');
    if (listed === undefined) throw new Error('no picture');
    const events: string[] = [];
    const open: typeof workbooks.open = async (path) => {
      events.push('open');
      return { ...(await workbooks.open(path)), close: async () => void events.push('close') };
    };
    const embedded: PictureRef = { kind: 'embedded', name: 'B2', ...listed.picture };
    const source = { workbooks: { open }, workbook: book, picturesPerRowMax };
    const loading = loadPictures(refs(embedded), source, new AbortController().signal);
    const result = await loading.catch((error: unknown) => error);
    return { result, events };
  };

  test('are read with the workbook opened once and closed again, also when one is missing', async () => {
    const { result, events } = await load((listed) => [listed, file, listed]);
    expect(result).toEqual([
      { path: 'B2', bytes: Buffer.from('B2') },
      { path: 'a.jpg' },
      { path: 'B2', bytes: Buffer.from('B2') },
    ]);
    expect(events).toEqual(['open', 'close']);
    const gone = await load((listed) => [{ ...listed, crc32: 0 }]);
    expect(gone.result).toMatchObject({ code: 'picture-missing', facts: { path: 'B2' } });
    expect(gone.events).toEqual(['open', 'close']);
  });

  test('need no workbook when all are files, and are counted before any is read', async () => {
    expect((await load(() => [file])).events).toEqual([]);
    const { result, events } = await load((listed) => [listed, file], 1);
    expect(result).toMatchObject({ code: 'pictures-too-many', facts: { count: 2, countMax: 1 } });
    expect(events).toEqual([]);
    expect((await load(() => [])).result).toMatchObject({ code: 'picture-none' });
  });
});

describe('the sheet that is filled', () => {
  const view = async (sheets: Parameters<ReturnType<typeof createFillBench>['workbooks']['put']>[1]) => {
    const { workbooks } = createFillBench({ rows: [] });
    workbooks.put(book, sheets);
    return viewSheet(await workbooks.open(book), smallRecipe, undefined, new AbortController().signal);
  };
  const cells = { A1: 'SKU', B1: '描述', C1: '标题' };

  test('may lack a column of pictures only when pictures lie below its headers', async () => {
    const low = { name: '下', cells, pictures: [over('E2')] };
    const high = { name: '上', cells, pictures: [over('E1')] };
    expect((await view([high, low])).sheet).toBe('下');
    await expect(view([high])).rejects.toMatchObject({ code: 'columns-missing' });
  });

  test('is one that names its pictures before one that only holds some', async () => {
    const named = { name: '名', cells: { A1: '图片', B1: '描述' } };
    expect((await view([{ name: '图', cells, pictures: [over('E2')] }, named])).sheet).toBe('名');
  });
});
