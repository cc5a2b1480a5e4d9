// Addresses as sheet parts write them, and areas of cells.
import { formatAddress, type CellAddress } from '../domain/cell-address.ts';

/** A rectangle of cells, all four bounds included. */
export interface Area {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export const ROWS_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;

/** The position that an A1 address names, in either case, without "$"; undefined when it names no cell of a sheet. */
export function parseAddress(text: string): CellAddress | undefined {
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
