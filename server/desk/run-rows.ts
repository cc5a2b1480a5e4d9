// The rows of a run as pages see them, from its answers and from where the rows are now.
import type { RowRef, RunRowsAnswer, RunRowView } from '../contract/runs.ts';
import { formatAddress } from '../domain/cell-address.ts';
import type { Outcome } from '../domain/job.ts';
import { writtenColumns, type Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { parseAddress } from '../domain/cell-address.ts';
import { productRows, viewSheet, type SheetView } from '../jobs/ingest.ts';
import type { RowRecord, StoredAnswer } from '../ports/store.ts';
import type { CellRefusal } from '../ports/workbook.ts';
import { problemOf } from '../problem.ts';
import type { Job } from './targets.ts';
import { thumbnailOf } from './thumbnail-address.ts';

/** Where the rows of a run are. */
export interface RunRowPlace {
  /** Its id on the shelf. */
  readonly workbook: string;
  readonly view: SheetView;
}

type PlacedRow = Pick<ProductRow, 'key' | 'label' | 'number' | 'pictures'>;
type FoundRow = PlacedRow & Pick<ProductRow, 'outputs'>;

export function rowRefOf({ key, label, number, pictures }: PlacedRow, workbook: string): RowRef {
  const [first] = pictures;
  return { key, label, number, thumbnail: first === undefined ? '' : thumbnailOf(workbook, first) };
}

export function runRowOf(
  row: PlacedRow,
  answer: StoredAnswer,
  isDelivered: boolean,
  refused: readonly CellRefusal[],
  { workbook, view }: RunRowPlace,
): RunRowView {
  const refusals = new Map(refused.map(({ cell, error }) => [parseAddress(cell)?.column, problemOf(error)]));
  const cells = Object.entries(answer.texts).flatMap(([column, text]) => {
    const ref = view.map.outputs.get(column);
    if (ref === undefined) return [];
    const problem = refusals.get(ref.index);
    const original = answer.originals[column];
    const cell = row.number > 0 ? formatAddress({ column: ref.index, row: row.number }) : '';
    return [
      {
        ...{ column, header: ref.header, cell, text },
        ...(original !== undefined && original !== text && { original }),
        ...(problem && { refused: problem }),
      },
    ];
  });
  const { outcome, status, seconds } = answer;
  return { ...rowRefOf(row, workbook), outcome, status, cells, isDelivered, seconds };
}

export interface RowsQuestion {
  readonly outcome: Outcome | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A page of rows, in the order of the sheet; those that are gone from it come last. */
export function pageOf(rows: readonly RunRowView[], { outcome, offset, limit }: RowsQuestion): RunRowsAnswer {
  const wanted = rows.filter((row) => outcome === undefined || row.outcome === outcome);
  const last = (row: RunRowView) => (row.number === 0 ? Number.MAX_SAFE_INTEGER : row.number);
  const sorted = wanted.toSorted((a, b) => last(a) - last(b));
  return { total: sorted.length, rows: sorted.slice(offset, offset + limit) };
}

/** The rows of a run by its records in the journal, found again in the sheet as it is now. */
export async function recordedRows(
  job: Job,
  sheet: string | undefined,
  records: readonly RowRecord[],
  refused: ReadonlyMap<string, readonly CellRefusal[]>,
  signal: AbortSignal,
): Promise<readonly RunRowView[]> {
  const answered = records.flatMap((record) =>
    record.answer === undefined ? [] : [{ record, answer: record.answer }],
  );
  const { workbook, recipe } = job.options;
  const { view, rows } = await rowsNow(job, sheet, new Set(answered.map(({ record }) => record.key)), signal);
  const accepted = job.parts.journal.accepted(workbook, view.sheet);
  const isAccepted = (row: FoundRow) => {
    const written = copyTexts(recipe, row.outputs);
    return written.size > 0 && [...written].every(([column, text]) => accepted(row.key, column, text));
  };
  return answered.map(({ record, answer }) => {
    const row = rows.get(record.key) ?? { ...goneRow, key: record.key, label: record.key };
    const isDelivered = record.state === 'delivered';
    const place = { workbook: job.entry.id, view };
    const shown = runRowOf(row, answer, isDelivered, refused.get(record.key) ?? [], place);
    return { ...shown, ...(isAccepted(row) && { isAccepted: true }) };
  });
}

const goneRow = { number: 0, pictures: [], outputs: new Map<string, string>() };

/** What a person lets stand or not: the copy, without what is said about it. */
export function copyTexts(recipe: Recipe, texts: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  const copy = new Set(writtenColumns(recipe).map(({ key }) => key));
  return new Map([...texts].filter(([key, text]) => copy.has(key) && text.trim() !== ''));
}

async function rowsNow(
  { parts, options }: Job,
  sheet: string | undefined,
  keys: ReadonlySet<string>,
  signal: AbortSignal,
) {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    const view = await viewSheet(book, options.recipe, sheet ?? options.sheet, signal, options.columns);
    const rows = new Map<string, FoundRow>();
    for await (const row of productRows(book, view, signal)) if (keys.has(row.key)) rows.set(row.key, row);
    return { view, rows };
  } finally {
    await book.close();
  }
}
