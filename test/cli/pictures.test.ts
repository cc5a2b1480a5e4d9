// Pictures of every kind from end to end: the real command and model on paths, pictures in cells and floating ones.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { run, type Finished } from '../fixtures/command-line.ts';
import { createPictureBook, pictureRows as rows } from '../fixtures/picture-book.ts';
import { outputHeaders, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

let made: ProductBook;
let filled: Finished;
const environment = () => ({ ROWSCRIBE_DATA_FOLDER: made.data });

beforeAll(async () => {
  made = await createPictureBook();
  filled = await run(['fill', made.book, '--json'], environment());
});
afterAll(() => made.remove());

describe('a workbook with pictures as paths, in cells and over cells', () => {
  test('is filled in every row', async () => {
    expect(filled.code, filled.stderr).toBe(0);
    const { rows: read } = await readProductBook(made.book);
    expect(read).toHaveLength(rows.length);
    for (const row of read) {
      for (const header of outputHeaders) expect(row[header], `${row['SKU']} ${header}`).toBeTruthy();
      expect(row['状态'], row['SKU']).toMatch(/^完成/);
    }
  });

  test('gets copy about the garment of each row’s own picture', async () => {
    const { rows: read } = await readProductBook(made.book);
    const said = new Map(read.map((row) => [row['SKU'], row['描述'] ?? '']));
    for (const { way, kind, colour } of rows) {
      expect(said.get(way), way).toContain(kind);
      expect(said.get(way), way).toContain(colour);
    }
  });

  test('keeps its pictures, and names them where a person may read of them', async () => {
    const book = await createWorkbooks().open(made.book);
    const pictures = await book.pictures('商品');
    expect(pictures.map(({ row, place }) => [row, place])).toEqual([
      [5, 'in-cell'],
      [6, 'floating'],
      [7, 'in-cell'],
    ]);
    await book.close();
    const dry = await run(['fill', made.book, '--only', 'all', '--dry-run', '--json'], environment());
    const named = dry.lines.map((line) => line['pictures']);
    expect(named.slice(3)).toEqual([['B5 (rich1.jpeg)'], [expect.stringMatching(/^B6 \(image/)], ['B7 (wps1.jpeg)']]);
  });

  test('has a single cell written anew from the picture in the row', async () => {
    const done = await run(['regenerate', made.book, 'C5', '--reason', '换个角度', '--json'], environment());
    expect(done.code, done.stderr).toBe(0);
    expect(done.lines[0]).toMatchObject({ column: 'description', written: true });
    expect(String(done.lines[0]?.['text'])).toContain('半身裙');
  });
});
