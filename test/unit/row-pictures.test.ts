// Which pictures belong to a row, and what of them its fingerprint holds.
import { expect, test } from 'vitest';
import { createRowReader } from '../../server/domain/row.ts';
import { pictureName, picturesOf, type CellPicture } from '../../server/domain/row-pictures.ts';
import { columnMap } from '../fixtures/row.ts';

/** Columns: A SKU, B and C pictures, D a fact, E description. */
const named = columnMap(['SKU', '图片1', '图片2', '颜色', '描述']);
/** The same without columns of pictures: A SKU, B and C facts. */
const unnamed = { ...named, pictures: [] };

const column = { A: 0, B: 1, C: 2, D: 3, E: 4, H: 7 };
type Place = keyof typeof column;

function picture(at: Place, place: CellPicture['place'], crc32 = column[at] + 100): CellPicture {
  return { row: 7, column: column[at], place, picture: { part: `xl/media/${at}.png`, crc32, sizeBytes: 9 } };
}

const inCell = (at: Place, crc32?: number) => picture(at, 'in-cell', crc32);
const over = (at: Place, crc32?: number) => picture(at, 'floating', crc32);
const texts = (cells: Partial<Record<Place, string>>) =>
  new Map(Object.entries(cells).map(([at, text]) => [column[at as Place], text]));

test.each<[string, Partial<Record<Place, string>>, CellPicture[], string[]]>([
  ['paths of its columns', { B: 'a.jpg;b.jpg', C: 'c.jpg' }, [], ['a.jpg', 'b.jpg', 'c.jpg']],
  ['the picture in a cell of a column', {}, [inCell('B')], ['B7 (B.png)']],
  ['a path and a picture in a cell', { B: 'a.jpg' }, [inCell('C')], ['a.jpg', 'C7 (C.png)']],
  ['a picture over a cell of a column', {}, [over('C')], ['C7 (C.png)']],
  ['the path, not the small picture over it', { B: 'a.jpg' }, [over('B')], ['a.jpg']],
  ['the picture in a cell, not the one over it', {}, [inCell('B'), over('B', 7)], ['B7 (B.png)']],
  ['its columns before any other cell', { B: 'a.jpg' }, [inCell('D'), over('H')], ['a.jpg']],
  ['pictures in other cells, but not in a cell that is filled', {}, [inCell('D'), inCell('E')], ['D7 (D.png)']],
  ['a picture in a cell before floating ones', { A: 'x' }, [over('A'), inCell('D')], ['D7 (D.png)']],
  ['floating pictures anywhere in a row with text', { A: 'x' }, [over('H'), over('A')], ['A7 (A.png)', 'H7 (H.png)']],
  ['no floating picture beside the columns of a row without text', {}, [over('H')], []],
  ['no floating picture where only outputs have text', { E: '旧' }, [over('H')], []],
  ['the same picture once', {}, [inCell('B', 5), inCell('C', 5)], ['B7 (B.png)']],
])('a row has %s', (_, cells, pictures, expected) => {
  expect(picturesOf({ texts: texts(cells), pictures }, named).map(pictureName)).toEqual(expected);
});

test('where no column names pictures, one that floats in a row makes it a product', () => {
  expect(picturesOf({ texts: new Map(), pictures: [over('H')] }, unnamed).map(pictureName)).toEqual(['H7 (H.png)']);
});

const read = (pictures: CellPicture[], cells: Partial<Record<Place, string>> = {}) =>
  createRowReader(named, (text) => text)({ number: 7, texts: texts(cells), occupied: new Set(), pictures });

test('a row of nothing but a picture is a product row, and is known again by the picture’s content', () => {
  const [row, moved, other] = [read([over('B', 5)]), read([inCell('B', 5)]), read([over('B', 6)])];
  expect(row?.pictures).toHaveLength(1);
  expect(moved?.fingerprint).toBe(row?.fingerprint);
  expect(other?.fingerprint).not.toBe(row?.fingerprint);
  expect(read([over('H')])).toBeUndefined();
});

test('paths make the fingerprint that they always made, also twice the same', () => {
  expect(read([], { A: 'S', B: 'a.jpg', C: 'a.jpg' })?.fingerprint).toBe('[["a.jpg","a.jpg"],[],""]');
  expect(read([over('B')], { A: 'S', B: 'a.jpg' })?.fingerprint).toBe('[["a.jpg"],[],""]');
});
