// The add-in as a person uses it: ribbon, pane and cells in a real browser, with the real server and the demo model.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RegenerateAnswer } from '../../server/contract/cells.ts';
import type { RunView } from '../../server/contract/runs.ts';
import { hasChromium } from './chromium.ts';
import { openExcelPage, sheetName, startExcelServer, type ExcelPage, type ExcelServer } from './excel-page.ts';

const photos = ['dress-1', 'hat-1', 'shirt-1', 'skirt-1'];
const products = photos.map((photo, index) => [`A-${index + 1}`, `photos/${photo}.jpg`, null]);
const runTimeoutMs = 60_000;

let server: ExcelServer;
let opened: ExcelPage | undefined;

async function open(rows: readonly (readonly (string | null)[])[]): Promise<ExcelPage> {
  opened = await openExcelPage(server, rows);
  return opened;
}

async function ended(excel: ExcelPage, state: RunView['state']): Promise<void> {
  const patience = { timeout: runTimeoutMs, interval: 100 };
  await expect.poll(async () => (await excel.run()).state, patience).toBe(state);
}

async function someWritten(excel: ExcelPage, count: number): Promise<void> {
  const written = async () => (await excel.rows()).filter((row) => row[2] !== '').length;
  await expect.poll(written, { timeout: runTimeoutMs, interval: 20 }).toBeGreaterThan(count);
}

/** Every row of the sheet holds what the run made for its SKU. */
async function expectRightTexts(excel: ExcelPage, kept: Readonly<Record<string, string>> = {}): Promise<void> {
  const made = await excel.runRows();
  for (const row of await excel.rows()) {
    const [sku = '', , description = ''] = row;
    if (sku === '') continue;
    const text = made.get(sku)?.cells.find(({ column }) => column === 'description')?.text;
    expect(description, sku).toBe(kept[sku] ?? text);
    expect(description, sku).not.toBe('');
  }
}

describe.skipIf(!hasChromium())('in Excel', () => {
  beforeAll(async () => {
    server = await startExcelServer();
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  afterAll(() => server.close());

  test('one click on the ribbon fills every empty cell, while rows are sorted and inserted and a person writes', async () => {
    const rows = products.map((row, index) => (index === 1 ? [...row.slice(0, 2), '我的描述'] : row));
    const excel = await open(rows);
    await excel.press('fillEmpty');
    await someWritten(excel, 1);
    await excel.inExcel(({ excel: book }, sheet) => {
      book.sortRows(sheet, 0, true);
      book.insertRows(sheet, 2, 2);
    }, sheetName);
    await ended(excel, 'finished');
    expect((await excel.rows()).map(([sku]) => sku).filter(Boolean)).toHaveLength(rows.length);
    await expectRightTexts(excel, { 'A-2': '我的描述' });
    expect(excel.foreign).toEqual([]);
    expect(excel.faults).toEqual([]);
  });

  test('what a person types and what a colleague sends during the run stays theirs', async () => {
    const excel = await open(products);
    await excel.press('fillEmpty');
    await excel.inExcel(async ({ excel: book }, sheet) => {
      const finish = book.beginEditing();
      book.type(sheet, 'C4', '同事的描述', 'Remote');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      book.type(sheet, 'C5', '我正在写的描述');
      finish();
    }, sheetName);
    await ended(excel, 'finished');
    await expectRightTexts(excel, { 'A-3': '同事的描述', 'A-4': '我正在写的描述' });
  });

  test('fills the rows that are selected at the moment of the click, and no others', async () => {
    const excel = await open(products);
    await excel.inExcel(({ excel: book }, sheet) => book.select(sheet, 'A3:B3'), sheetName);
    await excel.press('fillSelected');
    await ended(excel, 'finished');
    expect((await excel.rows()).map((row) => row[2] !== '')).toEqual([false, true, false, false]);
  });

  test('a protected sheet is explained in the pane, and nothing is written', async () => {
    const excel = await open(products.slice(0, 2));
    await excel.inExcel(({ excel: book }, sheet) => void (book.sheet(sheet).isProtected = true), sheetName);
    await excel.press('fillEmpty');
    await expect.poll(() => excel.page.locator('body').innerText(), { timeout: runTimeoutMs }).toMatch(/保护|锁定/);
    expect((await excel.rows()).map((row) => row[2])).toEqual(['', '']);
  });

  test('stop on the ribbon ends the run; finished rows are kept', async () => {
    const excel = await open(Array.from({ length: 24 }, (_, n) => [`B-${n}`, `photos/${photos[n % 4]}.jpg`, null]));
    await excel.press('fillEmpty');
    await someWritten(excel, 0);
    await excel.press('stopRun');
    await ended(excel, 'stopped');
    const filled = (await excel.rows()).filter((row) => row[2] !== '').length;
    expect(filled).toBe((await excel.run()).finished);
    expect(filled).toBeLessThan(24);
  });

  test('the active cell is written again', async () => {
    const excel = await open([[...(products[0] ?? []).slice(0, 2), '旧的描述']]);
    await excel.inExcel(({ excel: book }, sheet) => book.select(sheet, 'C2'), sheetName);
    const answered = excel.page.waitForResponse('**/api/cells/regenerate');
    await excel.press('regenerateCell');
    const answer = (await (await answered).json()) as RegenerateAnswer;
    expect(answer).toMatchObject({ previous: '旧的描述', isWritten: true });
    expect((await excel.rows())[0]?.[2]).toBe(answer.text);
  });

  test('a pane that is open goes on when the program is started again', async () => {
    const excel = await open(products.slice(0, 2));
    await excel.press('openPane');
    await server.restart();
    await expect.poll(() => excel.hasState(), { timeout: runTimeoutMs }).toBe(true);
    await excel.press('fillEmpty');
    await ended(excel, 'finished');
    await expectRightTexts(excel);
  });

  test('COPY.CHECK answers in a cell', async () => {
    const excel = await open(products.slice(0, 1));
    const results = await excel.inExcel(
      async ({ office }, texts) => {
        const answers: unknown[] = [];
        for (const text of texts) answers.push(await office.call('CHECK', text));
        return answers;
      },
      ['全网最佳面料', '亲肤柔软'],
    );
    expect(results[0]).toMatch(/^“全网最佳”（广告法.*）→./);
    expect(results[1]).toBe('通过');
  });
});
