// Cells that must not be written: each is refused with its reason, and the others of the same patch are written.
import { expect, test } from 'vitest';
import { oneSheet } from './make-workbook.ts';
import { MAIN, sheetXml, workbookFile, workbookParts } from './make-workbook.ts';
import { makeZip } from './make-zip.ts';
import { patched } from './patched.ts';

test('formulas of every kind, and the areas that arrays and data tables own', async () => {
  const path = oneSheet(
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="array" ref="B1:C2">X1:Y2</f><v>1</v></c><c r="C1"><v>1</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c><c r="E3"><f t="dataTable" ref="E3:E5" dt2D="1" r1="A1"/><v>1</v></c></row>',
  );
  const { refused, losses } = await patched(path, [
    ['A1', 1],
    ['C1', 1],
    ['B2', 1],
    ['A3', 1],
    ['E4', 1],
    ['D1', 1],
  ]);
  expect(refused).toEqual({
    A1: 'cell-formula',
    C1: 'cell-formula',
    B2: 'cell-formula',
    A3: 'cell-formula',
    E4: 'cell-formula',
  });
  expect(losses).toEqual([]);
});

test("pictures in cells, Excel's and those of WPS", async () => {
  const path = oneSheet(
    '<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c><c r="C1"><v>1</v></c></row>',
  );
  const { refused } = await patched(path, [
    ['A1', 'x'],
    ['B1', 'x'],
    ['C1', 'x'],
  ]);
  expect(refused).toEqual({ A1: 'cell-picture', B1: 'cell-picture' });
});

test('merged areas but for their first cell', async () => {
  const path = oneSheet('<row r="2"><c r="B2"><v>1</v></c><c r="C2"/></row>', {
    after: '<mergeCells count="1"><mergeCell ref="B2:D4"/></mergeCells>',
  });
  const { refused, losses } = await patched(path, [
    ['B2', 'x'],
    ['C2', 'x'],
    ['D4', 'x'],
    ['E4', 'x'],
  ]);
  expect(refused).toEqual({ C2: 'cell-merged', D4: 'cell-merged' });
  expect(losses).toEqual([]);
});

test('headers and totals of tables, the output and the filters of pivot tables', async () => {
  const sheet = {
    name: 'Sheet1',
    xml: sheetXml(''),
    links: [
      ['table', '../tables/table1.xml'],
      ['table', '/xl/tables/table2.xml'],
      ['pivotTable', '../pivotTables/pivotTable1.xml'],
    ] as const,
  };
  const more = [
    { name: 'xl/tables/table1.xml', data: `<table xmlns="${MAIN}" ref="A1:B5" totalsRowCount="1"/>` },
    { name: 'xl/tables/table2.xml', data: `<table xmlns="${MAIN}" ref="D1:E5" headerRowCount="0"/>` },
    {
      name: 'xl/pivotTables/pivotTable1.xml',
      data: `<pivotTableDefinition xmlns="${MAIN}"><location ref="H5:J9" rowPageCount="2" colPageCount="1"/></pivotTableDefinition>`,
    },
  ];
  const path = workbookFile(makeZip(workbookParts({ sheets: [sheet], more })));
  const cells = ['A1', 'B1', 'A2', 'A5', 'C1', 'D1', 'H5', 'J9', 'H2', 'I3', 'H4', 'K9'];
  const { refused, losses } = await patched(
    path,
    cells.map((cell) => [cell, 'x'] as const),
  );
  expect(refused).toEqual({
    A1: 'cell-table-header',
    B1: 'cell-table-header',
    A5: 'cell-table-header',
    H5: 'cell-pivot',
    J9: 'cell-pivot',
    H2: 'cell-pivot',
    I3: 'cell-pivot',
  });
  expect(losses).toEqual([]);
});

test('locked cells of a protected sheet; unlocked ones are written', async () => {
  const styles =
    '<cellStyleXfs count="1"><xf numFmtId="0"><protection locked="0"/></xf></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="0"><protection locked="0"/></xf><xf numFmtId="0"><protection hidden="1"/></xf><xf numFmtId="0" xfId="0"/></cellXfs>';
  const row = '<row r="1"><c r="A1" s="1"/><c r="B1" s="2"/><c r="C1"/><c r="D1" s="3"/></row>';
  const before = '<cols><col min="6" max="6" style="1"/></cols>';
  const edits = ['A1', 'B1', 'C1', 'D1', 'E1', 'F1'].map((cell) => [cell, 'x'] as const);
  const path = oneSheet(row, { before, styles, after: '<sheetProtection sheet="1"/>' });
  expect((await patched(path, edits)).refused).toEqual({
    B1: 'cell-protected',
    C1: 'cell-protected',
    E1: 'cell-protected',
  });
  const open = oneSheet(row, { before, styles, after: '<sheetProtection objects="1"/>' });
  expect((await patched(open, edits)).refused).toEqual({});
});

test('a cell whose text is no longer the expected one, whatever way it is stored', async () => {
  const styles = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';
  const path = oneSheet(
    '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>45992</v></c><c r="C1" t="inlineStr"><is><t>x</t></is></c></row>',
    { styles, sharedStrings: '<si><t>no</t></si><si><t>yes</t></si>' },
  );
  const edit = (cell: string, expected: string) => ({ sheet: 'Sheet1', cell, value: 'new', expected });
  const all = await patched(path, [edit('A1', 'no'), edit('B1', '45992'), edit('C1', ''), edit('D1', 'x')]);
  expect(all.refused).toEqual({ A1: 'cell-changed', B1: 'cell-changed', C1: 'cell-changed', D1: 'cell-changed' });
  const none = await patched(path, [edit('A1', 'yes'), edit('B1', '2025-12-01'), edit('C1', 'x'), edit('D1', '')]);
  expect(none.refused).toEqual({});
  expect(none.losses).toEqual([]);
});
