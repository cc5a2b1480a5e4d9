// Disks that fail and processes that are killed at random steps of a delivery: no cell is lost or written twice.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ExcelJS from 'exceljs';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { openBackups } from '../../server/store/backups.ts';
import { headers, product } from '../fixtures/fill-bench.ts';
import { mulberry32 } from '../fixtures/random.ts';
import { runSession, type Fault, type Place } from './delivery-session.ts';

/** `npm run test:faults` sets the full count. */
const trials = Number(process.env['ROWSCRIBE_FAULTS'] ?? 20);
const seed = Number(process.env['ROWSCRIBE_FAULT_SEED'] ?? Date.now() % 1_000_000);
const random = mulberry32(seed);
const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const kinds: readonly Fault['kind'][] = ['ENOSPC', 'kill', 'EIO', 'EPERM', 'kill', 'short'];
/** Of the trials, those whose second session is struck too. */
const twiceShare = 0.25;

const child = fileURLToPath(new URL('delivery-child.ts', import.meta.url));
const keys = Array.from({ length: 8 }, (_, index) => `F${index + 1}`);
/** A person's words, in a cell that a fill would write. */
const own = '人写的标题';
const columns = ['描述', '标题', '关键词', '合规', '状态'];

async function bookBytes(): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('商品');
  sheet.addRow(headers);
  for (const key of keys) sheet.addRow([...product(key, '', key === 'F3' ? own : '')]);
  workbook.addWorksheet('备注').getCell('B2').value = { formula: 'LEN("abc")', result: 3 };
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

async function placeFor(folder: string, bytes: Buffer): Promise<Place> {
  const home = await mkdtemp(path.join(folder, 'trial-'));
  await mkdir(path.join(home, 'shop'));
  const book = path.join(home, 'shop', '商品.xlsx');
  await writeFile(book, bytes);
  return { book, data: path.join(home, 'data') };
}

/** Every kind of step is as likely as the others, and so is every moment at which it is made. */
function randomFault(steps: readonly string[], kind: Fault['kind']): Fault {
  const name = oneOf([...new Set(steps)]);
  const at = oneOf(steps.flatMap((step, index) => (step === name ? [index + 1] : [])));
  return { kind, at, lasts: kind === 'kill' ? 1 : oneOf([1, 1, 4, 40, 100_000]) };
}

/** The first session, with the fault; gives how it ended. */
async function failOnce(place: Place, fault: Fault): Promise<'killed' | 'failed' | 'unharmed'> {
  if (fault.kind !== 'kill') return (await runSession(place, fault)).error === undefined ? 'unharmed' : 'failed';
  const ended = promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    child,
    place.book,
    place.data,
    String(fault.at),
  ]);
  return ended.then(
    () => 'unharmed' as const,
    (error: unknown) => {
      expect((error as { signal?: string }).signal).toBe('SIGKILL');
      return 'killed' as const;
    },
  );
}

/** All cells as the independent reader sees them, by sheet and address; undefined when it cannot read the file. */
async function readCells(book: string): Promise<ReadonlyMap<string, string> | undefined> {
  const workbook = new ExcelJS.Workbook();
  try {
    await workbook.xlsx.readFile(book);
  } catch {
    return undefined;
  }
  const cells = new Map<string, string>();
  for (const sheet of workbook.worksheets) {
    sheet.eachRow((row) => row.eachCell((cell) => void cells.set(`${sheet.name}!${cell.address}`, cell.text)));
  }
  return cells;
}

/** What is in the cells after everything was delivered once. */
function wantedCells(before: ReadonlyMap<string, string>): Map<string, string> {
  const wanted = new Map(before);
  for (const [index, key] of keys.entries()) {
    const at = (letter: string) => `商品!${letter}${index + 2}`;
    wanted.set(at('D'), `${key}的描述`);
    if (key !== 'F3') wanted.set(at('E'), `${key}的标题`);
    wanted.set(at('F'), `${key}词、夏装`);
    wanted.set(at('G'), '通过');
    wanted.set(at('H'), '完成');
  }
  return wanted;
}

/** Cells of the outputs that were recorded other than once. */
function doubled(data: string): number {
  const database = new Database(path.join(data, 'journal.db'), { readonly: true });
  const sql = 'SELECT COUNT(*) AS times FROM provenance GROUP BY row_key, column_key';
  const found = database.prepare(sql).all() as { times: number }[];
  database.close();
  return found.filter(({ times }) => times !== 1).length + Math.abs(found.length - (keys.length * columns.length - 1));
}

/** Whether each listed backup is what it says, and the oldest the workbook as it was before anything was written. */
async function badBackups({ book, data }: Place, original: string, isWritten: boolean): Promise<number> {
  const backups = openBackups(data, { keptMax: 3 });
  const list = await backups.list(book);
  backups.close();
  let bad = isWritten && list.at(-1)?.sha256 !== original ? 1 : 0;
  for (const one of list) bad += hashOf(await readFile(one.path)) === one.sha256 ? 0 : 1;
  return bad;
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test(`through ${trials} faults at random steps of a delivery every cell is written exactly once, the file always whole`, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rowscribe-faults-'));
  const figures = { killed: 0, failed: 0, unharmed: 0, lost: 0, doubled: 0, invalid: 0, leftovers: 0, badBackups: 0 };
  try {
    const bytes = await bookBytes();
    const dry = await placeFor(folder, bytes);
    const before = (await readCells(dry.book)) ?? new Map<string, string>();
    const { steps, error } = await runSession(dry);
    expect(error).toBeUndefined();
    expect(steps.length).toBeGreaterThan(100);
    const wanted = wantedCells(before);
    for (let trial = 0; trial < trials; trial += 1) {
      const place = await placeFor(folder, bytes);
      const faults = [randomFault(steps, kinds[trial % kinds.length] ?? 'kill')];
      if (random() < twiceShare) faults.push(randomFault(steps, oneOf(kinds)));
      for (const fault of faults) figures[await failOnce(place, fault)] += 1;
      const between = await readCells(place.book);
      figures.invalid += between === undefined ? 1 : 0;
      // What a fault leaves is old or new, cell by cell, never anything else.
      for (const [at, text] of between ?? []) figures.lost += [before.get(at), wanted.get(at)].includes(text) ? 0 : 1;
      figures.badBackups += await badBackups(
        place,
        hashOf(bytes),
        hashOf(await readFile(place.book)) !== hashOf(bytes),
      );
      const told = `seed ${seed}, trial ${trial}: ${faults.map(({ kind, at, lasts }) => `${kind} at ${steps[at - 1]} (${at}, ${lasts})`).join(', ')}`;
      expect((await runSession(place)).error, told).toBeUndefined();
      const after = await readCells(place.book);
      figures.invalid += after === undefined ? 1 : 0;
      figures.lost += [...wanted].filter(([at, text]) => after?.get(at) !== text).length;
      figures.doubled += doubled(place.data);
      figures.badBackups += await badBackups(place, hashOf(bytes), true);
      figures.leftovers += (await readdir(path.dirname(place.book))).length - 1;
      const { lost, invalid, leftovers, badBackups: bad } = figures;
      expect({ lost, doubled: figures.doubled, invalid, leftovers, bad }, told).toEqual({
        ...{ lost: 0, doubled: 0, invalid: 0, leftovers: 0, bad: 0 },
      });
    }
    expect(figures.killed).toBeGreaterThan(0);
    expect(figures.failed).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
    const { killed, failed, unharmed, ...counts } = figures;
    process.stdout.write(
      `faults in delivery: ${trials} trials (seed ${seed}) with ${killed + failed + unharmed} faults: ${killed} killed, ${failed} ended with an error, ` +
        `${unharmed} went on by themselves; ${Object.entries(counts)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ')}\n`,
    );
  }
}, 1_200_000);
