// A sheet of an open workbook as its pane last told it; what is written by us is entered into it alike.
import { createHash } from 'node:crypto';
import type { LinkAnswer, LinkEdit } from '../contract/links.ts';
import { parseAddress } from '../domain/cell-address.ts';
import type { Cell, SheetRow } from '../ports/workbook.ts';

/** Never changed: a book that is open goes on showing it. */
export interface LiveSheet {
  readonly revision: string;
  /** Times that we wrote into it since it was read: the pane's revision need not count those. */
  readonly writes: number;
  readonly rows: readonly SheetRow[];
}

type SheetAnswer = Extract<LinkAnswer, { answer: 'sheet' }>;

export function liveSheet({ revision, rows }: SheetAnswer): LiveSheet {
  return {
    revision,
    writes: 0,
    rows: rows
      .map(({ number, hidden, cells }) => ({
        number,
        hidden,
        cells: new Map(cells.map(([column, text, kind, formula]) => [column, cellOf(text, kind, formula)])),
      }))
      .toSorted((a, b) => a.number - b.number),
  };
}

function cellOf(text: string, kind: SheetAnswer['rows'][number]['cells'][number][2], formula?: string): Cell {
  if (kind === 'rich') return { text, kind: 'error', rich: true };
  return { text, kind, ...(formula !== undefined && { formula }) };
}

/** The sheet with the edits that were made in it. */
export function withEdits(sheet: LiveSheet, revision: string, edits: readonly LinkEdit[]): LiveSheet {
  const rows = new Map(sheet.rows.map((row) => [row.number, row]));
  for (const { cell, value } of edits) {
    const at = parseAddress(cell);
    if (at === undefined) continue;
    const row = rows.get(at.row) ?? { number: at.row, hidden: false, cells: new Map<number, Cell>() };
    const cells = [...row.cells].filter(([column]) => column !== at.column);
    const written = value === null ? cells : [...cells, [at.column, plainCell(value)] as const];
    rows.set(at.row, { ...row, cells: new Map(written.toSorted(([a], [b]) => a - b)) });
  }
  const kept = [...rows.values()].filter((row) => row.cells.size > 0);
  const writes = sheet.writes + (edits.length > 0 ? 1 : 0);
  return { revision, writes, rows: kept.toSorted((a, b) => a.number - b.number) };
}

function plainCell(value: string | number | boolean): Cell {
  if (typeof value === 'string') return { text: value, kind: 'text' };
  if (typeof value === 'number') return { text: String(value), kind: 'number' };
  return { text: value ? 'TRUE' : 'FALSE', kind: 'boolean' };
}

/** Stands for the whole workbook as it was told: equal when no sheet has another revision. */
export function versionOf(key: string, sheets: ReadonlyMap<string, LiveSheet>): string {
  const revisions = [...sheets].map(([name, { revision, writes }]) => `${name} ${revision} ${writes}`).toSorted();
  return createHash('sha256')
    .update(JSON.stringify([key, revisions]))
    .digest('hex');
}
