// The page inside Excel: how it reads, what it tells of the selection, the document and its surroundings.
import { expect, test } from 'vitest';
import type { Selection } from '../../addin/host/host.ts';
import { OfficeError } from '../fakes/office/fake-requests.ts';
import { openExcelPane, type ExcelPane } from './excel-pane.ts';

type Row = readonly (string | number | boolean | null)[];

const rows: readonly Row[] = [
  ['SKU', '图片', '描述'],
  ['A-1', '1.jpg', null],
  ['A-2', '2.jpg', null],
  ['A-3', '3.jpg', null],
];

async function read({ host }: ExcelPane) {
  const answer = await host.answer({ id: 'r', ask: 'read', sheet: '商品' });
  if (answer.answer !== 'sheet') throw new Error(JSON.stringify(answer));
  return answer;
}

/** The next selection that the host tells of. */
function nextSelection({ host }: ExcelPane): { readonly told: Promise<Selection>; readonly seen: Selection[] } {
  const seen: Selection[] = [];
  let tell: (selection: Selection) => void = () => undefined;
  const told = new Promise<Selection>((resolve) => {
    tell = resolve;
  });
  host.onSelection((selection) => {
    seen.push(selection);
    tell(selection);
  });
  return { told, seen };
}

test('numbers are told as the file’s reader tells them', async () => {
  const pane = await openExcelPane('商品', []);
  const cells = [
    [45_000, 'yyyy/m/d'],
    [45_000.5, 'yyyy-mm-dd hh:mm'],
    [0.125, '0.0%'],
    [7, '000000'],
    [1234.5, '#,##0.00'],
    [1e21, 'General'],
  ] as const;
  cells.forEach(([value, format], column) => pane.excel.sheet('商品').put(0, column, { value, format }));
  const texts = (await read(pane)).rows[0]?.cells.map(([, text]) => text);
  expect(texts).toEqual(['2023-03-15', '2023-03-15 12:00', '12.5%', '000007', '1234.5', '1E+21']);
});

test('errors, pictures and formulas without a result are told as what they are', async () => {
  const pane = await openExcelPane('商品', [['#N/A', '#VALUE!', '=WPS', '']]);
  const sheet = pane.excel.sheet('商品');
  sheet.put(0, 1, { value: '#VALUE!', format: 'General', isRich: true });
  sheet.put(0, 2, { value: '#NAME?', formula: '=_xlfn.DISPIMG("ID_1",1)', format: 'General' });
  sheet.put(0, 3, { value: '', formula: '=IF(1,"")', format: 'General' });
  expect((await read(pane)).rows[0]?.cells).toEqual([
    [0, '#N/A', 'error'],
    [1, '#VALUE!', 'rich'],
    [2, '#NAME?', 'rich', '_xlfn.DISPIMG("ID_1",1)'],
    [3, '', 'text', 'IF(1,"")'],
  ]);
});

test('hidden rows are told as hidden, also when the first column is hidden', async () => {
  const pane = await openExcelPane('商品', rows);
  pane.excel.hideRows('商品', [2, 4]);
  pane.excel.sheet('商品').hiddenColumns.add(0);
  expect((await read(pane)).rows.map(({ hidden }) => hidden)).toEqual([false, true, false, true]);
});

test('a large sheet is read in blocks, and in smaller ones when Excel refuses so much at once', async () => {
  const many = Array.from({ length: 5000 }, (_, row) => [`SKU-${row}`, '长文案'.repeat(20)]);
  const pane = await openExcelPane('商品', many);
  pane.excel.payloadBytesMax = 500_000;
  const answer = await read(pane);
  expect(answer.rows).toHaveLength(5000);
  expect(answer.rows.at(-1)).toMatchObject({ number: 5000, cells: [[0, 'SKU-4999', 'text'], {}] });
});

test('a sheet that changes while it is read is read again', async () => {
  const pane = await openExcelPane(
    '商品',
    Array.from({ length: 6 }, (_, row) => [`SKU-${row}`]),
    { blockRows: 2 },
  );
  await read(pane);
  let syncs = 0;
  pane.excel.beforeSync = () => {
    syncs += 1;
    if (syncs === 4) pane.excel.deleteRows('商品', 1);
  };
  expect((await read(pane)).rows.map(({ cells }) => cells[0]?.[1])).toEqual([
    'SKU-1',
    'SKU-2',
    'SKU-3',
    'SKU-4',
    'SKU-5',
  ]);
});

test('a result of a formula that changes by itself counts as a change, in a sheet with formulas only', async () => {
  const pane = await openExcelPane('商品', rows);
  const first = await read(pane);
  const ask = (ifRevision: string) => pane.host.answer({ id: '2', ask: 'read', sheet: '商品', ifRevision });
  pane.excel.emit('onCalculated', { worksheetId: pane.excel.sheet('商品').id });
  await pane.excel.settled();
  expect(await ask(first.revision)).toEqual({ answer: 'unchanged' });
  pane.excel.type('商品', 'D1', '=LEN(A1)');
  await pane.excel.settled();
  const second = await read(pane);
  pane.excel.emit('onCalculated', { worksheetId: pane.excel.sheet('商品').id });
  await pane.excel.settled();
  expect(await ask(second.revision)).toMatchObject({ answer: 'sheet' });
});

test.each([
  ['A2:C3', 'A2:C3', '2-3'],
  ['C4', 'C4', '4'],
  ['A2:A2,A4:B4', 'A2:A2,A4:B4', '2, 4'],
  ['C:C', 'C:C', '1-4'],
  ['2:3', '2:3', '2-3'],
  ['B9', 'B9', '9'],
])('selecting %s', async (selected, address, told) => {
  const pane = await openExcelPane('商品', rows);
  pane.excel.select('商品', selected);
  const selection = await nextSelection(pane).told;
  expect(selection).toMatchObject({ sheet: '商品', address, rows: told });
});

test('only rows that are shown count as selected', async () => {
  const pane = await openExcelPane('商品', rows);
  pane.excel.hideRows('商品', [3]);
  pane.excel.select('商品', 'A2:C4');
  expect(await nextSelection(pane).told).toEqual({ sheet: '商品', address: 'A2:C4', cell: 'A2', rows: '2, 4' });
});

test('a selection is told once it has come to rest', async () => {
  const pane = await openExcelPane('商品', rows, { selectionDelayMs: 5 });
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    pane.host.onSelection(({ cell }) => {
      seen.push(cell);
      if (cell === 'B4') resolve();
      else for (const next of ['A2', 'A3', 'A4', 'B2', 'B3', 'B4']) pane.excel.select('商品', next);
    });
  });
  expect(seen).toEqual(['A1', 'B4']);
});

test('who does not listen any more is told nothing', async () => {
  const pane = await openExcelPane('商品', rows, { selectionDelayMs: 1 });
  const seen: Selection[] = [];
  const end = pane.host.onSelection((selection) => seen.push(selection));
  end();
  await pane.host.answer({ id: 's', ask: 'sheets' });
  await pane.host.answer({ id: 's', ask: 'sheets' });
  expect(seen).toEqual([]);
  expect(pane.excel.handlers('onSelectionChanged').size).toBe(0);
});

test('shows a cell to the person', async () => {
  const pane = await openExcelPane('商品', rows, {}, (excel) => void excel.addSheet('第二', [['x']]));
  await pane.host.select('第二', 'B7');
  expect([pane.excel.active, pane.excel.selection]).toEqual(['第二', ['B7']]);
});

test.each([
  ['C:\\商品\\秋季.xlsx', { path: 'C:\\商品\\秋季.xlsx', name: '秋季.xlsx' }],
  ['https://x.sharepoint.com/a/%E7%A7%8B.xlsx', { path: 'https://x.sharepoint.com/a/%E7%A7%8B.xlsx', name: '秋.xlsx' }],
  ['file:///Users/li/%E7%A7%8B%20%E5%AD%A3.xlsx', { path: '/Users/li/秋 季.xlsx', name: '秋 季.xlsx' }],
  ['', { path: '', name: 'Book1' }],
])('the document at %j', async (url, expected) => {
  const { host } = await openExcelPane('商品', rows, { url });
  expect(host.document).toMatchObject(expected);
  expect(host.document?.instance).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ['#1F1F1F', 'zh-CN', 'dark', 'zh-CN'],
  ['#FFFFFF', 'zh-TW', 'light', 'zh-CN'],
  ['', 'de-DE', undefined, 'en-US'],
])('background %j and language %s are understood', async (background, language, theme, understood) => {
  const { host } = await openExcelPane('商品', rows, { background, language });
  expect([host.theme, host.language]).toEqual([theme, understood]);
});

test.each([
  ['InvalidOperationInCellEditMode', 'editing'],
  ['AccessDenied', 'protected'],
  ['ItemNotFound', 'missing'],
  ['GeneralException', 'other'],
])('Excel’s error %s is answered as %s, and the next batch works again', async (code, why) => {
  const pane = await openExcelPane('商品', rows);
  let isBroken = true;
  pane.excel.beforeSync = () => {
    if (isBroken) throw new OfficeError(code, 'it says so');
  };
  const answer = await pane.host.answer({ id: 's', ask: 'sheets' });
  expect(answer).toEqual({ answer: 'failed', why, detail: `${code}: it says so` });
  isBroken = false;
  expect(await pane.host.answer({ id: 's', ask: 'sheets' })).toMatchObject({ answer: 'sheets' });
});
