// Workbook → the sheet, its columns, and the rows that a test picks; streamed, so that only picked rows are kept.
import { createHash } from 'node:crypto';
import {
  headerRowsMax,
  mapColumns,
  type ColumnChoices,
  type ColumnFault,
  type ColumnMap,
  type ColumnMapping,
  type HeaderRow,
} from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import { createRowReader, type ProductRow, type RowSource } from '../domain/row.ts';
import type { CellPicture } from '../domain/row-pictures.ts';
import { RowscribeError } from '../errors.ts';
import type { Book, SheetRow } from '../ports/workbook.ts';

export interface SheetView {
  readonly sheet: string;
  readonly map: ColumnMap;
}

/** SHA-256 of a text in lower-case hex. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Finds the sheet to work on: the named one, else the visible one that has most of the recipe's columns, the first of
 * equals. A sheet that names no pictures but holds some will do when no other does.
 * Errors: `sheet-missing`, `columns-missing`, `columns-ambiguous`.
 */
export async function viewSheet(
  book: Book,
  recipe: Recipe,
  name: string | undefined,
  signal: AbortSignal,
  choices: ColumnChoices = {},
): Promise<SheetView> {
  const candidates =
    name === undefined ? book.sheets.filter((sheet) => sheet.visible).map((sheet) => sheet.name) : [name];
  let best: SheetView | undefined;
  let problem: ColumnFault | undefined;
  for (const sheet of candidates) {
    const mapping = await mapSheet(book, sheet, recipe, signal, choices);
    if ('map' in mapping) {
      if (best === undefined || isBetter(mapping.map, best.map)) best = { sheet, map: mapping.map };
      continue;
    }
    // The most telling problem: the first one that saw any header at all.
    if (problem === undefined || (problem.fault === 'missing' && problem.seen.length === 0)) problem = mapping.problem;
  }
  if (best !== undefined) return best;
  throw columnError(book.path, problem ?? { fault: 'missing', roles: ['图片 / Image'], seen: [] });
}

function isBetter(one: ColumnMap, other: ColumnMap): boolean {
  const named = (map: ColumnMap) => Number(map.pictures.length > 0);
  return named(one) === named(other) ? one.outputs.size > other.outputs.size : named(one) > named(other);
}

async function mapSheet(
  book: Book,
  sheet: string,
  recipe: Recipe,
  signal: AbortSignal,
  choices: ColumnChoices,
): Promise<ColumnMapping> {
  return mapHeaders(book, sheet, await headerRows(book, sheet, signal), recipe, signal, choices);
}

/** The columns of a sheet for a recipe, from the first rows that hold any text. */
export async function mapHeaders(
  book: Book,
  sheet: string,
  rows: readonly HeaderRow[],
  recipe: Recipe,
  signal: AbortSignal,
  choices: ColumnChoices,
): Promise<ColumnMapping> {
  const mapping = mapColumns(rows, recipe, true, choices);
  if ('map' in mapping) return mapping;
  const ofPictures = mapColumns(rows, recipe, false, choices);
  if (!('map' in ofPictures)) return mapping;
  const pictures = await book.pictures(sheet, signal);
  return pictures.some(({ row }) => row > ofPictures.map.headerRow) ? ofPictures : mapping;
}

/** The first rows of a sheet that hold any text: the headers are among them. */
export async function headerRows(book: Book, sheet: string, signal: AbortSignal): Promise<readonly HeaderRow[]> {
  const rows: HeaderRow[] = [];
  for await (const row of book.rows(sheet, signal)) {
    const source = sourceOf(row);
    if ([...source.texts.values()].some((text) => text.trim() !== '')) rows.push(source);
    if (rows.length >= headerRowsMax) break;
  }
  return rows;
}

/** The texts of the header row by 0-based column; empty ones are absent. */
export async function headerTexts(
  book: Book,
  { sheet, map }: SheetView,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  for await (const row of book.rows(sheet, signal)) {
    if (row.number < map.headerRow) continue;
    const { texts } = sourceOf(row);
    return new Map([...texts].map(([index, text]) => [index, text.trim()] as const).filter(([, text]) => text !== ''));
  }
  return new Map();
}

/** A fault of the columns as an error for people. */
export function columnError(path: string, problem: ColumnFault): RowscribeError {
  if (problem.fault === 'ambiguous') return new RowscribeError('columns-ambiguous', { path, ...problem });
  return new RowscribeError('columns-missing', { path, missing: problem.roles, seen: problem.seen });
}

/** The product rows below the headers, in order, each with the key it will be found by again. */
export async function* productRows(book: Book, view: SheetView, signal: AbortSignal): AsyncGenerator<ProductRow> {
  const read = createRowReader(view.map, digest);
  for await (const row of rowsWithPictures(book, view.sheet, signal)) {
    const product = row.number > view.map.headerRow ? read(row) : undefined;
    if (product !== undefined) yield product;
  }
}

/** The rows of a sheet, in order; also those of which nothing is stored but a picture that floats there. */
async function* rowsWithPictures(book: Book, sheet: string, signal: AbortSignal): AsyncGenerator<RowSource> {
  const byRow = new Map<number, CellPicture[]>();
  for (const one of await book.pictures(sheet, signal)) {
    byRow.set(one.row, [...(byRow.get(one.row) ?? []), one]);
  }
  const waiting = [...byRow.keys()].toSorted((a, b) => a - b);
  const blank = (number: number) => sourceOf({ number, cells: new Map(), hidden: false }, byRow.get(number));
  let next = 0;
  for await (const row of book.rows(sheet, signal)) {
    for (let number = waiting[next]; number !== undefined && number <= row.number; number = waiting[++next]) {
      if (number < row.number) yield blank(number);
    }
    yield sourceOf(row, byRow.get(row.number));
  }
  for (const number of waiting.slice(next)) yield blank(number);
}

function sourceOf(row: SheetRow, pictures: readonly CellPicture[] = []): RowSource {
  // In loops: every stored cell of a sheet comes through here.
  const texts = new Map<number, string>();
  const occupied = new Set<number>();
  for (const [column, cell] of row.cells) {
    if (cell.rich !== true) texts.set(column, cell.text);
    if (cell.rich === true || cell.formula !== undefined) occupied.add(column);
  }
  return { number: row.number, pictures, texts, occupied };
}
