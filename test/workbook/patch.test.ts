// Writing cells: the value, the format, the row and the marks around it, and not a byte more.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { MAIN, cellsOf, oneSheet, sheetXml, workbookFile, workbookParts } from './make-workbook.ts';
import { makeZip } from './make-zip.ts';
import { patched } from './patched.ts';
import { readZip } from './read-zip.ts';

const rows = (xml: string) => /<(?:\w+:)?sheetData[^>]*>([\s\S]*)<\/(?:\w+:)?sheetData>/.exec(xml)?.[1];

test('a text becomes an inline string that keeps its spaces, its line breaks and its place', async () => {
  const path = oneSheet('<row r="2" spans="1:2"><c r="A2"><v>1</v></c></row>', { before: '<dimension ref="A2"/>' });
  const { report, losses, part } = await patched(path, [['C2', ' =a&b\r\n<c> ']]);
  expect(rows(part('sheet1.xml'))).toBe(
    '<row r="2" spans="1:3"><c r="A2"><v>1</v></c><c r="C2" t="inlineStr"><is><t xml:space="preserve"> =a&amp;b\n&lt;c&gt; </t></is></c></row>',
  );
  expect(part('sheet1.xml')).toContain('<dimension ref="A2:C2"/>');
  expect(losses).toEqual([]);
  expect(report.written).toHaveLength(1);
});

test('a written cell keeps its format and loses what belonged to the old value', async () => {
  const path = oneSheet('<row r="1"><c r="A1" s="4" t="s" ph="1"><v>0</v></c><c r="B1" s="5"/></row>', {
    sharedStrings: '<si><t>old</t></si>',
  });
  const { losses, part } = await patched(path, [
    ['A1', 2.5],
    ['B1', true],
  ]);
  expect(rows(part('sheet1.xml'))).toBe(
    '<row r="1"><c r="A1" s="4"><v>2.5</v></c><c r="B1" s="5" t="b"><v>1</v></c></row>',
  );
  expect(losses).toEqual([]);
});

test('an emptied cell keeps its format, and emptying a cell that is not there adds nothing', async () => {
  const path = oneSheet('<row r="1"><c r="A1" s="4"><v>1</v></c></row>');
  const { report, part } = await patched(path, [
    ['A1', null],
    ['B7', null],
  ]);
  expect(rows(part('sheet1.xml'))).toBe('<row r="1"><c r="A1" s="4"/></row>');
  expect(report.written).toHaveLength(2);
});

test('a new cell takes the format of its row, else of its column', async () => {
  const path = oneSheet('<row r="1" s="7" customFormat="1"/><row r="2" s="7"><c r="A2"><v>1</v></c></row>', {
    before: '<cols><col min="2" max="3" width="9" style="5"/></cols>',
  });
  const { losses, part } = await patched(path, [
    ['B1', 1],
    ['B2', 1],
    ['C9', 1],
    ['D2', 1],
  ]);
  expect(rows(part('sheet1.xml'))).toBe(
    '<row r="1" s="7" customFormat="1"><c r="B1" s="7"><v>1</v></c></row><row r="2" s="7"><c r="A2"><v>1</v></c><c r="B2" s="5"><v>1</v></c><c r="D2"><v>1</v></c></row><row r="9"><c r="C9" s="5"><v>1</v></c></row>',
  );
  expect(losses).toEqual([]);
});

test('rows are put in where they belong, also into a sheet that has none', async () => {
  const gap = oneSheet('\n <row r="3"><c r="A3"><v>3</v></c></row>\n <row r="6"/>\n');
  const first = await patched(gap, [
    ['A5', 5],
    ['A1', 1],
    ['A6', 6],
    ['A8', 8],
  ]);
  expect(first.losses).toEqual([]);
  expect([...(await cellsOf(createWorkbooks(), gap)).keys()]).toEqual(['A1', 'A3', 'A5', 'A6', 'A8']);
  const xml = `<worksheet xmlns="${MAIN}"><sheetData/><pageMargins left="1"/></worksheet>`;
  const empty = workbookFile(makeZip(workbookParts({ sheets: [{ name: 'Sheet1', xml }] })));
  const second = await patched(empty, [['B2', 'x']]);
  expect(second.losses).toEqual([]);
  expect([...(await cellsOf(createWorkbooks(), empty)).keys()]).toEqual(['B2']);
});

test('prefixed parts with a mark at the start, odd spaces and no numbers are edited in their own way', async () => {
  const xml = `\ufeff<?xml version='1.0'?><!-- <sheetData> --><x:worksheet xmlns:x="${MAIN}" xmlns:a="urn:a"><x:sheetData >\n<x:row  r = '1' ><x:c r='A1' a:note="1>0"><x:v>1</x:v></x:c ></x:row ><x:row><x:c><x:v>2</x:v></x:c><x:c/></x:row></x:sheetData ></x:worksheet>`;
  const path = workbookFile(makeZip(workbookParts({ sheets: [{ name: 'Sheet1', xml }] })));
  const { losses, part } = await patched(path, [
    ['A1', 'one'],
    ['B2', 'two'],
    ['C2', 3],
  ]);
  expect(losses).toEqual([]);
  const after = part('sheet1.xml');
  expect(after).toContain(
    `<x:c r='A1' a:note="1>0" t="inlineStr"><x:is><x:t xml:space="preserve">one</x:t></x:is></x:c>`,
  );
  expect(after).toContain('<x:c><x:v>2</x:v></x:c><x:c r="B2" t="inlineStr">');
  expect(
    Object.fromEntries([...(await cellsOf(createWorkbooks(), path))].map(([at, cell]) => [at, cell.text])),
  ).toEqual({ A1: 'one', A2: '2', B2: 'two', C2: '3' });
});

test('a part in a one-byte encoding gets references for what it cannot hold', async () => {
  const xml = Buffer.from(
    sheetXml('<row r="1"><c r="A1" t="inlineStr"><is><t>é</t></is></c></row>').replace('UTF-8', 'ISO-8859-1'),
    'latin1',
  );
  const path = workbookFile(makeZip(workbookParts({ sheets: [{ name: 'Sheet1', xml }] })));
  const { losses } = await patched(path, [['B1', '裤 🧵 é']]);
  expect(losses).toEqual([]);
  const cells = await cellsOf(createWorkbooks(), path);
  expect([cells.get('A1')?.text, cells.get('B1')?.text]).toEqual(['é', '裤 🧵 é']);
});

test.each([
  ['a chain of formulas', '', { more: [{ name: 'xl/calcChain.xml', data: '<calcChain/>' }] }],
  ['a formula on another sheet', '<row r="1"><c r="A1"><f>Sheet1!A1</f><v>1</v></c></row>', {}],
])('with %s Excel is asked to calculate again', async (_, other, more) => {
  const sheets = [
    { name: 'Sheet1', xml: sheetXml('<row r="1"><c r="A1"><v>1</v></c></row>') },
    { name: 'Other', xml: sheetXml(other) },
  ];
  for (const [afterSheets, wanted] of [
    ['<calcPr calcId="9" fullCalcOnLoad="0"/>', '<calcPr calcId="9" fullCalcOnLoad="1"/>'],
    [
      '<definedNames><definedName name="n">1</definedName></definedNames><pivotCaches/>',
      '</definedNames><calcPr fullCalcOnLoad="1"/><pivotCaches/>',
    ],
    ['', '</sheets><calcPr fullCalcOnLoad="1"/></workbook>'],
  ] as const) {
    const parts = workbookParts({ sheets, afterSheets, ...more });
    const withChain = parts.map((part) =>
      part.name === 'xl/_rels/workbook.xml.rels' && 'more' in more
        ? {
            ...part,
            data: part.data
              .toString()
              .replace(
                '</Relationships>',
                '<Relationship Id="rId9" Type="x/calcChain" Target="calcChain.xml"/></Relationships>',
              ),
          }
        : part,
    );
    const { losses, part } = await patched(workbookFile(makeZip(withChain)), [['B1', 1]]);
    expect(part('xl/workbook.xml')).toContain(wanted);
    expect(losses).toEqual([]);
  }
});

test('without formulas, or when it already calculates, the workbook part keeps every byte', async () => {
  const row = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>';
  for (const path of [oneSheet('<row r="1"/>'), oneSheet(row, { afterSheets: '<calcPr fullCalcOnLoad="true"/>' })]) {
    const before = readZip(readFileSync(path)).get('xl/workbook.xml')?.raw;
    await patched(path, [['B1', 1]]);
    expect(readZip(readFileSync(path)).get('xl/workbook.xml')?.raw).toEqual(before);
  }
});

test('every peculiarity of the package survives, and untouched parts keep the bytes of their streams', async () => {
  const media = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index) % 251));
  const variants = [{ descriptor: true }, { stored: true }, { zip64: true }];
  let index = 0;
  const parts = workbookParts({
    sheets: [{ name: 'Sheet1', xml: sheetXml('<row r="1"><c r="A1"><v>1</v></c></row>') }],
    more: [
      { name: 'xl\\media\\image1.png', data: media },
      { name: 'xl/empty/', data: '' },
      { name: 'customXml/中文.xml', data: '<a/>' },
    ],
    change: (part) => ({ ...part, ...variants[(index += 1) % 3] }),
  });
  const path = workbookFile(makeZip(parts, { wideEnd: true, comment: 'made by hand' }));
  const { losses } = await patched(path, [['A2', 'x']]);
  expect(losses).toEqual([]);
  const after = readFileSync(path);
  expect(after.toString('latin1').endsWith('made by hand')).toBe(true);
  const headers: number[] = [];
  const mark = Buffer.from('504b0304', 'hex');
  for (let at = after.indexOf(mark); at >= 0; at = after.indexOf(mark, at + 1))
    headers.push(after.readUInt16LE(at + 6));
  expect(headers).toHaveLength(parts.length);
  expect(headers.every((flags) => flags === 0x800)).toBe(true);
});

test('many edits of several sheets are made in one pass', async () => {
  const grid = (count: number) =>
    Array.from({ length: count }, (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>${row}</v></c></row>`).join(
      '',
    );
  const sheets = ['Sheet1', 'Sheet2', 'Sheet3'].map((name) => ({ name, xml: sheetXml(grid(300)) }));
  const path = workbookFile(makeZip(workbookParts({ sheets })));
  const edits = Array.from({ length: 600 }, (_, index) => ({
    sheet: index % 2 === 0 ? 'Sheet1' : 'Sheet2',
    cell: `B${index + 1}`,
    value: `text ${index}`,
  }));
  const { report, losses } = await patched(path, edits);
  expect(report.written).toHaveLength(600);
  expect(losses).toEqual([]);
  expect((await cellsOf(createWorkbooks(), path, 'Sheet2')).get('B600')?.text).toBe('text 599');
});
