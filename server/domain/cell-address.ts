// A1-style addresses ↔ 0-based column and 1-based row; areas of cells; ranges of rows.

export interface CellAddress {
  /** 0-based; XFD, the last, is 16383. */
  readonly column: number;
  /** 1-based; the last is 1048576. */
  readonly row: number;
}

/** A rectangle of cells, all four bounds included. */
export interface Area {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;

/** "C7" → column 2, row 7, in either case and without "$"; undefined for anything that is not a cell of a sheet. */
export function parseAddress(text: string): CellAddress | undefined {
  // By character codes: every stored cell of a sheet comes through here.
  let column = 0;
  let index = 0;
  for (; index < text.length; index += 1) {
    const letter = text.charCodeAt(index) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + (letter - 64);
  }
  if (index === 0 || index > 3 || column > COLUMNS_MAX) return undefined;
  const row = parseRowNumber(text.slice(index));
  return row === undefined ? undefined : { row, column: column - 1 };
}

/** An address as a person may type or paste it: "$" and blanks around are allowed and ignored. */
export function parseTypedAddress(text: string): CellAddress | undefined {
  const [, letters, digits] = /^\$?([A-Za-z]+)\$?([0-9]+)$/.exec(text.trim()) ?? [];
  return letters === undefined || digits === undefined ? undefined : parseAddress(letters + digits);
}

/** A row number as a sheet part writes it; undefined when it is none. */
export function parseRowNumber(text: string): number | undefined {
  if (!/^[1-9]\d{0,6}$/.test(text)) return undefined;
  const row = Number(text);
  return row <= ROWS_MAX ? row : undefined;
}

/** 0-based column → its letters: 0 → "A", 26 → "AA". */
export function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}

export function formatAddress(address: CellAddress): string {
  return `${columnLetters(address.column)}${address.row}`;
}

/** The area of a reference such as "B2:D9", "B2", "$B$2:$D$9"; undefined when it is none. */
export function parseArea(reference: string): Area | undefined {
  const [from = '', to = from, ...rest] = reference.replaceAll('$', '').split(':');
  const first = parseAddress(from);
  const last = parseAddress(to);
  if (first === undefined || last === undefined || rest.length > 0) return undefined;
  return {
    firstRow: Math.min(first.row, last.row),
    lastRow: Math.max(first.row, last.row),
    firstColumn: Math.min(first.column, last.column),
    lastColumn: Math.max(first.column, last.column),
  };
}

/** The reference of an area; one cell gives one address. */
export function formatArea(area: Area): string {
  const first = formatAddress({ row: area.firstRow, column: area.firstColumn });
  const last = formatAddress({ row: area.lastRow, column: area.lastColumn });
  return first === last ? first : `${first}:${last}`;
}

export function areaHolds(area: Area, position: CellAddress): boolean {
  return (
    position.row >= area.firstRow &&
    position.row <= area.lastRow &&
    position.column >= area.firstColumn &&
    position.column <= area.lastColumn
  );
}

/** "2-10", "5" or "2-4,8" → a test for row numbers; undefined when the text is none of these. */
export function parseRows(text: string): ((row: number) => boolean) | undefined {
  const spans: [number, number][] = [];
  for (const piece of text.split(/[,，]/)) {
    const match = /^\s*([1-9][0-9]*)\s*(?:[-–~:]\s*([1-9][0-9]*)\s*)?$/.exec(piece);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from) return undefined;
    spans.push([from, to]);
  }
  return (row) => spans.some(([from, to]) => row >= from && row <= to);
}
