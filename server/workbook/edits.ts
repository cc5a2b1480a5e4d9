// Edits as they were asked for, sorted into those that name a cell once and those refused at sight.
import { RowscribeError } from '../errors.ts';
import { formatAddress, parseAddress, type CellAddress } from '../domain/cell-address.ts';
import type { CellEdit, CellRefusal } from '../ports/workbook.ts';
import { CELL_TEXT_MAX, cleanCellText } from './cell-text.ts';
import { findWorksheet, sheetMissing, type Worksheet, type WorkbookStructure } from './workbook-part.ts';

/** One edit that names a cell. Its value is ready to be stored: clean text that is not empty, or null. */
export interface TargetEdit extends CellAddress {
  /** The sheet and the cell as the caller wrote them. */
  readonly sheet: string;
  readonly cell: string;
  readonly value: string | number | boolean | null;
  readonly expected: string | undefined;
  /** Its place among the edits asked for. */
  readonly order: number;
}

/** The edits of one sheet: by row, then by column. */
export type SheetTargets = ReadonlyMap<number, ReadonlyMap<number, TargetEdit>>;

export interface SortedEdits {
  readonly sheets: ReadonlyMap<Worksheet, SheetTargets>;
  readonly refused: readonly CellRefusal[];
}

type CellErrorCode = CellRefusal['error']['code'];

/** A refusal whose text needs no more than the cell. */
export function refusal(
  edit: { readonly sheet: string; readonly cell: string },
  code: Exclude<CellErrorCode, 'sheet-missing' | 'cell-too-long'>,
): CellRefusal {
  const { sheet, cell } = edit;
  return { sheet, cell, error: new RowscribeError(code, { sheet, cell }) };
}

/** Resolves sheets and addresses; refuses `cell-invalid`, `sheet-missing`, `cell-too-long`, `cell-value`, `cell-twice`. */
export function sortEdits(edits: readonly CellEdit[], structure: WorkbookStructure): SortedEdits {
  const refused: CellRefusal[] = [];
  const byCell = new Map<string, { worksheet: Worksheet; target: TargetEdit }[]>();
  for (const [order, edit] of edits.entries()) {
    const found = targetOf(edit, order, structure);
    if ('error' in found) {
      refused.push(found);
      continue;
    }
    const key = `${formatAddress(found.target)}!${found.worksheet.part}`;
    const same = byCell.get(key);
    if (same === undefined) byCell.set(key, [found]);
    else same.push(found);
  }
  const sheets = new Map<Worksheet, Map<number, Map<number, TargetEdit>>>();
  for (const [only, ...others] of byCell.values()) {
    if (only === undefined) continue;
    if (others.length === 0) place(sheets, only.worksheet, only.target);
    else refused.push(...[only, ...others].map(({ target }) => refusal(target, 'cell-twice')));
  }
  return { sheets, refused };
}

function place(
  sheets: Map<Worksheet, Map<number, Map<number, TargetEdit>>>,
  worksheet: Worksheet,
  target: TargetEdit,
): void {
  const rows = sheets.get(worksheet) ?? new Map<number, Map<number, TargetEdit>>();
  const row = rows.get(target.row) ?? new Map<number, TargetEdit>();
  sheets.set(worksheet, rows.set(target.row, row.set(target.column, target)));
}

function targetOf(
  edit: CellEdit,
  order: number,
  structure: WorkbookStructure,
): CellRefusal | { worksheet: Worksheet; target: TargetEdit } {
  const { sheet, cell, expected } = edit;
  const position = parseAddress(cell);
  if (position === undefined) return refusal(edit, 'cell-invalid');
  const worksheet = findWorksheet(structure, sheet);
  if (worksheet === undefined) return { sheet, cell, error: sheetMissing(structure, sheet) };
  const value = storableValue(edit.value);
  if (typeof value === 'string' && value.length > CELL_TEXT_MAX) {
    return { sheet, cell, error: new RowscribeError('cell-too-long', { sheet, cell, length: value.length }) };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return refusal(edit, 'cell-value');
  return { worksheet, target: { sheet, cell, ...position, value, expected, order } };
}

/** An empty text and an empty cell are the same to a reader; only the latter leaves no trace in counts. */
function storableValue(value: CellEdit['value']): CellEdit['value'] {
  if (typeof value !== 'string') return value;
  const clean = cleanCellText(value);
  return clean === '' ? null : clean;
}
