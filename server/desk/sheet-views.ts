// What is in a sheet, and what a run would do there, as pages see it.
import type { PlanAnswer, WorkRequest } from '../contract/runs.ts';
import type {
  CellView,
  ColumnView,
  RowsAnswer,
  RowsRequest,
  RowView,
  SheetAnswer,
  Target,
} from '../contract/sheets.ts';
import { columnLetters, formatAddress } from '../domain/cell-address.ts';
import type { ColumnMap, ColumnRef } from '../domain/columns.ts';
import { inBoth } from '../domain/language.ts';
import { headerOf } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { pictureName } from '../domain/row-pictures.ts';
import { planFill } from '../jobs/fill-plan.ts';
import { headerTexts, productRows, viewSheet, type SheetView } from '../jobs/ingest.ts';
import type { Journal, LastRow } from '../ports/store.ts';
import type { Book } from '../ports/workbook.ts';
import { jobOf, type Job, type TargetParts } from './targets.ts';
import { thumbnailOf } from './thumbnail-address.ts';

const planRowsShownMax = 200;
const unseenShownMax = 20;

/** Errors: those of `jobOf`, of opening and of columns. */
export async function sheetAnswer(parts: TargetParts, target: Target, signal: AbortSignal): Promise<SheetAnswer> {
  return inSheet(await jobOf(parts, target), signal, async (book, view) => {
    let rowCount = 0;
    for await (const row of productRows(book, view, signal)) rowCount += Number(row.number > 0);
    const headers = await headerTexts(book, view, signal);
    return {
      sheet: view.sheet,
      sheets: book.sheets.filter(({ visible, name }) => visible || name === view.sheet).map(({ name }) => name),
      headerRow: view.map.headerRow,
      columns: columnViews(view.map, headers),
      absent: view.map.absent.map((column) => ({
        key: column.key,
        name: inBoth((language) => headerOf(column, language)),
      })),
      rowCount,
      language: view.map.language,
    };
  });
}

async function inSheet<T>(
  { parts, options }: Job,
  signal: AbortSignal,
  look: (book: Book, view: SheetView) => Promise<T>,
): Promise<T> {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    return await look(book, await viewSheet(book, options.recipe, options.sheet, signal, options.columns));
  } finally {
    await book.close();
  }
}

function columnViews(map: ColumnMap, headers: ReadonlyMap<number, string>): readonly ColumnView[] {
  const roles = new Map<number, ColumnView['role']>();
  const put = (role: ColumnView['role'], refs: readonly (ColumnRef | undefined)[]) => {
    for (const ref of refs) if (ref !== undefined) roles.set(ref.index, role);
  };
  put('fact', map.facts);
  put('picture', map.pictures);
  put('key', [map.key]);
  put('prompt', [map.prompt]);
  put('category', [map.category]);
  for (const [key, ref] of map.outputs) put(`output:${key}`, [ref]);
  const indexes = [...new Set([...headers.keys(), ...roles.keys()])].toSorted((a, b) => a - b);
  return indexes.map((index) => ({
    index,
    letter: columnLetters(index),
    header: headers.get(index) ?? '',
    role: roles.get(index) ?? 'ignore',
  }));
}

/** Errors: as `sheetAnswer`. */
export async function rowsAnswer(parts: TargetParts, request: RowsRequest, signal: AbortSignal): Promise<RowsAnswer> {
  const job = await jobOf(parts, request.target);
  const { journal } = parts;
  return inSheet(job, signal, async (book, view) => {
    const last = journal.lastRows(job.options.workbook, view.sheet);
    const rows: RowView[] = [];
    let total = 0;
    for await (const row of productRows(book, view, signal)) {
      if (request.number !== undefined && row.number !== request.number) continue;
      total += 1;
      if (total <= request.offset || rows.length >= request.limit) continue;
      rows.push(rowView(row, view, job, journal, last.get(row.key)));
    }
    return { total, rows };
  });
}

function rowView(row: ProductRow, view: SheetView, job: Job, journal: Journal, last: LastRow | undefined): RowView {
  const { entry, options } = job;
  const delivered = journal.lastDelivered(options.workbook, view.sheet, row.key);
  const isChanged = last !== undefined && last.fingerprint !== row.fingerprint;
  const cells = [...view.map.outputs].flatMap(([column, ref]) => {
    const text = row.outputs.get(column);
    if (text === undefined) return [];
    const cell = formatAddress({ column: ref.index, row: row.number });
    return [{ column, header: ref.header, cell, text, state: stateOf(text, delivered.get(column), isChanged) }];
  });
  return {
    ...{ key: row.key, label: row.label, number: row.number },
    pictures: row.pictures.map((ref) => ({ name: pictureName(ref), thumbnail: thumbnailOf(entry.id, ref) })),
    facts: row.facts,
    cells,
  };
}

function stateOf(text: string, delivered: string | undefined, isChanged: boolean): CellView['state'] {
  if (text.trim() === '') return 'empty';
  if (isChanged && delivered !== undefined) return 'stale';
  return text === delivered ? 'ours' : 'edited';
}

/** What a run of this order would write. Errors: as `sheetAnswer`, and `rows-invalid`. */
export async function planAnswer(
  parts: TargetParts,
  { target, scope }: WorkRequest,
  secondsPerRow: number | undefined,
  signal: AbortSignal,
): Promise<PlanAnswer> {
  const job = await jobOf(parts, target, scope);
  const { located, work } = await planFill(job.parts, job.options, () => new Map(), signal);
  const { sheet, map } = located.view;
  // Excel does not give pictures out: they are read from the document as it was last saved.
  const unseen = job.entry.source === 'excel' ? work.filter(({ row }) => row.pictures.length === 0) : [];
  const cellsOf = (row: ProductRow, keys: readonly string[]) =>
    keys.flatMap((key) => {
      const ref = map.outputs.get(key);
      if (ref === undefined) return [];
      const cell = formatAddress({ column: ref.index, row: row.number });
      return [{ cell, header: ref.header, now: row.outputs.get(key) ?? '' }];
    });
  return {
    sheet,
    rowCount: work.length,
    cellCount: work.reduce((sum, { keys }) => sum + keys.length, 0),
    rows: work.slice(0, planRowsShownMax).map(({ row, keys }) => ({
      ...{ key: row.key, label: row.label, number: row.number },
      cells: cellsOf(row, keys),
    })),
    keptCount: work.reduce((sum, { keptKeys }) => sum + keptKeys.length, 0),
    ...(unseen.length > 0 && {
      unseen: { count: unseen.length, numbers: unseen.slice(0, unseenShownMax).map(({ row }) => row.number) },
    }),
    ...(secondsPerRow !== undefined && { seconds: secondsPerRow * work.length }),
  };
}
