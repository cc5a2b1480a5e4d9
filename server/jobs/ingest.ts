// Workbook → the sheet, its columns, and the rows that a test picks; streamed, so that only picked rows are kept.
import { createHash } from 'node:crypto';
import { headerRowsMax, mapColumns, type ColumnFault, type ColumnMap, type HeaderRow } from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import { createRowReader, type ProductRow, type RowSource } from '../domain/row.ts';
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
 * equals.
 * Errors: `sheet-missing`, `columns-missing`, `columns-ambiguous`.
 */
export async function viewSheet(
  book: Book,
  recipe: Recipe,
  name: string | undefined,
  signal: AbortSignal,
): Promise<SheetView> {
  const candidates =
    name === undefined ? book.sheets.filter((sheet) => sheet.visible).map((sheet) => sheet.name) : [name];
  let best: SheetView | undefined;
  let problem: ColumnFault | undefined;
  for (const sheet of candidates) {
    const mapping = mapColumns(await headerRows(book, sheet, signal), recipe);
    if ('map' in mapping) {
      if (best === undefined || mapping.map.outputs.size > best.map.outputs.size) best = { sheet, map: mapping.map };
      continue;
    }
    // The most telling problem: the first one that saw any header at all.
    if (problem === undefined || (problem.fault === 'missing' && problem.seen.length === 0)) problem = mapping.problem;
  }
  if (best !== undefined) return best;
  throw columnError(book.path, problem ?? { fault: 'missing', roles: ['图片 / Image'], seen: [] });
}

async function headerRows(book: Book, sheet: string, signal: AbortSignal): Promise<readonly HeaderRow[]> {
  const rows: HeaderRow[] = [];
  for await (const row of book.rows(sheet, signal)) {
    const source = sourceOf(row);
    if ([...source.texts.values()].some((text) => text.trim() !== '')) rows.push(source);
    if (rows.length >= headerRowsMax) break;
  }
  return rows;
}

function columnError(path: string, problem: ColumnFault): RowscribeError {
  if (problem.fault === 'ambiguous') return new RowscribeError('columns-ambiguous', { path, ...problem });
  return new RowscribeError('columns-missing', { path, missing: problem.roles, seen: problem.seen });
}

/** The product rows below the headers, in order, each with the key it will be found by again. */
export async function* productRows(book: Book, view: SheetView, signal: AbortSignal): AsyncGenerator<ProductRow> {
  const read = createRowReader(view.map, digest);
  for await (const row of book.rows(view.sheet, signal)) {
    const product = row.number > view.map.headerRow ? read(sourceOf(row)) : undefined;
    if (product !== undefined) yield product;
  }
}

function sourceOf(row: SheetRow): RowSource {
  const cells = [...row.cells];
  return {
    number: row.number,
    texts: new Map(cells.filter(([, cell]) => cell.rich !== true).map(([column, cell]) => [column, cell.text])),
    occupied: new Set(
      cells.filter(([, cell]) => cell.rich === true || cell.formula !== undefined).map(([column]) => column),
    ),
  };
}
