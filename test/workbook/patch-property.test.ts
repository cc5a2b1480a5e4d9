// Any sheets, any edits: exactly the edited cells change, and an independent reader sees the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import excel from 'exceljs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CellEdit } from '../../server/ports/workbook.ts';
import { cleanCellText } from '../../server/workbook/cell-text.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { lossesBetween } from './losses.ts';
import { testFolder } from './make-workbook.ts';
import { patched } from './patched.ts';

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('_', 'x', '0', '4', '1', '\n', ' ', '=', '<', '&', '裙', '🧵'), maxLength: 20 }),
);
const value = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
  fc.integer(),
  fc.boolean(),
);
const address = fc
  .record({ row: fc.integer({ min: 1, max: 12 }), column: fc.integer({ min: 0, max: 7 }) })
  .map(({ row, column }) => `${String.fromCharCode(65 + column)}${row}`);
const sheet = fc.dictionary(address, value, { maxKeys: 25 });
const edits = fc.dictionary(address, fc.option(value, { nil: null }), { minKeys: 1, maxKeys: 15 });

function plain(cell: excel.Cell): unknown {
  return cell.value instanceof Date ? cell.value.getTime() : cell.value;
}

/** What exceljs can be expected to give for a value that was written: it does not decode escapes in inline strings. */
function asRead(value: CellEdit['value']): unknown {
  if (typeof value !== 'string') return value;
  const clean = cleanCellText(value);
  return clean === '' ? null : clean.replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_');
}

test('exactly the edited cells change, all other parts keep their bytes, and exceljs reads what was written', async () => {
  const path = join(testFolder(), 'book.xlsx');
  await fc.assert(
    fc.asyncProperty(sheet, sheet, edits, async (first, second, wanted) => {
      const book = new excel.Workbook();
      for (const [name, cells] of [
        ['Sheet1', first],
        ['Sheet2', second],
      ] as const) {
        const made = book.addWorksheet(name);
        for (const [cell, content] of Object.entries(cells)) {
          made.getCell(cell).value = typeof content === 'string' ? cleanCellText(content) : content;
        }
      }
      writeFileSync(path, Buffer.from(await book.xlsx.writeBuffer()));
      const before = new excel.Workbook();
      await before.xlsx.readFile(path);
      const { report, losses } = await patched(path, Object.entries(wanted));
      expect(losses).toEqual([]);
      expect(report.refused).toEqual([]);
      const after = new excel.Workbook();
      await after.xlsx.readFile(path);
      for (const name of ['Sheet1', 'Sheet2']) {
        for (let row = 1; row <= 12; row += 1) {
          for (const letter of 'ABCDEFGH') {
            const cell = `${letter}${row}`;
            const edited = name === 'Sheet1' ? wanted[cell] : undefined;
            const old = before.getWorksheet(name)?.getCell(cell);
            const fresh = after.getWorksheet(name)?.getCell(cell);
            if (old === undefined || fresh === undefined) throw new Error('a sheet is gone');
            expect(plain(fresh)).toEqual(edited === undefined ? plain(old) : asRead(edited));
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('what was written is what is read, for any text, number and boolean', async () => {
  const path = join(testFolder(), 'book.xlsx');
  const workbooks = createWorkbooks();
  const book = new excel.Workbook();
  book.addWorksheet('Sheet1').getCell('A1').value = 'start';
  await book.xlsx.writeFile(path);
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 30 }), async (values) => {
      await workbooks.patch(
        path,
        values.map((one, index) => ({ sheet: 'Sheet1', cell: `C${index + 1}`, value: one })),
      );
      const opened = await workbooks.open(path);
      const seen = new Map<number, string>();
      for await (const row of opened.rows('Sheet1')) {
        const cell = row.cells.get(2);
        if (cell !== undefined) seen.set(row.number, cell.text);
      }
      await opened.close();
      values.forEach((one, index) => {
        const stored = seen.get(index + 1) ?? '';
        const back = typeof one === 'number' ? Number(stored) : typeof one === 'boolean' ? stored === 'TRUE' : stored;
        const sent = typeof one === 'number' ? one + 0 : typeof one === 'boolean' ? one : cleanCellText(one);
        expect(back).toBe(sent);
      });
    }),
    { numRuns: 40 },
  );
});

test('the comparison these tests rest on sees a changed cell, a changed part and a lost row', async () => {
  const path = join(testFolder(), 'book.xlsx');
  const book = new excel.Workbook();
  const made = book.addWorksheet('Sheet1');
  made.addRow(['a', 'b']);
  made.addRow(['c', 'd']);
  await book.xlsx.writeFile(path);
  const before = readFileSync(path);
  const changed = new Map([['xl/worksheets/sheet1.xml', new Set(['1:1'])]]);
  const report = async (change: () => void) => {
    change();
    return lossesBetween(before, Buffer.from(await book.xlsx.writeBuffer()), 'xl/workbook.xml', changed).join('\n');
  };
  expect(await report(() => (made.getCell('A2').value = 1))).toContain('cell 2:1');
  expect(await report(() => made.spliceRows(2, 1))).toContain('row 2 differs');
  expect(await report(() => (book.title = 'other'))).toContain('docProps');
});
