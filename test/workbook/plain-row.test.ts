// The short way through plain rows gives what the XML parser gives, in whatever pieces a sheet comes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainRow } from '../../server/workbook/plain-row.ts';
import { SheetParser } from '../../server/workbook/sheet-parser.ts';

/** Everything a parser told, and whether it found the sheet broken. */
function read(pieces: readonly string[]): { told: unknown[]; isBroken: boolean } {
  const told: unknown[] = [];
  const parser = new SheetParser({
    row: (number, attributes) => told.push(['row', number, { ...attributes }]),
    cell: (cell, row) => told.push([row, cell.formula === undefined ? cell : { ...cell, formula: cell.formula.text }]),
    rowEnd: (number) => told.push(['end', number]),
    around: (name, attributes, parent) => told.push([name, { ...attributes }, parent]),
  });
  try {
    for (const piece of pieces) parser.write(piece);
    parser.close();
    return { told, isBroken: false };
  } catch {
    return { told: [], isBroken: true };
  }
}

/** Rows behind a start tag with a blank in it are read by the XML parser alone. */
const sheet = (rows: string, tag: string) =>
  `<worksheet><dimension ref="A1"/>${tag}${rows}</sheetData><sheetProtection sheet="1"/></worksheet>`;

/** Mostly what is plain, sometimes what is not: one odd thing must not hide in a sheet that is broken anyway. */
const mostly = (plain: readonly string[], odd: readonly string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...plain) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const content = mostly(
  ['<v>1</v>', '<v>文字</v>', '<v></v>', '<is><t>文字</t></is>', '<is><t xml:space="preserve"> a </t></is>', ''],
  [
    ...['<v>a &lt; b</v>', '<v/>', '<v>\r\n</v>', '<v>]]></v>', '<v>\u0001</v>', '<v>😀</v>', '<v>a\ufffeb</v>', ' '],
    ...['<f>A1</f><v>2</v>', '<is><r><t>rich</t></r></is>', '<v>\ud800</v>', '<v><![CDATA[</row>]]></v>'],
    ...['<v>1</v><!-- </row> -->', '<!-- </row><row r="9"></row> --><v>7</v>', '<v>1</v><v>2</v>', 'x'],
  ],
);
const type = mostly(['', ' t="s"', ' t="inlineStr"', ' t="str"', ' t="b"'], [' t=""', " t='s'", ' t="s" t="s"']);
const name = mostly(['A1', 'B1', 'C1', 'XFD1'], ['B2', 'XFE1', 'ZZZ1', 'A01', 'a1', 'A', '']);
const style = mostly(['', ' s="3"'], [' s="x"', ' vm="1"']);
const cell = fc
  .tuple(name, style, type, content)
  .map(([at, look, kind, inner]) => `<c${at === '' ? '' : ` r="${at}"`}${look}${kind}>${inner}</c>`);
const rowTag = mostly(
  ['<row r="1">', '<row r="1" spans="1:3" x14ac:dyDescent="0.25">', '\n  <row r="1" hidden="1">'],
  [
    ...['<row>', '<row r="0">', '<row r="1" r="1">', '<row r="1"\n>', '<!-- --><row r="1">', '<rowx r="1">'],
    ...['<row r="1" ht="&lt;">', 'x<row r="1">'],
  ],
);
const row = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(rowTag, fc.array(cell, { maxLength: 3 }))
      .map(([tag, cells]) => `${tag}${cells.join('')}</row>`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<row r="4"/>',
      '<row r="5"><c r="A5"/></row>',
      '\n',
      '<row r="1"></row >',
      '<c/>',
      '</row>',
    ),
  },
);

describe('a plain row', () => {
  test('is read as the XML parser reads it, however it is mixed with others and cut in pieces', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 6 }), (rows, cuts) => {
        const text = sheet(rows.join(''), '<sheetData>');
        const at = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(read(pieces)).toEqual(read([sheet(rows.join(''), '<sheetData >')]));
      }),
      { numRuns: 3000 },
    );
  });

  test('is what Excel and others write: values, numbers of shared strings, inline texts, empty cells with a format', () => {
    const text =
      '<row r="2" spans="1:4" ht="15.75" customHeight="1" x14ac:dyDescent="0.25"><c r="A2" s="1" t="s"><v>0</v></c>' +
      '<c r="B2"><v>1.5</v></c><c r="C2" t="inlineStr"><is><t xml:space="preserve"> 文字</t></is></c><c r="D2" s="4"/></row>';
    const found = plainRow(text, 0);
    expect(found?.cells.map(({ column, style, type: kind, stored }) => [column, style, kind, stored])).toEqual([
      [0, 1, 's', '0'],
      [1, 0, 'n', '1.5'],
      [2, 0, 'inlineStr', ' 文字'],
      [3, 4, 'n', ''],
    ]);
    expect(found?.end).toBe(text.length);
  });
});
