// What every implementation of the workbooks port must do with pictures that lie in a workbook.
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import type { PlainSheet } from '../fakes/memory-workbooks.ts';
import { thrownCode } from './images-contract.ts';
import type { WorkbooksSubject } from './workbook-contract.ts';

const plain: PlainSheet = { name: '商品', cells: { A1: 'x' } };
const red = Buffer.from('a red picture');
const blue = Buffer.from('a blue picture');
const illustrated: PlainSheet = {
  name: '图',
  cells: { A1: 'x', B2: 'y', A9: 'z' },
  pictures: [
    { cell: 'B2', place: 'in-cell', bytes: red },
    { cell: 'C5', place: 'floating', bytes: blue },
  ],
};

/** Part of the workbooks' contract. */
export function picturing(create: () => WorkbooksSubject): void {
  const make = async () => {
    const subject = create();
    const path = await subject.make([plain, illustrated]);
    return { subject, path, book: await subject.workbooks.open(path) };
  };

  test('pictures are listed by cell, in order of rows, each sheet’s own, and their bytes are read', async () => {
    const { book } = await make();
    const pictures = await book.pictures('图');
    expect(pictures).toMatchObject([
      { row: 2, column: 1, place: 'in-cell', picture: { sizeBytes: red.length, crc32: crc32(red) } },
      { row: 5, column: 2, place: 'floating', picture: { sizeBytes: blue.length, crc32: crc32(blue) } },
    ]);
    expect(await book.pictures('商品')).toEqual([]);
    const read = pictures.map(({ picture }) => book.readPicture(picture, 'x'));
    expect((await Promise.all(read)).map((bytes) => Buffer.from(bytes))).toEqual([red, blue]);
    await book.close();
  });

  test('a cell that holds a picture says so, and a floating picture makes no row', async () => {
    const { book } = await make();
    const rows = [];
    for await (const row of book.rows('图')) rows.push([row.number, row.cells.get(1)?.rich]);
    expect(rows).toEqual([
      [1, undefined],
      [2, true],
      [9, undefined],
    ]);
    await book.close();
  });

  test('a cell that holds a picture is not written over, and one below a floating picture is', async () => {
    const { subject, book, path } = await make();
    await book.close();
    const edits = ['B2', 'C5'].map((cell) => ({ sheet: '图', cell, value: 'text' }));
    const report = await subject.workbooks.patch(path, edits);
    expect(report.refused.map(({ cell, error }) => [cell, error.code])).toEqual([['B2', 'cell-picture']]);
    const after = await subject.workbooks.open(path);
    expect(await after.pictures('图')).toHaveLength(2);
    await after.close();
  });

  test('a picture of another workbook, and a sheet that is not there, are missing', async () => {
    const { book } = await make();
    const other = { part: 'xl/media/none.png', crc32: 1, sizeBytes: 9 };
    expect(await thrownCode(book.readPicture(other, 'B2'))).toBe('picture-missing');
    expect(await thrownCode(book.pictures('None'))).toBe('sheet-missing');
    await book.close();
  });
}
