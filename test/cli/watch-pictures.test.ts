// A workbook with pictures of every kind dropped into a watched folder: real command, real model, two other readers.
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { start, type Finished } from '../fixtures/command-line.ts';
import { hasLibreOffice, savedByLibreOffice } from '../fixtures/libreoffice.ts';
import { createPictureBook, pictureRows } from '../fixtures/picture-book.ts';
import { outputHeaders, readProductBook, type ProductBook, type ReadBook } from '../fixtures/product-book.ts';

let made: ProductBook;
let shop: string;
let ended: Finished;

beforeAll(async () => {
  made = await createPictureBook();
  shop = path.join(made.folder, 'shop');
  await mkdir(shop);
  await rename(path.join(made.folder, 'photos'), path.join(shop, 'photos'));
  const watching = start(['watch', shop, '--json'], { ROWSCRIBE_DATA_FOLDER: made.data });
  try {
    await watching.seen(/Watching/);
    await rename(made.book, path.join(shop, 'products.xlsx'));
    await watching.seen(/"event":"done"/);
  } finally {
    watching.child.kill('SIGINT');
    ended = await watching.finished;
  }
});
afterAll(() => made.remove());

function expectFilled({ rows }: ReadBook): void {
  expect(rows.map((row) => row['SKU'])).toEqual(pictureRows.map(({ way }) => way));
  for (const [index, { way, kind, colour }] of pictureRows.entries()) {
    const row = rows[index] ?? {};
    for (const header of outputHeaders) expect(row[header], `${way} ${header}`).toBeTruthy();
    expect(row['描述'], way).toContain(kind);
    expect(row['描述'], way).toContain(colour);
    expect(row['状态'], way).toMatch(/^完成/);
  }
}

describe('a workbook with pictures of every kind, dropped into a watched folder', () => {
  test('is filled in one go, each row from its own picture', async () => {
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.lines.map((line) => [line['event'], line['rows'] ?? line['done']])).toEqual([
      ['filling', pictureRows.length],
      ['done', pictureRows.length],
    ]);
    expectFilled(await readProductBook(path.join(shop, 'products.xlsx')));
  });

  test.skipIf(!hasLibreOffice)('is read alike by LibreOffice (skipped where soffice is not installed)', async () => {
    const saved = await savedByLibreOffice(path.join(shop, 'products.xlsx'), path.join(made.folder, 'office'));
    expectFilled(await readProductBook(saved));
  });
});
