// The cells of a fake sheet, and what Excel makes of what is put into them.
import { columnLetters, parseArea } from '../../../server/domain/cell-address.ts';

export type CellValue = string | number | boolean;

export interface FakeCell {
  value: CellValue;
  /** With "=". */
  formula?: string;
  format: string;
  /** Marked by an apostrophe: text whatever it looks like. */
  isQuoted?: boolean;
  isUnlocked?: boolean;
  isRich?: boolean;
}

/** A rectangle of a sheet, 0-based. */
export interface Place {
  readonly sheet: FakeSheet;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

const rowsMax = 1_048_576;
const columnsMax = 16_384;

export class FakeSheet {
  readonly id: string;
  name: string;
  visibility: 'Visible' | 'Hidden' = 'Visible';
  isProtected = false;
  /** Rows by 0-based number, cells by 0-based column. */
  rows = new Map<number, Map<number, FakeCell>>();
  hiddenRows = new Set<number>();
  readonly hiddenColumns = new Set<number>();
  /** Areas like "C2:D4". */
  readonly merged: string[] = [];
  /** Cells that another cell's formula fills, with that cell's address. */
  readonly spilled = new Map<string, string>();

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
  }

  cell(row: number, column: number): FakeCell {
    return this.rows.get(row)?.get(column) ?? { value: '', format: 'General' };
  }

  put(row: number, column: number, cell: FakeCell): void {
    const cells = this.rows.get(row) ?? new Map<number, FakeCell>();
    cells.set(column, cell);
    this.rows.set(row, cells);
  }

  /** "B2:D9", "B2", "2:5", "B:D" → a place. undefined for no address. */
  place(address: string): Place | undefined {
    const bare = address.replaceAll('$', '');
    const rows = /^(\d+):(\d+)$/.exec(bare);
    const columns = /^([A-Z]+):([A-Z]+)$/.exec(bare);
    const full = rows ? `A${rows[1]}:XFD${rows[2]}` : columns ? `${columns[1]}1:${columns[2]}${rowsMax}` : bare;
    const area = parseArea(full);
    if (area === undefined) return undefined;
    const { firstRow, lastRow, firstColumn, lastColumn } = area;
    const size = { rows: lastRow - firstRow + 1, columns: lastColumn - firstColumn + 1 };
    return { sheet: this, row: firstRow - 1, column: firstColumn, ...size };
  }

  /** The rectangle around all cells that hold a value. */
  usedPlace(): Place | undefined {
    let [top, left, bottom, right] = [Infinity, Infinity, -1, -1];
    for (const [row, cells] of this.rows) {
      for (const [column, cell] of cells) {
        if (cell.value === '' && cell.formula === undefined) continue;
        [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
        [left, right] = [Math.min(left, column), Math.max(right, column)];
      }
    }
    if (bottom < 0) return undefined;
    return { sheet: this, row: top, column: left, rows: bottom - top + 1, columns: right - left + 1 };
  }

  insertRows(at: number, count: number): void {
    this.#renumber((row) => (row >= at ? row + count : row));
  }

  deleteRows(at: number, count: number): void {
    for (let row = at; row < at + count; row += 1) this.rows.delete(row);
    this.#renumber((row) => (row >= at + count ? row - count : row));
  }

  /** Sorts all rows from `first` on by the text of a column. */
  sortRows(first: number, column: number, isDescending: boolean): void {
    const numbers = [...this.rows.keys()].filter((row) => row >= first).toSorted((a, b) => a - b);
    const key = (cells: Map<number, FakeCell>) => String(cells.get(column)?.value ?? '');
    const sorted = numbers
      .map((row) => this.rows.get(row) ?? new Map<number, FakeCell>())
      .toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    if (isDescending) sorted.reverse();
    numbers.forEach((row, index) => this.rows.set(row, sorted[index] ?? new Map<number, FakeCell>()));
  }

  #renumber(to: (row: number) => number): void {
    this.rows = new Map([...this.rows].map(([row, cells]) => [to(row), cells]));
    this.hiddenRows = new Set([...this.hiddenRows].map(to));
  }
}

export function addressOf({ row, column, rows, columns }: Omit<Place, 'sheet'>): string {
  if (columns === columnsMax) return `${row + 1}:${row + rows}`;
  if (rows === rowsMax) return `${columnLetters(column)}:${columnLetters(column + columns - 1)}`;
  const first = `${columnLetters(column)}${row + 1}`;
  return rows === 1 && columns === 1 ? first : `${first}:${columnLetters(column + columns - 1)}${row + rows}`;
}

/** What Excel keeps when something is put into a cell: texts are read as a person's typing. */
export function entered(input: unknown, now: FakeCell, sheet: FakeSheet): FakeCell {
  const { isQuoted: _, formula: __, ...kept } = now;
  if (typeof input === 'number' && now.format === '@') return { ...kept, value: String(input) };
  if (typeof input === 'number' || typeof input === 'boolean') return { ...kept, value: input };
  const text = typeof input === 'string' ? input : '';
  if (text.startsWith("'")) return { ...kept, value: text.slice(1), isQuoted: true };
  if (now.format === '@') return { ...kept, value: text };
  const formula = formulaOf(text);
  if (formula !== undefined) return { ...kept, formula, value: calculated(formula, sheet) };
  return { ...kept, ...understood(text, now.format) };
}

function formulaOf(text: string): string | undefined {
  const plain = text.replace(/^[＝]/, '=').replace(/^[＋]/, '+').replace(/^[－]/, '-').replace(/^[＠]/, '@');
  if (plain.length > 1 && plain.startsWith('=')) return plain;
  if (/^[+\-@]./s.test(plain) && !/^[+-]?[\d.]+%?$/.test(plain)) return `=${plain}`;
  return undefined;
}

function understood(text: string, format: string): { value: CellValue; format: string } {
  const bare = text.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(bare)) return { value: Number(bare), format };
  if (/^\d+(?:\.\d+)?%$/.test(bare)) return { value: Number(bare.slice(0, -1)) / 100, format: '0.00%' };
  if (/^[¥￥$]\d+(?:\.\d+)?$/.test(bare)) return { value: Number(bare.slice(1)), format: '"¥"#,##0.00' };
  const date = /^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?$/.exec(bare) ?? /^(\d{1,2})[-/月](\d{1,2})日?$/.exec(bare);
  if (date) return { value: 45_000 + Number(date.at(-1)), format: 'yyyy/m/d' };
  const time = /^(\d{1,2}):(\d{2})$/.exec(bare);
  if (time) return { value: (Number(time[1]) * 60 + Number(time[2])) / 1440, format: 'h:mm' };
  if (/^(?:true|false)$/i.test(bare)) return { value: bare.toLowerCase() === 'true', format };
  return { value: text, format };
}

/** Knows references to one cell, LEN of one, and whole numbers; anything else is an unknown name. */
export function calculated(formula: string, sheet: FakeSheet): CellValue {
  const reference = /^=(LEN\()?([A-Z]+\d+)\)?$/.exec(formula);
  if (reference) {
    const place = sheet.place(reference[2] ?? '');
    const value = place === undefined ? '' : sheet.cell(place.row, place.column).value;
    return reference[1] === undefined ? value : String(value).length;
  }
  return /^=\d+$/.test(formula) ? Number(formula.slice(1)) : '#NAME?';
}
