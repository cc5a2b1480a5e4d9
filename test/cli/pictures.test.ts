// Pictures of every kind from end to end: the real command and model on paths, pictures in cells and floating ones.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ExcelJS from 'exceljs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { withCellPictures } from '../fixtures/cell-pictures.ts';
import { run, type Finished } from '../fixtures/command-line.ts';
import {
  createProductBook,
  demoPhotos,
  outputHeaders,
  readProductBook,
  type ProductBook,
} from '../fixtures/product-book.ts';

/** Photos that the demo model is sure of, by the way the picture gets to its row. */
const rows = [
  { way: 'WEBP', photo: 'hat-4', kind: '帽子', colour: '黄', text: 'photos/hat-4.webp' },
  { way: 'PNG', photo: 'shoes-2', kind: '鞋子', colour: '红', text: 'photos/shoes-2.png' },
  { way: 'JPG', photo: 'shorts-2', kind: '短裤', colour: '蓝', text: 'photos/shorts-2.jpg' },
  { way: 'EXCEL', photo: 'skirt-2', kind: '半身裙', colour: '黑', text: 'in the cell' },
  { way: 'FLOATING', photo: 'hat-1', kind: '帽子', colour: '红', text: '' },
  { way: 'WPS', photo: 'outwear-4', kind: '外套', colour: '蓝', text: 'in the cell' },
] as const;

const photo = (name: string) => readFile(path.join(demoPhotos, `${name}.jpg`));
let made: ProductBook;
let filled: Finished;
const environment = () => ({ ROWSCRIBE_DATA_FOLDER: made.data });

/** Only what the rows name is left in the folder: nothing can be looked at by another way. */
async function preparePhotos(folder: string): Promise<void> {
  await sharp(await photo('hat-4'))
    .webp({ quality: 95 })
    .toFile(path.join(folder, 'hat-4.webp'));
  await sharp(await photo('shoes-2'))
    .png()
    .toFile(path.join(folder, 'shoes-2.png'));
  for (const { photo: name } of rows.filter(({ way }) => way !== 'JPG')) {
    await rm(path.join(folder, `${name}.jpg`));
  }
}

async function addPictures(book: string): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(book);
  const buffer = (await photo('hat-1')) as unknown as ExcelJS.Buffer;
  workbook.worksheets[0]?.addImage(workbook.addImage({ buffer, extension: 'jpeg' }), 'B6:B6');
  const bytes = Buffer.from(await workbook.xlsx.writeBuffer());
  const excel = [{ cell: 'B5', bytes: await photo('skirt-2') }];
  const wps = [{ cell: 'B7', bytes: await photo('outwear-4') }];
  await writeFile(book, withCellPictures(bytes, { excel, wps }));
}

beforeAll(async () => {
  made = await createProductBook(rows.map(({ way, text }) => [way, text]));
  await preparePhotos(path.join(made.folder, 'photos'));
  await addPictures(made.book);
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
