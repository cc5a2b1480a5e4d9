// The rows that a batch of edits touches: loaded whole, and compared with what they held before.
import type { LinkEdit } from '../../server/contract/links.ts';
import { parseAddress } from '../../server/domain/cell-address.ts';
import { contentMark, rawCell, type RawCell, type RawRows } from './cell-reading.ts';
import { emptyMarks } from './excel-read.ts';
import type { Snapshot } from './excel-revisions.ts';

export interface PlacedEdit {
  readonly edit: LinkEdit;
  /** 0-based. */
  readonly column: number;
}

export interface EditedRow {
  /** 1-based. */
  readonly number: number;
  /** The columns that are looked at: those of the snapshot and those of the edits. */
  readonly firstColumn: number;
  readonly columnCount: number;
  readonly edits: readonly PlacedEdit[];
}

/** Edits whose address is none are left out. */
export function groupByRow(edits: readonly LinkEdit[], snapshot: Snapshot): EditedRow[] {
  const byRow = new Map<number, PlacedEdit[]>();
  for (const edit of edits) {
    const address = parseAddress(edit.cell);
    if (address === undefined) continue;
    const placed = byRow.get(address.row) ?? [];
    placed.push({ edit, column: address.column });
    byRow.set(address.row, placed);
  }
  return [...byRow].map(([number, placed]) => ({ number, ...columnsOf(placed, snapshot), edits: placed }));
}

function columnsOf(placed: readonly PlacedEdit[], snapshot: Snapshot) {
  const columns = placed.map(({ column }) => column);
  if (snapshot.columnCount > 0) columns.push(snapshot.firstColumn, snapshot.firstColumn + snapshot.columnCount - 1);
  const firstColumn = Math.min(...columns);
  return { firstColumn, columnCount: Math.max(...columns) - firstColumn + 1 };
}

/** What a row holds at one moment; to be read after the next sync. */
export interface LoadedRow {
  readonly row: EditedRow;
  readonly cell: (column: number) => RawCell;
  /** Of the columns `firstColumn` and following. */
  readonly formulas: () => readonly unknown[];
}

export function loadRow(sheet: Excel.Worksheet, row: EditedRow): LoadedRow {
  const range = sheet.getRangeByIndexes(row.number - 1, row.firstColumn, 1, row.columnCount);
  range.load('values,formulas,valueTypes,numberFormat');
  return {
    row,
    cell: (column) => rawCell(range satisfies RawRows, 0, column - row.firstColumn),
    formulas: () => range.formulas[0] ?? [],
  };
}

/** Whether a row holds what it held when the sheet was read, beside the cells that are to be written. */
export function isAsRead({ row, formulas }: LoadedRow, snapshot: Snapshot): boolean {
  const marks = snapshot.marks.get(row.number) ?? emptyMarks(snapshot.columnCount);
  const now = formulas();
  const edited = new Set(row.edits.map(({ column }) => column));
  return marks.every((mark, index) => {
    const column = snapshot.firstColumn + index;
    return edited.has(column) || contentMark(now[column - row.firstColumn] ?? '') === mark;
  });
}

/**
 * Whether nobody changed a row between two readings. A cell that holds what was being written counts as unchanged, for a
 * program may tell of the second reading what came after it.
 */
export function isUntouched(earlier: LoadedRow, later: LoadedRow, written: ReadonlyMap<number, unknown>): boolean {
  const before = earlier.formulas();
  return later.formulas().every((formula, index) => {
    return formula === before[index] || formula === written.get(earlier.row.firstColumn + index);
  });
}
