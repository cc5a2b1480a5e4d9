// What every implementation of the workbooks port must do.
import { describe, expect, test } from 'vitest';
import { isRowscribeError, type ErrorCode } from '../../server/errors.ts';
import type { CellEdit, Workbooks } from '../../server/ports/workbook.ts';
import type { PlainSheet } from '../fakes/memory-workbooks.ts';
import { wholeFileContract } from './whole-file-contract.ts';
import { picturing } from './workbook-pictures-contract.ts';

/** What of the contract holds where a workbook is no file: everything but whole files and who else has it open. */
interface LiveSubject extends Pick<WorkbooksSubject, 'workbooks' | 'make'> {
  /** Of a workbook that is not there. */
  readonly missing: ErrorCode;
}

export interface WorkbooksSubject {
  readonly workbooks: Workbooks;
  /** A new workbook of these sheets; gives its path. */
  readonly make: (sheets: readonly PlainSheet[]) => Promise<string>;
  /** A path in a place where files can be written and where none is yet. */
  readonly fresh: () => string;
  /** Makes it look as if someone had the workbook open. */
  readonly openElsewhere: (path: string, by: string) => void;
}

const products: PlainSheet = {
  name: '商品',
  cells: {
    A1: '款号',
    B1: '图片',
    C1: '描述',
    A2: 'S-1',
    B2: 'a.jpg',
    A3: 7,
    B3: true,
    C3: { formula: 'A3+1', result: '8' },
  },
  hiddenRows: [3],
};
const notes: PlainSheet = { name: 'Notes', hidden: true, cells: { A1: 'keep', A5: 'me' } };

type Make<S> = () => Promise<{ subject: S; workbooks: Workbooks; path: string }>;

export function workbookContract(name: string, create: () => WorkbooksSubject): void {
  const make = maker(create);
  describe(`${name} as Workbooks`, () => {
    reading(make, 'workbook-missing');
    picturing(create);
    writing(make);
    refusing(make);
    taking(make);
    replacing(make);
  });
  wholeFileContract(name, create);
}

/** For workbooks that are open in a program. */
export function liveWorkbookContract(name: string, create: () => LiveSubject): void {
  const make = maker(create);
  describe(`${name} as Workbooks`, () => {
    reading(make, create().missing);
    writing(make);
    refusing(make);
    taking(make);
  });
}

function maker<S extends Pick<WorkbooksSubject, 'workbooks' | 'make'>>(create: () => S): Make<S> {
  return async () => {
    const subject = create();
    return { subject, workbooks: subject.workbooks, path: await subject.make([products, notes]) };
  };
}

async function read(workbooks: Workbooks, path: string, sheet = products.name): Promise<Record<string, string>> {
  const book = await workbooks.open(path);
  const texts: Record<string, string> = {};
  try {
    for await (const row of book.rows(sheet)) {
      for (const [column, cell] of row.cells) texts[`${String.fromCharCode(65 + column)}${row.number}`] = cell.text;
    }
  } finally {
    await book.close();
  }
  return texts;
}

const edit = (cell: string, value: CellEdit['value'], expected?: string): CellEdit => ({
  sheet: products.name,
  cell,
  value,
  ...(expected === undefined ? {} : { expected }),
});

async function failure(step: Promise<unknown>): Promise<ErrorCode | 'none' | 'other'> {
  try {
    await step;
    return 'none';
  } catch (cause) {
    return isRowscribeError(cause) ? cause.code : 'other';
  }
}

function reading(make: Make<unknown>, missing: ErrorCode): void {
  test('a book names its sheets in order and says which are visible', async () => {
    const { workbooks, path } = await make();
    const book = await workbooks.open(path);
    expect(book.sheets).toEqual([
      { name: '商品', visible: true },
      { name: 'Notes', visible: false },
    ]);
    expect(book.sha256).toMatch(/^[0-9a-f]{64}$/);
    await book.close();
  });

  test('rows come in order with texts, kinds, formulas and whether they are hidden', async () => {
    const { workbooks, path } = await make();
    const book = await workbooks.open(path);
    const rows = [];
    for await (const row of book.rows(products.name)) rows.push(row);
    await book.close();
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3]);
    expect(rows.map((row) => row.hidden)).toEqual([false, false, true]);
    expect(rows[2]?.cells.get(0)).toEqual({ text: '7', kind: 'number' });
    expect(rows[2]?.cells.get(1)).toEqual({ text: 'TRUE', kind: 'boolean' });
    expect(rows[2]?.cells.get(2)).toEqual({ text: '8', kind: 'text', formula: 'A3+1' });
    expect(rows[1]?.cells.has(2)).toBe(false);
  });

  test('a sheet is found whatever the case of its name, and a missing one is named', async () => {
    const { workbooks, path } = await make();
    expect(await read(workbooks, path, 'NOTES')).toEqual({ A1: 'keep', A5: 'me' });
    expect(await failure(read(workbooks, path, 'None'))).toBe('sheet-missing');
    expect(await failure(workbooks.open(`${path}.none`))).toBe(missing);
  });

  test('an open book shows one version, whatever happens to the path', async () => {
    const { workbooks, path } = await make();
    const book = await workbooks.open(path);
    await workbooks.patch(path, [edit('B2', 'new.jpg')]);
    const texts = [];
    for await (const row of book.rows(products.name)) texts.push(row.cells.get(1)?.text);
    await book.close();
    expect(texts).toEqual(['图片', 'a.jpg', 'TRUE']);
  });
}

function writing(make: Make<unknown>): void {
  test('texts, numbers and booleans are written as what they are, and nothing else changes', async () => {
    const { workbooks, path } = await make();
    const before = await read(workbooks, path);
    const edits = [edit('C2', '=1+1'), edit('D2', 3.5), edit('E2', false), edit('A9', ' 新 行 ')];
    const report = await workbooks.patch(path, edits);
    expect(report.written).toEqual(edits.map(({ sheet, cell }) => ({ sheet, cell })));
    expect(report.refused).toEqual([]);
    expect(await read(workbooks, path)).toEqual({ ...before, C2: '=1+1', D2: '3.5', E2: 'FALSE', A9: ' 新 行 ' });
    expect(await read(workbooks, path, 'Notes')).toEqual({ A1: 'keep', A5: 'me' });
  });

  test('null and an empty text empty the cell', async () => {
    const { workbooks, path } = await make();
    const report = await workbooks.patch(path, [edit('A2', null), edit('B2', '')]);
    expect(report.written).toHaveLength(2);
    expect(await read(workbooks, path)).not.toHaveProperty('A2');
    expect(await read(workbooks, path)).not.toHaveProperty('B2');
  });

  test('several sheets are patched at once, and the hash is that of the file as it now is', async () => {
    const { workbooks, path } = await make();
    const report = await workbooks.patch(path, [edit('C2', 'x'), { sheet: 'notes', cell: 'b1', value: 'y' }]);
    expect(report.written).toHaveLength(2);
    expect((await read(workbooks, path, 'Notes'))['B1']).toBe('y');
    const book = await workbooks.open(path);
    expect(report.sha256).toBe(book.sha256);
    await book.close();
  });

  test('a value that the cell already has counts as written', async () => {
    const { workbooks, path } = await make();
    expect((await workbooks.patch(path, [edit('A2', 'S-1')])).written).toHaveLength(1);
  });
}

function refusing(make: Make<unknown>): void {
  test('each edit that cannot be made is refused with its reason, the others are made', async () => {
    const { workbooks, path } = await make();
    const report = await workbooks.patch(path, [
      edit('C2', 'good'),
      edit('C3', 'over a formula'),
      edit('$A$1', 'x'),
      edit('D4', 'x'.repeat(32_768)),
      edit('E5', 'once'),
      edit('e5', 'twice'),
      edit('F6', Number.NaN),
      { sheet: 'None', cell: 'A1', value: 'x' },
    ]);
    expect(report.written).toEqual([{ sheet: products.name, cell: 'C2' }]);
    const codes = Object.fromEntries(report.refused.map((one) => [one.cell, one.error.code]));
    expect(codes).toEqual({
      C3: 'cell-formula',
      $A$1: 'cell-invalid',
      D4: 'cell-too-long',
      E5: 'cell-twice',
      e5: 'cell-twice',
      F6: 'cell-value',
      A1: 'sheet-missing',
    });
    expect(await read(workbooks, path)).not.toHaveProperty('E5');
  });

  test('an edit that expects another text than the cell has is refused', async () => {
    const { workbooks, path } = await make();
    const edits = [edit('A2', 'x', 'S-2'), edit('B2', 'x', 'a.jpg'), edit('C2', 'x', ''), edit('A3', 'x', '7')];
    const report = await workbooks.patch(path, [...edits, edit('B3', 'x', '')]);
    expect(report.written.map((one) => one.cell)).toEqual(['B2', 'C2', 'A3']);
    expect(report.refused.map((one) => one.error.code)).toEqual(['cell-changed', 'cell-changed']);
  });

  test('when nothing can be written the file stays as it is', async () => {
    const { workbooks, path } = await make();
    const book = await workbooks.open(path);
    await book.close();
    const report = await workbooks.patch(path, [edit('C3', 'x')]);
    expect(report).toMatchObject({ written: [], sha256: book.sha256 });
  });
}

function replacing(make: Make<WorkbooksSubject>): void {
  test('with out the original stays and the result lies there', async () => {
    const { subject, workbooks, path } = await make();
    const before = await read(workbooks, path);
    const out = subject.fresh();
    await workbooks.patch(path, [edit('C2', 'x')], { out });
    expect(await read(workbooks, path)).toEqual(before);
    expect(await read(workbooks, out)).toEqual({ ...before, C2: 'x' });
    await workbooks.patch(path, [edit('C3', 'refused')], { out });
    expect(await read(workbooks, out)).toEqual(before);
  });

  test('a workbook that someone has open is left alone, and the error says who', async () => {
    const { subject, workbooks, path } = await make();
    subject.openElsewhere(path, '李雷');
    const before = await read(workbooks, path);
    const failed = await workbooks.patch(path, [edit('C2', 'x')]).catch((cause: unknown) => cause);
    expect(isRowscribeError(failed, 'workbook-open') && failed.facts.by).toContain('李雷');
    expect(await read(workbooks, path)).toEqual(before);
    expect((await workbooks.patch(path, [edit('C2', 'x')], { out: subject.fresh() })).written).toHaveLength(1);
  });
}

function taking(make: Make<unknown>): void {
  test('an edit for another version than the one that is there is not made', async () => {
    const { workbooks, path } = await make();
    const book = await workbooks.open(path);
    await book.close();
    const first = await workbooks.patch(path, [edit('D2', 'x')], { base: book.sha256 });
    expect(first.written).toHaveLength(1);
    expect(await failure(workbooks.patch(path, [edit('E2', 'y')], { base: book.sha256 }))).toBe('workbook-changed');
    await workbooks.patch(path, [edit('F2', 'z')], { base: first.sha256 });
    const now = await read(workbooks, path);
    expect([now['D2'], now['E2'], now['F2']]).toEqual(['x', undefined, 'z']);
  });

  test('patches of one workbook at the same time are made one after the other', async () => {
    const { workbooks, path } = await make();
    const cells = ['D2', 'E2', 'F2', 'G2', 'H2', 'I2'];
    await Promise.all(cells.map((cell) => workbooks.patch(path, [edit(cell, cell)])));
    expect(await read(workbooks, path)).toMatchObject(Object.fromEntries(cells.map((cell) => [cell, cell])));
  });

  test('an aborted signal stops before anything is changed', async () => {
    const { workbooks, path } = await make();
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(workbooks.patch(path, [edit('C2', 'x')], { signal })).rejects.toThrow('stop');
    await expect(workbooks.open(path, signal)).rejects.toThrow('stop');
    expect(await read(workbooks, path)).not.toHaveProperty('C2');
  });
}
