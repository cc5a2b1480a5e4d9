// Pictures that lie in a workbook: found by cell in every form that Excel, WPS and exceljs give them.
import { crc32 } from 'node:zlib';
import excel from 'exceljs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CellPicture } from '../../server/domain/row-pictures.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { withCellPictures, type CellPictureSpecs } from '../fixtures/cell-pictures.ts';
import { thrownCode } from '../contract/images-contract.ts';
import { oneSheet, sheetXml, workbookFile, workbookParts } from './make-workbook.ts';
import { makeZip, type ZipPart } from './make-zip.ts';

const [red, green, blue] = ['red', 'green', 'blue'].map((name) => Buffer.from(`a ${name} picture`)) as [
  ...[Buffer, Buffer, Buffer],
];
const workbooks = createWorkbooks();

async function picturesIn(path: string): Promise<readonly CellPicture[]> {
  const book = await workbooks.open(path);
  try {
    return await book.pictures(book.sheets[0]?.name ?? '');
  } finally {
    await book.close();
  }
}

/** Cell, place and colour of each picture. */
async function found(path: string): Promise<string[]> {
  const colours = new Map([red, green, blue].map((bytes) => [crc32(bytes), bytes.toString().split(' ')[1]]));
  return (await picturesIn(path)).map(({ row, column, place, picture }) => {
    return `${String.fromCharCode(65 + column)}${row} ${place} ${colours.get(picture.crc32) ?? '?'}`;
  });
}

async function excelBook(fill: (sheet: excel.Worksheet, book: excel.Workbook) => void): Promise<Buffer> {
  const book = new excel.Workbook();
  const sheet = book.addWorksheet('商品');
  sheet.addRow(['SKU', '图片', '描述']);
  for (const key of ['A', 'B', 'C']) sheet.addRow([key, 'here', '']);
  fill(sheet, book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

const inCells = async (specs: CellPictureSpecs) => workbookFile(withCellPictures(await excelBook(() => {}), specs));
const imageOf = (book: excel.Workbook, bytes: Buffer) =>
  // exceljs declares a Buffer of its own.
  book.addImage({ buffer: bytes as unknown as excel.Buffer, extension: 'png' });

test('pictures placed in cells are found through the rich values, each at its own cell', async () => {
  const specs = { excel: [red, green].map((bytes, index) => ({ cell: `B${3 + index}`, bytes })) };
  expect(await found(await inCells(specs))).toEqual(['B3 in-cell red', 'B4 in-cell green']);
});

test('pictures of WPS are found by the ID of their formula', async () => {
  const specs = { wps: [red, blue].map((bytes, index) => ({ cell: `B${2 + index}`, bytes })) };
  expect(await found(await inCells(specs))).toEqual(['B2 in-cell red', 'B3 in-cell blue']);
});

test('pictures of WPS are found also where no relationship leads to their part', async () => {
  const change = (part: ZipPart): ZipPart => ({
    ...part,
    data: part.name.endsWith('workbook.xml.rels')
      ? part.data.toString().replace(/<Relationship Id="rIdW1".*?\/>/, '')
      : part.data,
  });
  expect(await found(await inCells({ wps: [{ cell: 'B2', bytes: red }], change }))).toEqual(['B2 in-cell red']);
});

test('the height of a row far down is known to a picture that floats there', async () => {
  const bytes = await excelBook((sheet, book) => {
    for (let row = 5; row <= 3000; row += 1) sheet.addRow([`S-${row}`, 'x'.repeat(20), '']);
    sheet.getRow(3000).height = 200;
    sheet.addImage(imageOf(book, red), { tl: { col: 1, row: 2999.9 }, ext: { width: 90, height: 90 } });
  });
  // Stored, the sheet comes in many pieces.
  const path = workbookFile(withCellPictures(bytes, { change: (part) => ({ ...part, stored: true }) }));
  expect(await found(path)).toEqual(['B3000 floating red']);
});

test('floating pictures are found at their anchor, with one corner and with two', async () => {
  const bytes = await excelBook((sheet, book) => {
    sheet.addImage(imageOf(book, red), { tl: { col: 1, row: 1 }, ext: { width: 15, height: 15 } });
    sheet.addImage(imageOf(book, green), 'B4:B4');
  });
  expect(await found(workbookFile(bytes))).toEqual(['B2 floating red', 'B4 floating green']);
});

test.each([
  ['begins a little above its row and ends in it', { row: 1, rowOff: 90 }, { row: 2, rowOff: 55 }, 'B3'],
  ['begins in the lower half of its row and ends below', { row: 1, rowOff: 60 }, { row: 2, rowOff: 30 }, 'B2'],
  ['covers several rows from the upper half of its own', { row: 1, rowOff: 10 }, { row: 8, rowOff: 0 }, 'B2'],
  ['begins a little above its row and covers several', { row: 1, rowOff: 95 }, { row: 8, rowOff: 0 }, 'B3'],
  ['lies in the lower half of its row', { row: 1, rowOff: 60 }, { row: 1, rowOff: 95 }, 'B2'],
])('a floating picture that %s belongs to that row', async (_, from, to, cell) => {
  const corner = (name: string, { row, rowOff }: { row: number; rowOff: number }) =>
    `<xdr:${name}><xdr:col>1</xdr:col><xdr:row>${row}</xdr:row><xdr:rowOff>${rowOff * 12_700}</xdr:rowOff></xdr:${name}>`;
  const drawing = `<xdr:twoCellAnchor>${corner('from', from)}${corner('to', to)}${picture('r:embed="rId1"')}</xdr:twoCellAnchor>`;
  expect(await found(drawn(drawing))).toEqual([`${cell} floating red`]);
  const height = (to.row > 2 ? 400 : (to.row - 1) * 100 + to.rowOff - from.rowOff) * 12_700;
  const single = `<xdr:oneCellAnchor>${corner('from', from)}<xdr:ext cx="1" cy="${height}"/>${picture('r:embed="rId1"')}</xdr:oneCellAnchor>`;
  expect(await found(drawn(single))).toEqual([`${cell} floating red`]);
});

test('one workbook may hold all kinds, and a sheet without pictures has none', async () => {
  const bytes = await excelBook((sheet, book) => sheet.addImage(imageOf(book, red), 'B2:B2'));
  const specs = { excel: [{ cell: 'B3', bytes: green }], wps: [{ cell: 'B4', bytes: blue }] };
  const path = workbookFile(withCellPictures(bytes, specs));
  expect(await found(path)).toEqual(['B2 floating red', 'B3 in-cell green', 'B4 in-cell blue']);
  expect(await found(oneSheet('<row r="1"><c r="A1"><v>1</v></c></row>'))).toEqual([]);
});

/** Parts with `<x:…>` elements, absolute targets, strict relationship types. */
const unusual = (part: ZipPart): ZipPart => {
  const text = part.data.toString();
  if (part.name.endsWith('.rels')) {
    const strict = text.replaceAll('openxmlformats.org/officeDocument/2006', 'purl.oclc.org/ooxml/officeDocument');
    return { ...part, data: strict.replaceAll('Target="../media', 'Target="/xl/MEDIA') };
  }
  if (!/metadata|richData|richValue/.test(part.name)) return part;
  const prefixed = text.replaceAll(/<(\/?)([a-zA-Z]+)(?=[\s/>])/g, '<$1x:$2').replace(/xmlns="/, 'xmlns:x="');
  return { ...part, data: prefixed };
};

test('prefixed elements, absolute targets in another case and the strict format are all read', async () => {
  const path = await inCells({ excel: [{ cell: 'B2', bytes: red }], change: unusual });
  expect(await found(path)).toEqual(['B2 in-cell red']);
});

const anchors = [
  ...['<xdr:from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></xdr:from>', '<xdr:from><xdr:row>x</xdr:row></xdr:from>'],
];
const picture = (blip: string, hidden = '') =>
  `<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="p"${hidden}/></xdr:nvPicPr><xdr:blipFill><a:blip ${blip}/></xdr:blipFill></xdr:pic>`;

function drawn(content: string): string {
  const spaces = 'xmlns:xdr="d" xmlns:a="a" xmlns:r="r" xmlns:mc="m"';
  const image = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/image';
  const targets = ['../media/a.png', '../media/none.png', 'https://example.com/a.png" TargetMode="External'];
  const links = [
    ...targets.map((target, index) => `<Relationship Id="rId${index + 1}" Type="${image}" Target="${target}"/>`),
    '<Relationship Id="rId4" Type="oleObject" Target="../media/a.png"/>',
  ];
  const rows = '<row r="2" ht="100" customHeight="1"><c r="A2"><v>1</v></c></row>';
  const xml = sheetXml(rows, { before: '<sheetFormatPr defaultRowHeight="60"/>', after: '<drawing r:id="rId1"/>' });
  const sheets = [{ name: 'Sheet1', xml, links: [['drawing', '../drawings/drawing1.xml']] as const }];
  const more = [
    { name: 'xl/drawings/drawing1.xml', data: `<xdr:wsDr ${spaces}>${content}</xdr:wsDr>` },
    { name: 'xl/drawings/_rels/drawing1.xml.rels', data: `<Relationships>${links.join('')}</Relationships>` },
    { name: 'xl/media/a.png', data: red },
  ];
  return workbookFile(makeZip(workbookParts({ sheets, more })));
}

const anchored = (content: string, from = anchors[0] ?? '') =>
  `<xdr:oneCellAnchor>${from}${content}</xdr:oneCellAnchor>`;

test.each([
  ['a picture', anchored(picture('r:embed="rId1"')), 1],
  ['a picture in a group', anchored(`<xdr:grpSp>${picture('r:embed="rId1"')}</xdr:grpSp>`), 1],
  ['a picture whose part is not there', anchored(picture('r:embed="rId2"')), 0],
  ['a picture outside the file', anchored(picture('r:link="rId3"') + picture('r:embed="rId3"')), 0],
  ['a reference to something else', anchored(picture('r:embed="rId4"')), 0],
  ['a picture without a reference', anchored(picture('')), 0],
  ['a hidden picture', anchored(picture('r:embed="rId1"', ' hidden="1"')), 0],
  ['the stand-in of another drawing', anchored(`<mc:Fallback>${picture('r:embed="rId1"')}</mc:Fallback>`), 0],
  ['the filling of a shape', anchored('<xdr:sp><xdr:spPr><a:blip r:embed="rId1"/></xdr:spPr></xdr:sp>'), 0],
  ['a picture anchored nowhere', anchored(picture('r:embed="rId1"'), anchors[1]), 0],
  ['a picture at a place in the page', `<xdr:absoluteAnchor>${picture('r:embed="rId1"')}</xdr:absoluteAnchor>`, 0],
  ['a broken drawing', '<xdr:oneCellAnchor>', 0],
])('a drawing that holds %s', async (_, content, count) => {
  expect(await found(drawn(content))).toEqual(Array.from({ length: count }, () => 'B2 floating red'));
});

test.each<[string, RegExp, string | RegExp, string]>([
  ['value metadata points to nothing', /metadata\.xml$/, /<rc t="2" v="0"\/>/, '<rc t="2" v="9"/>'],
  ['metadata is of another kind', /metadata\.xml$/, /<rc t="2" v="0"\/>/, '<rc t="1" v="0"/>'],
  ['a rich value is not there', /rdrichvalue\.xml$/, /<rv .*<\/rv>/, ''],
  ['a rich value is no picture', /rdrichvalue\.xml$/, 's="1"', 's="0"'],
  ['a rich value names no picture', /rdrichvalue\.xml$/, '<v>0</v>', '<v>x</v>'],
  ['a structure has no key of a picture', /structure\.xml$/, '_rvRel:LocalImageIdentifier', 'Other'],
  ['a list of relationships is short', /richValueRel\.xml$/, /<rel .*?\/>/, ''],
  ['a relationship leads nowhere', /richValueRel\.xml\.rels$/, 'rich1', 'none'],
  ['a part is broken', /rdrichvalue\.xml$/, '</rvData>', ''],
  ['a part is not there', /workbook\.xml\.rels$/, 'richData/rdrichvaluestructure.xml', 'none.xml'],
])('a cell is no picture when %s, and the sheet is read all the same', async (_, part, from, to) => {
  const change = (one: ZipPart) =>
    part.test(one.name) ? { ...one, data: one.data.toString().replace(from, to) } : one;
  const path = await inCells({ excel: [{ cell: 'B2', bytes: red }], change });
  expect(await found(path)).toEqual([]);
  const book = await workbooks.open(path);
  const rows = [];
  for await (const row of book.rows('商品')) rows.push(row.number);
  expect(rows).toEqual([1, 2, 3, 4]);
  await book.close();
});

test('whatever is cut out of the parts about pictures, the sheet is listed and only pictures that are there', async () => {
  const picture = Buffer.from('a red picture');
  const drawing = (sheet: excel.Worksheet, book: excel.Workbook) => sheet.addImage(imageOf(book, picture), 'B2:B2');
  const bytes = await excelBook(drawing);
  const specs = { excel: [{ cell: 'B3', bytes: green }], wps: [{ cell: 'B4', bytes: blue }] };
  const about = /metadata|richData|cellimages|drawing/;
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(12), fc.nat(30), async (which, from, length) => {
      let index = which % 12;
      const change = (part: ZipPart): ZipPart => {
        if (!about.test(part.name) || index-- !== 0) return part;
        const text = part.data.toString();
        const at = Math.floor((text.length * from) / 13);
        return { ...part, data: text.slice(0, at) + text.slice(at + length) };
      };
      const seen = await found(workbookFile(withCellPictures(bytes, { ...specs, change })));
      expect(['B2 floating red', 'B3 in-cell green', 'B4 in-cell blue']).toEqual(expect.arrayContaining(seen));
    }),
    { numRuns: 60 },
  );
});

test('the bytes of a picture are found again when its part has another name, and missed when it is another picture', async () => {
  const make = (bytes: Buffer, extension: string) => inCells({ excel: [{ cell: 'B2', bytes, extension }] });
  const [listed] = await picturesIn(await make(red, 'jpeg'));
  if (listed === undefined) throw new Error('no picture');
  const renamed = await workbooks.open(await make(red, 'png'));
  expect(Buffer.from(await renamed.readPicture(listed.picture, 'B2'))).toEqual(red);
  await renamed.close();
  const other = await workbooks.open(await make(blue, 'jpeg'));
  expect(await thrownCode(other.readPicture(listed.picture, 'B2'))).toBe('picture-missing');
  await other.close();
});

test('a picture above the limit is refused by the size that the directory states, the others are read', async () => {
  const path = await inCells({
    excel: [
      { cell: 'B2', bytes: Buffer.alloc(2000, 7) },
      { cell: 'B3', bytes: red },
    ],
  });
  const book = await createWorkbooks({ pictureBytesMax: 1000 }).open(path);
  const [large, small] = await book.pictures('商品');
  if (large === undefined || small === undefined) throw new Error('no pictures');
  expect(await thrownCode(book.readPicture(large.picture, 'B2'))).toBe('picture-too-large');
  expect(Buffer.from(await book.readPicture(small.picture, 'B3'))).toEqual(red);
  await book.close();
});

test('a damaged picture is an error that names the workbook, not wrong bytes', async () => {
  const bytes = withCellPictures(await excelBook(() => {}), { excel: [{ cell: 'B2', bytes: red }] });
  const path = workbookFile(damaged(bytes));
  const [listed] = await picturesIn(path);
  const book = await workbooks.open(path);
  if (listed === undefined) throw new Error('no picture');
  expect(await thrownCode(book.readPicture(listed.picture, 'B2'))).toBe('workbook-unreadable');
  await book.close();
});

/** The same package with one byte of a picture's deflated content changed. */
function damaged(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const name = changed.indexOf('xl/media/rich1.jpeg');
  changed[name + 'xl/media/rich1.jpeg'.length + 2] = 0xff ^ (changed[name + 'xl/media/rich1.jpeg'.length + 2] ?? 0);
  return changed;
}
