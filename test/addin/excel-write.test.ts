// Writing into the open workbook while a person works in it: nothing of theirs is lost, nothing lands in a wrong row.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../../addin/host/cell-input.ts';
import type { LinkAnswer, LinkEdit } from '../../server/contract/links.ts';
import { openExcelPane, type ExcelPane } from './excel-pane.ts';

const rows = [
  ['SKU', '图片', '描述', '标题'],
  ['A-1', '1.jpg', null, null],
  ['A-2', '2.jpg', null, null],
  ['A-3', '3.jpg', null, null],
];

const open = (options = {}) => openExcelPane('商品', rows, options);

async function revisionOf({ host, excel }: ExcelPane): Promise<string> {
  const answer = await host.answer({ id: 'r', ask: 'read', sheet: '商品' });
  await excel.settled();
  if (answer.answer !== 'sheet') throw new Error(JSON.stringify(answer));
  return answer.revision;
}

const write = ({ host }: ExcelPane, revision: string, ...edits: LinkEdit[]): Promise<LinkAnswer> =>
  host.answer({ id: 'w', ask: 'write', sheet: '商品', revision, edits });

/** Calls `act` before the sync that writes: the second one of a batch. */
function beforeWriting({ excel }: ExcelPane, act: () => void | Promise<void>): void {
  let syncs = 0;
  excel.beforeSync = async () => {
    syncs += 1;
    if (syncs === 2) await act();
  };
}

const textOf = ({ excel }: ExcelPane, cell: string) => excel.cell('商品', cell).value;

test('a batch is one step of the undo list', async () => {
  const pane = await open();
  const edits = ['C2', 'C3', 'C4', 'D2'].map((cell) => ({ cell, value: '=文案', expected: '' }));
  await write(pane, await revisionOf(pane), ...edits);
  expect(pane.excel.undoCount).toBe(1);
  pane.excel.undo();
  expect(edits.map(({ cell }) => textOf(pane, cell))).toEqual(['', '', '', '']);
});

test('words that a person typed between looking and writing are put back', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  beforeWriting(pane, () => pane.excel.type('商品', 'C2', '我的话'));
  const edits = [
    { cell: 'C2', value: '模型', expected: '' },
    { cell: 'C3', value: '模型', expected: '' },
  ];
  expect(await write(pane, revision, ...edits)).toEqual({ answer: 'changed' });
  expect([textOf(pane, 'C2'), textOf(pane, 'C3')]).toEqual(['我的话', '']);
});

test('a formula that a person typed between looking and writing is put back as a formula', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  beforeWriting(pane, () => pane.excel.type('商品', 'C2', '=LEN(A2)'));
  expect(await write(pane, revision, { cell: 'C2', value: '模型', expected: '' })).toEqual({ answer: 'changed' });
  expect(pane.excel.cell('商品', 'C2').formula).toBe('=LEN(A2)');
});

test('rows that were sorted between looking and writing keep what they had', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  beforeWriting(pane, () => pane.excel.sortRows('商品', 0, true));
  expect(await write(pane, revision, { cell: 'C2', value: '给 A-1', expected: '' })).toEqual({ answer: 'changed' });
  expect(['A2', 'C2', 'C4'].map((cell) => textOf(pane, cell))).toEqual(['A-3', '', '']);
});

test('after a refusal the sheet is read anew and written rightly', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  beforeWriting(pane, () => pane.excel.sortRows('商品', 0, true));
  await write(pane, revision, { cell: 'C2', value: '给 A-1', expected: '' });
  const again = await pane.host.answer({ id: 'r', ask: 'read', sheet: '商品', ifRevision: revision });
  if (again.answer !== 'sheet') throw new Error(again.answer);
  expect(await write(pane, again.revision, { cell: 'C4', value: '给 A-1', expected: '' })).toMatchObject({
    refused: [],
  });
  expect([textOf(pane, 'A4'), textOf(pane, 'C4')]).toEqual(['A-1', '给 A-1']);
});

test('while a person types in a cell a batch waits, and then respects what they typed', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  const finish = pane.excel.beginEditing();
  const writing = write(pane, revision, { cell: 'C2', value: '模型', expected: '' });
  pane.excel.type('商品', 'C2', '我的话');
  finish();
  expect(await writing).toMatchObject({ answer: 'written', refused: [{ cell: 'C2', why: 'changed' }] });
  expect(textOf(pane, 'C2')).toBe('我的话');
});

test('a person who types for long is waited for so long only, and nothing is written behind their back', async () => {
  const pane = await open({ patienceMs: 20 });
  const revision = await revisionOf(pane);
  const finish = pane.excel.beginEditing();
  expect(await write(pane, revision, { cell: 'C2', value: '模型' })).toMatchObject({
    answer: 'failed',
    why: 'editing',
  });
  finish();
  await pane.host.answer({ id: 's', ask: 'sheets' });
  expect(textOf(pane, 'C2')).toBe('');
});

test('batches never run at the same time', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  const cells = ['C2', 'C3', 'C4', 'D2', 'D3', 'D4'];
  const answers = await Promise.all(cells.map((cell) => write(pane, revision, { cell, value: cell, expected: '' })));
  expect(answers.map(({ answer }) => answer)).toEqual(cells.map(() => 'written'));
  expect(pane.excel.runsAtOnceMax).toBe(1);
});

test('what others change elsewhere does not hold up a row', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  pane.excel.type('商品', 'D4', '同事的标题', 'Remote');
  await pane.excel.settled();
  expect(await write(pane, revision, { cell: 'C2', value: '文案', expected: '' })).toMatchObject({ refused: [] });
});

test('a row whose facts a colleague changed is not written with copy of the old facts', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  pane.excel.type('商品', 'B2', '另一张.jpg', 'Remote');
  expect(await write(pane, revision, { cell: 'C2', value: '文案', expected: '' })).toEqual({ answer: 'changed' });
});

test('on a protected sheet the unlocked cells are written and the locked ones told', async () => {
  const pane = await open();
  const sheet = pane.excel.sheet('商品');
  sheet.put(1, 2, { value: '', format: 'General', isUnlocked: true });
  sheet.isProtected = true;
  const answer = await write(
    pane,
    await revisionOf(pane),
    { cell: 'C2', value: '=文案' },
    { cell: 'C3', value: '文案' },
  );
  expect(answer).toMatchObject({ answer: 'written', refused: [{ cell: 'C3', why: 'protected' }] });
  expect([textOf(pane, 'C2'), textOf(pane, 'C3')]).toEqual(['=文案', '']);
});

test('pictures in cells, covered cells of merged areas and cells that a formula fills are left alone', async () => {
  const pane = await open();
  const sheet = pane.excel.sheet('商品');
  sheet.put(1, 2, { value: '#VALUE!', format: 'General', isRich: true });
  sheet.merged.push('C3:D3');
  sheet.spilled.set('C4', 'C1');
  const edits = ['C2', 'D3', 'C4', 'C3'].map((cell) => ({ cell, value: '文案' }));
  expect(await write(pane, await revisionOf(pane), ...edits)).toMatchObject({
    refused: [
      { cell: 'C2', why: 'rich' },
      { cell: 'D3', why: 'merged' },
      { cell: 'C4', why: 'formula' },
    ],
  });
  expect(textOf(pane, 'C3')).toBe('文案');
});

test('a text that no cell can hold is refused', async () => {
  const pane = await open();
  const answer = await write(pane, await revisionOf(pane), { cell: 'C3', value: '长'.repeat(32_768) });
  expect(answer).toMatchObject({ answer: 'written', refused: [{ cell: 'C3', why: 'too-long' }] });
});

test('a cell keeps its format when a text is marked as text', async () => {
  const pane = await open();
  await write(pane, await revisionOf(pane), { cell: 'C2', value: '=1+1' }, { cell: 'C3', value: '3-5' });
  const cells = ['C2', 'C3'].map((cell) => pane.excel.cell('商品', cell));
  expect(cells).toEqual([
    { value: '=1+1', format: 'General', isQuoted: true },
    { value: '3-5', format: 'General', isQuoted: true },
  ]);
});

test('an ordinary text is written without any mark', async () => {
  const pane = await open();
  await write(pane, await revisionOf(pane), { cell: 'C2', value: '3 件装 T 恤，亲肤' });
  expect(pane.excel.cell('商品', 'C2')).toEqual({ value: '3 件装 T 恤，亲肤', format: 'General' });
});

test('a text that Excel takes for something else all the same is written once more as text', async () => {
  const pane = await open();
  pane.excel.misread.set('五折', 0.5);
  await write(pane, await revisionOf(pane), { cell: 'C2', value: '五折' });
  expect(pane.excel.cell('商品', 'C2')).toMatchObject({ value: '五折', format: '@' });
  expect(await write(pane, await revisionOf(pane), { cell: 'D2', value: '题' })).toMatchObject({ refused: [] });
});

test('whatever the text, the cell holds it and no formula', async () => {
  const pane = await open();
  const revision = await revisionOf(pane);
  const signs = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    "'",
    '\t',
    '\r',
    '\n',
    ' ',
    '1',
    '/',
    ':',
    '%',
    '是',
    'a',
    '(',
    '#',
  );
  const text = fc.oneof(fc.string({ unit: signs, minLength: 1, maxLength: 8 }), fc.string({ minLength: 1 }));
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      await write(pane, revision, { cell: 'C2', value });
      const cell = pane.excel.cell('商品', 'C2');
      expect([cell.value, cell.formula]).toEqual([cleanText(value), undefined]);
    }),
    { numRuns: 300 },
  );
});
