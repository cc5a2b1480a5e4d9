// Many finished workbooks in a watched folder: seconds to look at all, to fill the one that changes, memory and CPU at rest.
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ExcelJS from 'exceljs';
import { start } from '../fixtures/command-line.ts';
import { demoPhotos, outputHeaders } from '../fixtures/product-book.ts';
import { cpuSeconds, sampleMemory } from '../soak/memory.ts';

const rowsEach = 20;
const restMs = 30_000;
/** Memory is given back once, 3 s after the last work. */
const settleMs = 5_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A workbook whose rows are finished, but for the last when `isNew`. */
async function bookOf(number: number, isNew: boolean): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('商品');
  sheet.addRow(['SKU', '图片', ...outputHeaders]);
  for (let row = 1; row <= rowsEach; row += 1) {
    const copy = isNew && row === rowsEach ? [] : outputHeaders.map((header) => `${header}，第 ${row} 行的文字。`);
    sheet.addRow([`W-${number}-${row}`, 'photos/hat-1.jpg', ...copy]);
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** Measures a folder of `count` workbooks with the demo model and prints the figures. */
export async function benchManyBooks(count: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rowscribe-many-'));
  const shop = path.join(folder, 'shop');
  try {
    await mkdir(shop);
    await cp(demoPhotos, path.join(shop, 'photos'), { recursive: true });
    for (let number = 0; number < count; number += 1) {
      await writeFile(path.join(shop, `book-${number}.xlsx`), await bookOf(number, false));
    }
    const watching = start(['watch', shop], { ROWSCRIBE_DATA_FOLDER: path.join(folder, 'data') });
    const pid = watching.child.pid ?? 0;
    await watching.seen(/Watching/);
    const startedAtMs = performance.now();
    const lookCpu = await untilAtRest(pid);
    const lookMs = performance.now() - startedAtMs;
    await pause(settleMs);
    const before = await cpuSeconds(pid);
    await pause(restMs);
    const idle = ((await cpuSeconds(pid)) - before) / (restMs / 1000);
    const { programMegabytes } = await sampleMemory(pid, 0);
    const changed = path.join(shop, 'book-7.xlsx');
    await writeFile(`${changed}.part`, await bookOf(7, true));
    const savedAtMs = performance.now();
    await rename(`${changed}.part`, changed);
    await watching.seen(/1 rows done/);
    const doneMs = performance.now() - savedAtMs;
    watching.child.kill('SIGINT');
    await watching.finished;
    const say = (name: string, value: string) => process.stdout.write(`  ${name.padEnd(32)}${value}\n`);
    process.stdout.write(`\nwatch: ${count} workbooks of ${rowsEach} rows\n`);
    say('all looked at', `${(lookMs / 1000).toFixed(1)} s (CPU ${lookCpu.toFixed(1)} s)`);
    say('at rest', `${programMegabytes} MB, CPU ${(idle * 100).toFixed(1)} %`);
    say('one changes: save to its new row', `${(doneMs / 1000).toFixed(1)} s, the model's loading with it`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives the processor seconds that were used when they have stopped growing. */
async function untilAtRest(pid: number): Promise<number> {
  for (let last = -1; ;) {
    const now = await cpuSeconds(pid);
    if (now - last < 0.05) return now;
    last = now;
    await pause(1000);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchManyBooks(Number(process.argv[2] ?? 500));
}
