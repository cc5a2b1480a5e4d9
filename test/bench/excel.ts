// The add-in: from the click on the ribbon to the first written cell, and what reading and writing a large sheet costs.
import type { LinkAnswer, LinkRequest } from '../../server/contract/links.ts';
import type { FakeExcel } from '../fakes/office/fake-excel.ts';
import { openExcelPage, startExcelServer } from '../browser/excel-page.ts';

const rowCount = 2000;
const rowsAWrite = 20;
const clicks = 3;
const letters = ['C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'];
const headers = ['SKU', '图片', '描述', '标题A', '首段A', '标题B', '首段B', '标题C', '首段C', '关键词'];

/** The pane in Excel, which is checked with the types of Office rather than with those of Node. */
const excelPane = new URL('../addin/excel-pane.ts', import.meta.url).href;

interface Pane {
  readonly excel: FakeExcel;
  readonly host: { answer(request: LinkRequest): Promise<LinkAnswer> };
}

const print = (line: string) => process.stdout.write(`${line}\n`);

/** The adapter alone, over the Excel in memory: real Excel adds its own time to each step. */
async function benchHost(): Promise<void> {
  const { openExcelPane } = (await import(excelPane)) as {
    readonly openExcelPane: (sheet: string, rows: readonly (readonly string[])[]) => Promise<Pane>;
  };
  const rows = Array.from({ length: rowCount }, (_, row) => [`SKU-${row}`, `photos/${row}.jpg`]);
  const { excel, host } = await openExcelPane('商品', [headers, ...rows]);
  const readFrom = performance.now();
  const read = await host.answer({ id: 'r', ask: 'read', sheet: '商品' });
  if (read.answer !== 'sheet') throw new Error(read.answer);
  print(`${read.rows.length} rows read in ${(performance.now() - readFrom).toFixed(0)} ms`);
  const syncsBefore = excel.syncCount;
  const from = performance.now();
  let { revision } = read;
  for (let row = 2; row < rowCount + 2; row += rowsAWrite) {
    const numbers = Array.from({ length: rowsAWrite }, (_, index) => row + index);
    const edits = numbers.flatMap((number) =>
      letters.map((letter) => ({ cell: `${letter}${number}`, value: `第 ${number} 行的文案`, expected: '' })),
    );
    const answer = await host.answer({ id: String(row), ask: 'write', sheet: '商品', revision, edits });
    if (answer.answer !== 'written' || answer.refused.length > 0) throw new Error(JSON.stringify(answer));
    ({ revision } = answer);
  }
  const batches = rowCount / rowsAWrite;
  const seconds = (performance.now() - from) / 1000;
  print(
    `${rowCount} rows of 8 cells written in ${batches} batches in ${seconds.toFixed(2)} s: ` +
      `${((seconds * 1000) / batches).toFixed(1)} ms a batch, ${(excel.syncCount - syncsBefore) / batches} syncs, ` +
      `${excel.undoCount / batches} step of the undo list`,
  );
}

/** The real server, page and demo model; the model is loaded before the first click counts. */
async function benchClick(): Promise<void> {
  const server = await startExcelServer();
  const times: number[] = [];
  for (let click = 0; click <= clicks; click += 1) {
    const page = await openExcelPage(server, [['A-1', 'photos/dress-1.jpg', null]]);
    const from = performance.now();
    await page.press('fillEmpty');
    while ((await page.rows())[0]?.[2] === '') await new Promise((resolve) => setTimeout(resolve, 5));
    if (click > 0) times.push(performance.now() - from);
    await page.close();
  }
  await server.close();
  const shown = times.map((time) => `${(time / 1000).toFixed(2)} s`).join(', ');
  print(`from the click to the first written cell, demo model on this machine's processor: ${shown}`);
}

await benchHost();
await benchClick();
