// The advertising check of a workbook's columns, without any model.
import type { Checker } from '../domain/compliance/checker.ts';
import type { CheckOptions, Verdict } from '../domain/compliance/types.ts';
import { formatAddress } from '../domain/cell-address.ts';
import { headerRowsMax, normaliseHeader } from '../domain/columns.ts';
import { RowscribeError } from '../errors.ts';
import type { Book, SheetRow, Workbooks } from '../ports/workbook.ts';

export interface CheckBookOptions {
  readonly path: string;
  readonly sheet?: string;
  /** Headers of the columns to check. */
  readonly columns: readonly string[];
  readonly check: CheckOptions;
}

export interface CheckedCell {
  readonly sheet: string;
  readonly cell: string;
  readonly header: string;
  readonly text: string;
  readonly verdict: Verdict;
}

interface Column {
  readonly index: number;
  readonly header: string;
}

/**
 * Checks every cell with text in the named columns of each sheet that has all of them (or of the named sheet), row by
 * row. Errors: those of opening, `sheet-missing`, `columns-missing` when no sheet has all of the columns.
 */
export async function* checkBook(
  workbooks: Workbooks,
  checker: Checker,
  options: CheckBookOptions,
  signal: AbortSignal,
): AsyncGenerator<CheckedCell> {
  const book = await workbooks.open(options.path, signal);
  try {
    const sheets = options.sheet === undefined ? book.sheets.map((sheet) => sheet.name) : [options.sheet];
    const seen = new Set<string>();
    let isFound = false;
    for (const sheet of sheets) {
      const head = await findColumns(book, sheet, options.columns, signal);
      for (const text of head.seen) seen.add(text);
      if (head.columns === undefined) continue;
      isFound = true;
      yield* checkSheet(book, sheet, head.headerRow, head.columns, checker, options.check, signal);
    }
    if (!isFound) {
      throw new RowscribeError('check-columns-missing', {
        path: options.path,
        missing: options.columns,
        seen: [...seen],
      });
    }
  } finally {
    await book.close();
  }
}

async function* checkSheet(
  book: Book,
  sheet: string,
  headerRow: number,
  columns: readonly Column[],
  checker: Checker,
  check: CheckOptions,
  signal: AbortSignal,
): AsyncGenerator<CheckedCell> {
  for await (const row of book.rows(sheet, signal)) {
    if (row.number <= headerRow) continue;
    for (const { index, header } of columns) {
      const text = row.cells.get(index)?.text ?? '';
      if (text.trim() === '') continue;
      const cell = formatAddress({ column: index, row: row.number });
      yield { sheet, cell, header, text, verdict: checker.check(text, check) };
    }
  }
}

async function findColumns(book: Book, sheet: string, names: readonly string[], signal: AbortSignal) {
  const seen: string[] = [];
  let rows = 0;
  for await (const row of book.rows(sheet, signal)) {
    const found = names.flatMap((name) => columnOf(row, name) ?? []);
    if (found.length === names.length) return { headerRow: row.number, columns: found, seen };
    seen.push(...[...row.cells.values()].map((cell) => cell.text).filter((text) => text !== ''));
    rows += 1;
    if (rows >= headerRowsMax) break;
  }
  return { headerRow: 0, columns: undefined, seen: seen.slice(0, 40) };
}

function columnOf(row: SheetRow, name: string): Column | undefined {
  const wanted = normaliseHeader(name);
  const match = [...row.cells].find(([, cell]) => normaliseHeader(cell.text) === wanted);
  return match === undefined ? undefined : { index: match[0], header: match[1].text };
}
