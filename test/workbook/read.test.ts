// Reading what real files hold: every way to store a text, every peculiarity of a part.
import { expect, test } from 'vitest';
import type { Cell } from '../../server/ports/workbook.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { MAIN, cellsOf, oneSheet, sheetXml, workbookFile, workbookParts } from './make-workbook.ts';
import { makeZip } from './make-zip.ts';

const workbooks = createWorkbooks();

async function texts(path: string, sheet?: string): Promise<Record<string, string>> {
  const cells = await cellsOf(workbooks, path, sheet);
  return Object.fromEntries([...cells].map(([address, cell]) => [address, cell.text]));
}

test('texts are read from all their places, without phonetics and with escapes decoded', async () => {
  const path = oneSheet(
    `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><r><t>in</t></r><r><rPr><b/></rPr><t>line</t></r><rPh sb="0" eb="1"><t>ふ</t></rPh></is></c><c r="D1" t="str"><f>A1</f><v>re_x0041_sult</v></c><c r="E1" t="s"><v>2</v></c><c r="F1" t="s"><v>99</v></c><c r="G1" t="s"><v>3</v></c></row>`,
    {
      sharedStrings:
        '<si><t>plain</t></si><si><r><t xml:space="preserve">ri </t></r><r><t>ch</t></r><rPh sb="0" eb="1"><t>かな</t></rPh><phoneticPr fontId="1"/></si><si><t>a_x000A_b &amp; _x005F_x0041_</t></si><si><t><![CDATA[<c>]]></t></si>',
    },
  );
  expect(await texts(path)).toEqual({
    A1: 'plain',
    B1: 'ri ch',
    C1: 'inline',
    D1: 'reAsult',
    E1: 'a\nb & _x0041_',
    G1: '<c>',
  });
});

test('kinds, formulas, errors and booleans are told apart; formats alone are no cells', async () => {
  const path = oneSheet(
    '<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="str"><f>""</f><v></v></c><c r="E1" s="3"/><c r="F1"><f t="shared" ref="F1:F2" si="0">A1*2</f><v>3</v></c><c r="G1" t="d"><v>2026-11-23</v></c></row>',
  );
  expect(Object.fromEntries(await cellsOf(workbooks, path))).toEqual({
    A1: { text: '1.5', kind: 'number' },
    B1: { text: 'FALSE', kind: 'boolean' },
    C1: { text: '#N/A', kind: 'error' },
    D1: { text: '', kind: 'empty', formula: '""' },
    F1: { text: '3', kind: 'number', formula: 'A1*2' },
    G1: { text: '2026-11-23', kind: 'text' },
  } satisfies Record<string, Cell>);
});

test('pictures in cells are marked, those of Excel and those of WPS', async () => {
  const path = oneSheet(
    '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row>',
  );
  const cells = await cellsOf(workbooks, path);
  expect(cells.get('A1')?.rich).toBe(true);
  expect(cells.get('B1')?.rich).toBe(true);
});

test('rows and cells without numbers follow the ones before them', async () => {
  const path = oneSheet(
    '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row r="5"><c r="C5"><v>1</v></c><c><v>2</v></c></row><row hidden="1"><c><v>3</v></c></row>',
  );
  expect(await texts(path)).toEqual({ A1: 'a', B1: 'b', C5: '1', D5: '2', A6: '3' });
});

test('prefixed and strict parts, absolute and odd targets, marks at the start are all the same to a reader', async () => {
  const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
  const xml = `\ufeff<?xml version="1.0"?>\n<x:worksheet xmlns:x="${strict}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>好</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`;
  const parts = workbookParts({
    sheets: [{ name: 'Sheet1', xml }],
    target: (path) => `/XL/./worksheets/../${path.replace('sheet1', 'sheet%31')}`,
    change: (part) => ({
      ...part,
      name: part.name.replaceAll('/', '\\'),
      data: part.data
        .toString()
        .replaceAll(
          'http://schemas.openxmlformats.org/officeDocument/2006/relationships/',
          'http://purl.oclc.org/ooxml/officeDocument/relationships/',
        ),
    }),
  });
  expect(await texts(workbookFile(makeZip(parts)))).toEqual({ A1: '好' });
});

test.each(['utf-16le', 'utf16le without a mark', 'iso-8859-1'] as const)('a part in %s is read', async (encoding) => {
  const text = sheetXml('<row r="1"><c r="A1" t="inlineStr"><is><t>é</t></is></c></row>');
  const declared = text.replace('UTF-8', encoding === 'iso-8859-1' ? encoding : 'UTF-16');
  const mark = encoding === 'utf-16le' ? '\ufeff' : '';
  const xml = encoding === 'iso-8859-1' ? Buffer.from(declared, 'latin1') : Buffer.from(mark + declared, 'utf16le');
  const path = workbookFile(makeZip(workbookParts({ sheets: [{ name: 'Sheet1', xml }] })));
  expect(await texts(path)).toEqual({ A1: 'é' });
});

test('descriptors, stored parts, zip64 and comments of the package are read', async () => {
  const sheets = [{ name: 'Sheet1', xml: sheetXml('<row r="1"><c r="A1"><v>1</v></c></row>') }];
  const variants = [{ descriptor: true }, { stored: true }, { zip64: true }, {}];
  let index = 0;
  const parts = workbookParts({ sheets, change: (part) => ({ ...part, ...variants[(index += 1) % 4] }) });
  for (const options of [{ wideEnd: true }, { comment: 'PK\u0005\u0006 a comment' }]) {
    expect(await texts(workbookFile(makeZip(parts, options)))).toEqual({ A1: '1' });
  }
});

test('chart sheets and dialogs are no sheets with rows', async () => {
  const chart = `<chartsheet xmlns="${MAIN}"/>`;
  const xml = sheetXml('<row r="1"><c r="A1"><v>1</v></c></row>');
  const sheets = [
    { name: 'Chart1', xml: chart, kind: 'chartsheet' },
    { name: 'Data', xml },
  ];
  const path = workbookFile(makeZip(workbookParts({ sheets })));
  const book = await workbooks.open(path);
  expect(book.sheets).toEqual([{ name: 'Data', visible: true }]);
  await book.close();
  expect(await texts(path, 'Data')).toEqual({ A1: '1' });
});

test('dates read as dates where the format says so, also in workbooks that count from 1904', async () => {
  const styles =
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>';
  const rows =
    '<row r="1"><c r="A1"><v>44530</v></c><c r="B1" s="1"><v>44530</v></c><c r="C1" s="2"><v>44530</v></c></row>';
  expect(await texts(oneSheet(rows, { styles }))).toEqual({ A1: '44530', B1: '2021-11-30', C1: '2021-11-30' });
  const from1904 = oneSheet(rows, { styles, beforeSheets: '<workbookPr date1904="1"/>' });
  expect(await texts(from1904)).toEqual({ A1: '44530', B1: '2025-12-01', C1: '2025-12-01' });
});

test('reading can be stopped between rows and the book still be closed', async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, index) => `<row r="${index + 1}"><c r="A${index + 1}"><v>1</v></c></row>`,
  );
  const book = await workbooks.open(oneSheet(rows.join('')));
  for await (const row of book.rows('Sheet1')) if (row.number === 3) break;
  const stop = new AbortController();
  await expect(async () => {
    for await (const row of book.rows('Sheet1', stop.signal)) if (row.number === 1) stop.abort(new Error('stop'));
    stop.signal.throwIfAborted();
  }).rejects.toThrow('stop');
  await book.close();
});
