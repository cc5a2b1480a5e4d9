// kill -9 of the program and of its engine at random moments of a fill: every row is delivered exactly once.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, describe, expect, test } from 'vitest';
import { start, type Running } from '../fixtures/command-line.ts';
import { mulberry32 } from '../fixtures/random.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { engineOf } from '../fixtures/processes.ts';
import { createProductBook, outputHeaders, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

/** `npm run test:kills` sets the full count. A llama-server takes longer to start. */
const wantedKills = process.env['ROWSCRIBE_KILLS'];
const photos = ['hat-1', 'pants-3', 'shoes-2', 'shorts-2', 'skirt-2', 't-shirt-3', 'shirt-4', 'outwear-4'];
const rowCount = 24;

let made: ProductBook | undefined;
afterEach(async () => {
  await made?.remove();
});

// The engine's process is found through /proc.
const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('a fill that is killed (Linux)', () => {
  promises({ ROWSCRIBE_ENGINE: 'embedded' }, Number(wantedKills ?? 6));
});

describe.skipIf(!isLinux || llamaServer === undefined)(
  'a fill on llama-server that is killed (Linux; needs one: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    promises({ ROWSCRIBE_ENGINE: 'llama-server', ROWSCRIBE_LLAMA_SERVER: llamaServer ?? '' }, Number(wantedKills ?? 2));
  },
);

function promises(engine: Readonly<Record<string, string>>, kills: number): void {
  test(`delivers each of ${rowCount} rows exactly once through ${kills} kills of program and engine, the file always whole`, async () => {
    const rows = Array.from({ length: rowCount }, (_, index) => [
      `K-${index + 1}`,
      `photos/${photos[index % photos.length]}.jpg`,
    ]);
    made = await createProductBook(rows);
    const seed = Number(process.env['ROWSCRIBE_KILL_SEED'] ?? Date.now() % 1_000_000);
    const random = mulberry32(seed);
    const told = await fillThroughKills(made, random, engine, kills);
    expect(told.killed, `seed ${seed}`).toBe(kills);

    const after = await readProductBook(made.book);
    for (const row of after.rows) {
      for (const header of outputHeaders) expect(row[header], `seed ${seed}: ${row['SKU']} ${header}`).toBeTruthy();
      expect(row['状态'], `seed ${seed}`).toBe('完成');
    }
    expect(await deliveriesPerCell(made.data), `seed ${seed}`).toEqual([1]);
    // Nothing is left beside the workbook.
    expect((await readdir(made.folder)).toSorted()).toEqual(['data', 'photos', 'products.xlsx']);
  }, 600_000);
}

/** Runs fill until it ends by itself, killing the program and the engine in turns after random waits. */
async function fillThroughKills(
  book: ProductBook,
  random: () => number,
  engine: Readonly<Record<string, string>>,
  kills: number,
): Promise<{ killed: number }> {
  let killed = 0;
  for (let attempt = 0; attempt <= kills + 1; attempt += 1) {
    const running = start(['fill', book.book, '--json'], {
      ...engine,
      ROWSCRIBE_DATA_FOLDER: book.data,
      ROWSCRIBE_DELIVER_ROWS_MAX: '3',
    });
    let isProgramKilled = false;
    while (killed < kills && !isProgramKilled) {
      const outcome = await Promise.race([running.finished.then(() => 'ended' as const), pause(random() * 1500)]);
      if (outcome === 'ended') break;
      isProgramKilled = killed % 2 === 1;
      if (isProgramKilled ? running.child.kill('SIGKILL') : await killEngine(running)) killed += 1;
      await expectWhole(book);
    }
    const end = await running.finished;
    await expectWhole(book);
    if (end.code === 0 && killed >= kills) return { killed };
    if (end.signal !== 'SIGKILL' && killed < kills && end.code === 0) return { killed };
    expect(end.signal ?? `exit ${end.code}: ${end.stderr}`).toBe('SIGKILL');
  }
  throw new Error('the fill did not come to its end');
}

/** The moments are meant to be random: this wait is the fault, not a synchronisation. */
const pause = (ms: number) => new Promise<'time'>((resolve) => setTimeout(() => resolve('time'), ms));

async function killEngine({ child }: Running): Promise<boolean> {
  const pid = await engineOf(child.pid ?? 0);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  return pid !== undefined;
}

async function expectWhole(book: ProductBook): Promise<void> {
  const { rows } = await readProductBook(book.book);
  expect(rows).toHaveLength(rowCount);
}

/** How often each cell was delivered, as distinct counts: [1] when every cell was delivered once. */
async function deliveriesPerCell(data: string): Promise<number[]> {
  const database = new Database(path.join(data, 'journal.db'), { readonly: true });
  const sql = 'SELECT DISTINCT COUNT(*) AS times FROM provenance GROUP BY row_key, column_key';
  const found = database.prepare(sql).all() as { times: number }[];
  database.close();
  return found.map(({ times }) => times);
}
