// What there is to do in a sheet: the rows to work on, and the answers that an earlier run left behind.
import type { Language } from '../domain/language.ts';
import type { ProductRow } from '../domain/row.ts';
import { workOf, type RowWork } from '../domain/work.ts';
import type { Journal, RowRecord, StoredAnswer } from '../ports/store.ts';
import type { Located } from './deliver.ts';
import type { FillOptions, FillParts } from './fill.ts';
import { productRows, viewSheet } from './ingest.ts';
import { holdsAllAnswered } from './rows-read.ts';

export interface FillPlan {
  readonly located: Located;
  readonly language: Language;
  readonly work: readonly RowWork[];
  /** Rows of an earlier run whose answers were never delivered. */
  readonly left: readonly LeftRow[];
}

export interface LeftRow {
  readonly row: ProductRow;
  readonly answer: StoredAnswer;
  /** Texts that the run may replace, by column key. */
  readonly replaceable: ReadonlyMap<string, string>;
}

/** Reads the sheet and says what there is to do. `records` are the rows of the run that is taken up again. */
export async function planFill(
  parts: Pick<FillParts, 'workbooks' | 'journal'>,
  options: FillOptions,
  records: (sheet: string) => ReadonlyMap<string, RowRecord>,
  signal: AbortSignal,
): Promise<FillPlan> {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    const read = options.read?.located.sha256 === book.sha256 ? options.read : undefined;
    const view = read?.located.view ?? (await viewSheet(book, options.recipe, options.sheet, signal, options.columns));
    const known = records(view.sheet);
    const work: RowWork[] = [];
    const left: LeftRow[] = [];
    for await (const row of holdsAllAnswered(read, known) ? read.rows : productRows(book, view, signal)) {
      const record = known.get(row.key);
      const answer = record?.state === 'answered' && record.fingerprint === row.fingerprint ? record.answer : undefined;
      if (answer !== undefined) left.push(leftRow(row, answer, view.sheet, parts.journal, options));
      else if (options.isWanted(row.number)) work.push(...pick(row, record, view.sheet, parts.journal, options));
    }
    const language = options.language ?? view.map.language;
    return { located: { sha256: book.sha256, view }, language, work, left };
  } finally {
    await book.close();
  }
}

function leftRow(
  row: ProductRow,
  answer: StoredAnswer,
  sheet: string,
  journal: Journal,
  options: FillOptions,
): LeftRow {
  const delivered = journal.lastDelivered(options.workbook, sheet, row.key);
  const { keys } = options.choose?.(row) ?? workOf(row, options.recipe, options, delivered);
  return { row, answer, replaceable: new Map([...row.outputs].filter(([key]) => keys.includes(key))) };
}

const nothing: ReadonlyMap<string, string> = new Map();

function pick(
  row: ProductRow,
  record: RowRecord | undefined,
  sheet: string,
  journal: Journal,
  options: FillOptions,
): RowWork[] {
  if (options.choose !== undefined) {
    const chosen = options.choose(row);
    return chosen === undefined ? [] : [{ row, keptKeys: [], ...chosen }];
  }
  // "All" means once: what this run delivered already is not written again after a restart.
  const isDone = record?.state === 'delivered' && record.answer?.outcome === 'done';
  if (options.mode === 'all' && isDone) return [];
  // Only empty cells are written then, whoever wrote the others: a large sheet is not looked up row by row.
  const isEmptyOnly = options.mode === 'empty';
  const delivered = isEmptyOnly ? nothing : journal.lastDelivered(options.workbook, sheet, row.key);
  const work = workOf(row, options.recipe, options, delivered);
  return work.keys.length > 0 ? [work] : [];
}
