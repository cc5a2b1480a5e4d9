// A large workbook saved into a watched folder: seconds, also of the processor, from the save to its first cells and to all of them; peak memory.
import { cp, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ExcelJS from 'exceljs';
import { start } from '../fixtures/command-line.ts';
import { demoPhotos, outputHeaders } from '../fixtures/product-book.ts';
import { cpuSeconds } from '../soak/memory.ts';

const photos = ['hat-1', 'pants-3', 'shoes-2', 'shorts-2', 'skirt-2', 't-shirt-3', 'shirt-4', 'outwear-4'];
/** How often the file is looked at while it fills; small against what is measured. */
const lookEveryMs = 50;

/** Writes `rowCount` rows, the last `newCount` of them without copy. */
async function writeBook(file: string, rowCount: number, newCount: number): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: file });
  const sheet = book.addWorksheet('商品');
  sheet.addRow(['SKU', '图片', ...outputHeaders]).commit();
  for (let row = 1; row <= rowCount; row += 1) {
    const isNew = row > rowCount - newCount;
    const copy = isNew ? [] : outputHeaders.map((header) => `${header}，第 ${row} 行已经写好的文字。`);
    sheet.addRow([`W-${row}`, `photos/${photos[row % photos.length]}.jpg`, ...copy]).commit();
  }
  await book.commit();
}

/** Measures one workbook of that size with the demo model and prints the figures. */
export async function benchWatch(rowCount: number, newCount: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rowscribe-watch-bench-'));
  const [shop, outside] = [path.join(folder, 'shop'), path.join(folder, 'large.xlsx')];
  try {
    await cp(demoPhotos, path.join(shop, 'photos'), { recursive: true });
    await writeBook(outside, rowCount, newCount);
    const { size } = await stat(outside);
    const watching = start(['watch', shop], { ROWSCRIBE_DATA_FOLDER: path.join(folder, 'data') });
    await watching.seen(/Watching/);
    const book = path.join(shop, 'large.xlsx');
    const pid = watching.child.pid ?? 0;
    const cpuBefore = await cpuSeconds(pid);
    await rename(outside, book);
    const savedAtMs = performance.now();
    const firstMs = await untilChanged(book, size, savedAtMs);
    const firstCpu = (await cpuSeconds(pid)) - cpuBefore;
    await watching.seen(new RegExp(`${newCount} rows done`));
    const allMs = performance.now() - savedAtMs;
    const allCpu = (await cpuSeconds(pid)) - cpuBefore;
    const peak = await peakMegabytes(pid);
    watching.child.kill('SIGINT');
    await watching.finished;
    const say = (name: string, value: string) => process.stdout.write(`  ${name.padEnd(32)}${value}\n`);
    process.stdout.write(`\nwatch: ${rowCount} rows (${(size / 2 ** 20).toFixed(1)} MB), ${newCount} of them new\n`);
    say(
      'save to first delivered cells',
      `${(firstMs / 1000).toFixed(1)} s (CPU ${firstCpu.toFixed(1)} s, the model's with it)`,
    );
    say('save to all of them', `${(allMs / 1000).toFixed(1)} s (CPU ${allCpu.toFixed(1)} s)`);
    say('peak memory of the program', peak === undefined ? 'not measured here' : `${peak} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilChanged(file: string, size: number, savedAtMs: number): Promise<number> {
  for (;;) {
    const now = await stat(file).catch(() => undefined);
    if (now !== undefined && now.size !== size) return performance.now() - savedAtMs;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Linux keeps the high-water mark of a process; elsewhere it is not measured. */
async function peakMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchWatch(Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 50));
}
