// A workbook that is open in a pane, in memory: answers what the server asks, while a person works in it.
import type { LinkAnswer, LinkCell, LinkEdit, LinkRequest } from '../../server/contract/links.ts';
import { formatAddress, parseAddress } from '../../server/domain/cell-address.ts';
import type { PlainSheet } from './memory-workbooks.ts';

type Value = string | number | boolean | { readonly formula: string; readonly result: string };

interface Grid {
  readonly name: string;
  readonly visible: boolean;
  /** By row number from 1, then by 0-based column. */
  rows: Map<number, Map<number, Value>>;
  hiddenRows: Set<number>;
  revision: number;
  isProtected: boolean;
}

export interface MemoryPane {
  answer(request: LinkRequest): LinkAnswer;
  /** The text of every cell that has one, by sheet and address: "Sheet1!A2". */
  texts(): Record<string, string>;
  type(sheet: string, cell: string, value: Value | null): void;
  /** An empty row comes before this one. */
  insertRow(sheet: string, number: number): void;
  deleteRow(sheet: string, number: number): void;
  /** Sorts the rows below the headers by a column, from last to first. */
  sortDown(sheet: string, column: number): void;
  protect(sheet: string): void;
  /** While the person types in a cell nothing can be done. */
  setEditing(isEditing: boolean): void;
  /** Every cell that was written through the link, in order: "D2=text". */
  readonly written: readonly string[];
  /** What was asked for, in order. */
  readonly asked: readonly LinkRequest['ask'][];
}

export function createMemoryPane(sheets: readonly PlainSheet[]): MemoryPane {
  const grids = sheets.map(gridOf);
  const written: string[] = [];
  const asked: LinkRequest['ask'][] = [];
  let isEditing = false;
  const grid = (name: string): Grid => {
    const found = grids.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no sheet ${name}`);
    return found;
  };
  const move = (sheet: string, change: (rows: [number, Map<number, Value>][]) => [number, Map<number, Value>][]) => {
    const one = grid(sheet);
    one.rows = new Map(change([...one.rows].toSorted(([a], [b]) => a - b)));
    one.revision += 1;
  };
  return {
    written,
    asked,
    answer(request) {
      asked.push(request.ask);
      if (request.ask === 'sheets') {
        const names = grids.map(({ name, visible }) => ({ name, visible }));
        return { answer: 'sheets', sheets: names, active: grids[0]?.name ?? '' };
      }
      const one = grids.find(({ name }) => name === request.sheet);
      if (one === undefined) return { answer: 'failed', why: 'missing', detail: request.sheet };
      if (request.ask === 'read') return read(one, request.ifRevision);
      if (isEditing) return { answer: 'failed', why: 'editing', detail: '' };
      if (one.isProtected) return { answer: 'failed', why: 'protected', detail: '' };
      if (request.revision !== String(one.revision)) return { answer: 'changed' };
      return write(one, request.edits, written);
    },
    texts: () =>
      Object.fromEntries(
        grids.flatMap(({ name, rows }) =>
          [...rows].flatMap(([row, cells]) =>
            [...cells].map(([column, value]) => [`${name}!${formatAddress({ row, column })}`, textOf(value)]),
          ),
        ),
      ),
    type(sheet, cell, value) {
      const one = grid(sheet);
      put(one, cell, value);
      one.revision += 1;
    },
    insertRow: (sheet, number) =>
      move(sheet, (rows) => rows.map(([row, cells]) => [row >= number ? row + 1 : row, cells])),
    deleteRow: (sheet, number) =>
      move(sheet, (rows) =>
        rows.flatMap(([row, cells]) => (row === number ? [] : [[row > number ? row - 1 : row, cells]])),
      ),
    sortDown: (sheet, column) =>
      move(sheet, ([head, ...rows]) => {
        const places = rows.map(([row]) => row);
        const key = (cells: Map<number, Value>) => textOf(cells.get(column) ?? '');
        const sorted = rows.map(([, cells]) => cells).toSorted((a, b) => (key(a) < key(b) ? 1 : -1));
        const moved = sorted.map((cells, index): [number, Map<number, Value>] => [places[index] ?? 0, cells]);
        return head === undefined ? moved : [head, ...moved];
      }),
    protect: (sheet) => void (grid(sheet).isProtected = true),
    setEditing: (now) => void (isEditing = now),
  };
}

function gridOf({ name, hidden, cells, hiddenRows }: PlainSheet): Grid {
  const rows = new Map<number, Map<number, Value>>();
  const one = {
    name,
    visible: hidden !== true,
    rows,
    hiddenRows: new Set(hiddenRows),
    revision: 1,
    isProtected: false,
  };
  for (const [cell, value] of Object.entries(cells)) put(one, cell, value);
  return one;
}

function put({ rows }: Pick<Grid, 'rows'>, cell: string, value: Value | null): void {
  const at = parseAddress(cell);
  if (at === undefined) throw new Error(`${cell} is no cell`);
  const row = rows.get(at.row) ?? new Map<number, Value>();
  if (value === null || value === '') row.delete(at.column);
  else row.set(at.column, value);
  if (row.size === 0) rows.delete(at.row);
  else rows.set(at.row, row);
}

function read({ rows, hiddenRows, revision }: Grid, ifRevision: string | undefined): LinkAnswer {
  if (ifRevision === String(revision)) return { answer: 'unchanged' };
  const list = [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([number, cells]) => ({
      number,
      hidden: hiddenRows.has(number),
      cells: [...cells].toSorted(([a], [b]) => a - b).map(([column, value]) => linkCell(column, value)),
    }));
  return { answer: 'sheet', revision: String(revision), rows: list };
}

function linkCell(column: number, value: Value): LinkCell {
  const text = textOf(value);
  if (typeof value === 'object') return [column, text, 'text', value.formula];
  const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text';
  return [column, text, kind];
}

function write(grid: Grid, edits: readonly LinkEdit[], written: string[]): LinkAnswer {
  type Refused = Extract<LinkAnswer, { answer: 'written' }>['refused'];
  const refused: Refused[number][] = [];
  for (const { cell, value, expected } of edits) {
    const at = parseAddress(cell);
    const now = at === undefined ? undefined : grid.rows.get(at.row)?.get(at.column);
    if (typeof now === 'object') refused.push({ cell, why: 'formula' });
    else if (expected !== undefined && textOf(now ?? '') !== expected) refused.push({ cell, why: 'changed' });
    else {
      put(grid, cell, value);
      written.push(`${cell}=${String(value ?? '')}`);
    }
  }
  return { answer: 'written', revision: String(grid.revision), refused };
}

function textOf(value: Value): string {
  if (typeof value === 'object') return value.result;
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}
