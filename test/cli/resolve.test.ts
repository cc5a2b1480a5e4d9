// rowscribe resolve from end to end: a person's words whose facts changed, listed by status and answered.
import { expect, onTestFinished, test } from 'vitest';
import ExcelJS from 'exceljs';
import { run } from '../fixtures/command-line.ts';
import { createProductBook, readProductBook } from '../fixtures/product-book.ts';

async function edit(file: string, cells: Readonly<Record<string, string>>): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(file);
  const sheet = workbook.worksheets[0];
  if (sheet === undefined) throw new Error('no sheet');
  for (const [cell, text] of Object.entries(cells)) sheet.getCell(cell).value = text;
  await workbook.xlsx.writeFile(file);
}

test(
  'a person’s words whose facts changed are listed by status, and stay or are written anew as the person says',
  { timeout: 180_000 },
  async () => {
    const rows = [
      ['A', 'photos/hat-1.jpg', '夏款'],
      ['B', 'photos/shoes-2.jpg', '夏款'],
    ];
    const made = await createProductBook(rows, ['款式']);
    onTestFinished(() => made.remove());
    const { book, folder, data } = made;
    const settings = { ROWSCRIBE_DATA_FOLDER: data };
    expect((await run(['watch', folder, '--once'], settings)).code).toBe(0);
    await edit(book, { C2: '冬款', D2: '我的帽子', C3: '冬款', D3: '我的鞋子' });
    expect((await run(['watch', folder, '--once'], settings)).code).toBe(4);
    const listed = await run(['status', book], settings);
    expect(listed.stdout).toMatch(/D2 .*我的帽子[\s\S]*D3 .*我的鞋子[\s\S]*rowscribe resolve products\.xlsx D2 --mine/);
    const kept = await run(['resolve', book, 'D2', '--mine'], settings);
    expect(kept.code, kept.stderr).toBe(0);
    const anew = await run(['resolve', book, 'D3', '--new'], settings);
    expect(anew.code, anew.stderr).toBe(0);
    const [a, b] = (await readProductBook(book)).rows;
    expect([a?.['描述'], a?.['状态']]).toEqual(['我的帽子', '完成']);
    expect(b?.['描述']).toContain('鞋子');
    expect(b?.['描述']).not.toBe('我的鞋子');
    expect(b?.['状态']).toMatch(/^完成/);
    const again = await run(['resolve', book, 'D3', '--new'], settings);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('question-none')]);
    const unsaid = await run(['resolve', book, 'D3'], settings);
    expect(unsaid.code).toBe(2);
  },
);
