// Cell addresses and areas: A1 text to numbers and back.

/** Rows are 1-based, columns 0-based. */
export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells, all four bounds included. */
export interface Area {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export const ROWS_MAX = 1_048_576;
export const COLUMNS_MAX = 16_384;

/** The letters of a 0-based column: 0 is A, 16383 is XFD. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  }
  return letters;
}

/** The A1 address of a position. */
export function addressOf(position: CellPosition): string {
  return `${columnLetters(position.column)}${position.row}`;
}

/** The position that an A1 address names, in either case, without "$"; undefined when it names no cell of a sheet. */
export function parseAddress(text: string): CellPosition | undefined {
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

/** A row number as a sheet part writes it; undefined when it is none. */
export function parseRowNumber(text: string): number | undefined {
  if (!/^[1-9]\d{0,6}$/.test(text)) return undefined;
  const row = Number(text);
  return row <= ROWS_MAX ? row : undefined;
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
  const first = addressOf({ row: area.firstRow, column: area.firstColumn });
  const last = addressOf({ row: area.lastRow, column: area.lastColumn });
  return first === last ? first : `${first}:${last}`;
}

export function areaHolds(area: Area, position: CellPosition): boolean {
  return (
    position.row >= area.firstRow &&
    position.row <= area.lastRow &&
    position.column >= area.firstColumn &&
    position.column <= area.lastColumn
  );
}
