// Sheets of a watched workbook: several, by different recipes, filtered, hidden, in tables, with the same key twice.
import { writeFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { product } from '../fixtures/fill-bench.ts';
import { columnOf, smallRecipe } from '../fixtures/recipe.ts';
import { filled, startWatch } from '../fixtures/watch-bench.ts';

/** Shares the title and the status with the small recipe; a note is its own. */
const noteRecipe = {
  ...smallRecipe,
  id: 'note',
  columns: [
    columnOf({ key: 'note', headers: ['笔记'] }),
    columnOf({ key: 'title', headers: ['标题'] }),
    columnOf({ key: 'status', kind: 'status', headers: ['状态'] }),
  ],
};
const head = ['SKU', '图片', '款', '描述', '标题', '关键词', '合规', '状态'];
const noteHead = ['SKU', '图片', '款', '笔记', '标题', '状态'];

/** Starts a watch with both recipes on a workbook as `make` fills it; what its sheets hold can be asked for. */
async function startBook(make: (book: ExcelJS.Workbook) => void) {
  const answers = { note: '一条笔记', description: '描述', title: '标题', keywords: ['词甲', '词乙'] };
  const bench = await startWatch({
    books: {},
    recipes: [smallRecipe, noteRecipe],
    engine: ({ schema }) => {
      const asked = Object.keys(schema?.properties ?? {});
      return { json: Object.fromEntries(asked.map((key) => [key, answers[key as keyof typeof answers]])) };
    },
  });
  const book = new ExcelJS.Workbook();
  make(book);
  await writeFile(bench.file('book'), Buffer.from(await book.xlsx.writeBuffer()));
  const sheet = async (name: string) => {
    const read = new ExcelJS.Workbook();
    await read.xlsx.readFile(bench.file('book'));
    const found = read.getWorksheet(name);
    if (found === undefined) throw new Error(`no sheet ${name}`);
    return found;
  };
  const texts = async (name: string, row: number) =>
    Array.from({ length: 8 }, async (_, index) => (await sheet(name)).getRow(row).getCell(index + 1).text);
  return { ...bench, sheet, texts: async (name: string, row: number) => Promise.all(await texts(name, row)) };
}

const done = ['描述', '标题', '词甲、词乙', '通过', '完成'];

describe('a watched workbook', () => {
  test('has every visible sheet filled, each by the recipe that finds most of its columns', async () => {
    const bench = await startBook((book) => {
      book.addWorksheet('说明').addRow(['只是说明']);
      book.addWorksheet('商品').addRows([head, product('A')]);
      book.addWorksheet('小红书').addRows([noteHead, product('B')]);
      const hidden = book.addWorksheet('旧');
      hidden.addRows([head, product('C')]);
      hidden.state = 'hidden';
    });
    await bench.said('book done 1/0/0', 2);
    await bench.settle();
    expect((await bench.texts('商品', 2)).slice(3)).toEqual(done);
    expect((await bench.texts('小红书', 2)).slice(3, 6)).toEqual(['一条笔记', '标题', '完成']);
    expect((await bench.texts('旧', 2)).slice(3)).toEqual(['', '', '', '', '']);
    expect(bench.looks()).toHaveLength(3);
  });

  test('keeps a row of one sheet apart from the row with the same key in another', async () => {
    const bench = await startBook((book) => {
      book.addWorksheet('商品').addRows([head, product('A')]);
      book.addWorksheet('小红书').addRows([noteHead, product('A', '我的笔记', '我的标题')]);
    });
    await bench.said('book done 1/0/0');
    await bench.settle();
    expect((await bench.texts('商品', 2)).slice(3)).toEqual(done);
    expect((await bench.texts('小红书', 2)).slice(3, 6)).toEqual(['我的笔记', '我的标题', '']);
  });

  test('has its filtered and hidden rows filled, and they stay hidden', async () => {
    const bench = await startBook((book) => {
      const sheet = book.addWorksheet('商品');
      sheet.addRows([head, product('A'), product('B')]);
      sheet.autoFilter = 'A1:H3';
      sheet.getRow(3).hidden = true;
    });
    await bench.said('book done 2/0/0');
    expect((await bench.texts('商品', 3)).slice(3)).toEqual(done);
    const sheet = await bench.sheet('商品');
    expect([sheet.getRow(3).hidden, sheet.autoFilter]).toEqual([true, 'A1:H3']);
  });

  test('has the rows of a table filled, the table as it was, and rows below it too', async () => {
    const bench = await startBook((book) => {
      const sheet = book.addWorksheet('商品');
      const rows = [product('A'), product('B')].map((row) => [...row, '', '', '', '', '']);
      sheet.addTable({ name: 'T', ref: 'A1', columns: head.map((name) => ({ name })), rows });
      sheet.getRow(4).values = [...product('C')];
    });
    await bench.said('book done 3/0/0');
    for (const row of [2, 3, 4]) expect((await bench.texts('商品', row)).slice(3), `row ${row}`).toEqual(done);
    expect((await bench.texts('商品', 1)).slice(0, 8)).toEqual(head);
    const read = await createWorkbooks().open(bench.file('book'));
    expect(read.sheets).toEqual([{ name: '商品', visible: true }]);
    await read.close();
  });

  test('with the same key twice has each of the rows filled once', async () => {
    const bench = await startWatch({ books: { book: [product('A'), product('A'), product('B')] } });
    await bench.said('book done 3/0/0');
    expect(await bench.rows()).toEqual([filled('A'), filled('A'), filled('B')]);
    await bench.save([filled('A'), filled('A'), filled('B'), product('A')]);
    await bench.said('book done 1/0/0');
    expect((await bench.rows())[3]).toEqual(filled('A'));
    expect(bench.looks()).toEqual(['A', 'A', 'B', 'A']);
  });
});
