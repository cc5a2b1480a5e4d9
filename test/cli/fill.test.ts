// rowscribe fill from end to end: the real command, the real engine with the demo model, real files.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphemeCount } from '../../server/domain/graphemes.ts';
import { run, start, type Finished } from '../fixtures/command-line.ts';
import { createProductBook, outputHeaders, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

/** Photos of whose garment and colour the demo model is sure. */
const sure: Readonly<Record<string, readonly [string, string]>> = {
  'hat-1': ['帽子', '红'],
  'hat-4': ['帽子', '黄'],
  'outwear-4': ['外套', '蓝'],
  'pants-3': ['长裤', '黑'],
  'shirt-4': ['衬衫', '蓝'],
  'shoes-2': ['鞋子', '红'],
  'shorts-2': ['短裤', '蓝'],
  'skirt-2': ['半身裙', '黑'],
};
const names = Object.keys(sure);

let made: ProductBook;
let first: Finished;
const environment = () => ({ ROWSCRIBE_DATA_FOLDER: made.data, ROWSCRIBE_DELIVER_ROWS_MAX: '3' });

beforeAll(async () => {
  made = await createProductBook(
    names.map((name) => [`SKU-${name}`, `photos/${name}.jpg`, '日常']),
    ['场合'],
  );
  first = await run(['fill', made.book, '--json'], environment());
});
afterAll(() => made.remove());

describe('fill', () => {
  test('fills every output cell of every row and says so in words', async () => {
    expect(first.stderr).toContain('Product Copy Demo');
    expect(first.code, first.stderr).toBe(0);
    const { rows } = await readProductBook(made.book);
    expect(rows).toHaveLength(names.length);
    for (const row of rows) {
      for (const header of outputHeaders) expect(row[header], `${row['SKU']} ${header}`).toBeTruthy();
      expect(row['状态']).toMatch(/^完成/);
      expect(row['合规检查']).toMatch(/^(?:通过|.*需)/);
    }
  });

  test('keeps titles to 12 and first paragraphs to 80 characters', async () => {
    const { rows } = await readProductBook(made.book);
    for (const row of rows) {
      for (const letter of ['A', 'B', 'C']) {
        expect(graphemeCount(row[`标题${letter}`] ?? '')).toBeLessThanOrEqual(12);
        expect(graphemeCount(row[`首段${letter}`] ?? '')).toBeLessThanOrEqual(80);
      }
      expect(graphemeCount(row['描述'] ?? '')).toBeLessThanOrEqual(200);
    }
  });

  test('describes what the picture shows: garment and colour of photos that the demo model is sure of', async () => {
    const { rows } = await readProductBook(made.book);
    const right = rows.filter((row) => {
      const [kind, colour] = sure[(row['SKU'] ?? '').replace('SKU-', '')] ?? ['?', '?'];
      return (row['描述'] ?? '').includes(kind) && (row['描述'] ?? '').includes(colour);
    });
    // By chance alone one in 120 would be right.
    expect(right.length, rows.map((row) => row['描述']).join('\n')).toBeGreaterThanOrEqual(names.length - 1);
  });

  test('tells programs one object a row, with the tokens that came from the cache', () => {
    expect(first.lines.map((line) => String(line['key'])).toSorted()).toEqual(
      names.map((name) => `SKU-${name}`).toSorted(),
    );
    for (const line of first.lines) {
      expect(line).toMatchObject({ status: 'done', cells: expect.any(Object), seconds: expect.any(Number) });
    }
    // The constant text before the picture is evaluated for the first row only.
    const cached = first.lines.map((line) => Number(line['cachedTokens']));
    expect(cached.filter((count) => count > 100).length).toBeGreaterThanOrEqual(names.length - 1);
  });

  test('has nothing left to do the second time, and does not touch the file', async () => {
    const before = await stat(made.book);
    const again = await run(['fill', made.book], environment());
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('no cell to fill');
    expect((await stat(made.book)).mtimeMs).toBe(before.mtimeMs);
  });

  test('shows a preview and a dry run without writing', async () => {
    const before = await readFile(made.book);
    const preview = await run(['fill', made.book, '--only', 'all', '--preview', '1'], environment());
    expect(preview.code, preview.stderr).toBe(0);
    expect(preview.stdout).toContain('SKU-hat-1');
    const dry = await run(['fill', made.book, '--only', 'all', '--rows', '2', '--dry-run', '--json'], environment());
    expect(dry.lines[0]).toMatchObject({ key: 'SKU-hat-1', row: 2, pictures: ['photos/hat-1.jpg'] });
    expect(dry.lines[0]?.['user']).toContain('场合: 日常');
    expect(dry.stderr).not.toContain('Loading');
    expect(await readFile(made.book)).toEqual(before);
  });

  test('rewrites one cell on demand and leaves all others as they are', async () => {
    const before = (await readProductBook(made.book)).rows;
    const done = await run(['regenerate', made.book, 'D3', '--reason', '换个角度', '--json'], environment());
    expect(done.code, done.stderr).toBe(0);
    expect(done.lines[0]).toMatchObject({ column: 'description', written: true, previous: before[1]?.['描述'] });
    const after = (await readProductBook(made.book)).rows;
    expect(after[1]?.['描述']).toBe(done.lines[0]?.['text']);
    expect(after[1]?.['描述']).not.toBe(before[1]?.['描述']);
    expect(after.map((row) => ({ ...row, 描述: '' }))).toEqual(before.map((row) => ({ ...row, 描述: '' })));
    expect(after.filter((row, index) => row['描述'] !== before[index]?.['描述'])).toHaveLength(1);
  });

  test('leaves a text alone that a person changed, also in mode all', async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(made.book);
    const cell = workbook.worksheets[0]?.getCell('E2');
    if (cell !== undefined) cell.value = '我自己写的标题';
    await workbook.xlsx.writeFile(made.book);
    const done = await run(['fill', made.book, '--only', 'all', '--rows', '2'], environment());
    expect(done.code, done.stderr).toBe(0);
    expect((await readProductBook(made.book)).rows[0]?.['标题A']).toBe('我自己写的标题');
    const forced = await run(['fill', made.book, '--only', 'all', '--overwrite-edited', '--rows', '2'], environment());
    expect(forced.code, forced.stderr).toBe(0);
    expect((await readProductBook(made.book)).rows[0]?.['标题A']).not.toBe('我自己写的标题');
  });
});

describe('a fill that is stopped', () => {
  test('ends within the row in flight, keeps what is done, and goes on with the same command', async () => {
    const own = await createProductBook(names.map((name) => [name, `photos/${name}.jpg`]));
    const settings = { ROWSCRIBE_DATA_FOLDER: own.data, ROWSCRIBE_DELIVER_ROWS_MAX: '1' };
    try {
      const running = start(['fill', own.book, '--json'], settings);
      await running.seen(/"key"/);
      running.child.kill('SIGINT');
      const stopped = await running.finished;
      expect(stopped.code, stopped.stderr).toBe(130);
      const done = (await readProductBook(own.book)).rows.filter((row) => row['描述'] !== '');
      expect(done.length).toBeGreaterThan(0);
      expect(done.length).toBeLessThan(names.length);
      const rest = await run(['fill', own.book, '--json'], settings);
      expect(rest.code, rest.stderr).toBe(0);
      const keys = [...stopped.lines, ...rest.lines].map((line) => String(line['key']));
      expect(keys.toSorted()).toEqual(names.toSorted());
    } finally {
      await own.remove();
    }
  });

  test('writes to another file with --out and leaves the original as it was', async () => {
    const own = await createProductBook([['A', 'photos/hat-1.jpg']]);
    try {
      const before = await readFile(own.book);
      const out = path.join(own.folder, 'filled.xlsx');
      const words = ['fill', own.book, '--out', out];
      expect((await run(words, { ROWSCRIBE_DATA_FOLDER: own.data })).code).toBe(0);
      expect(await readFile(own.book)).toEqual(before);
      expect((await readProductBook(out)).rows[0]?.['描述']).toContain('帽子');
      const again = await run(words, { ROWSCRIBE_DATA_FOLDER: own.data });
      expect(again.code).toBe(3);
      expect(again.stderr).toContain('[out-exists]');
    } finally {
      await own.remove();
    }
  });
});
