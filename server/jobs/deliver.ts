// Answers → one patch of the workbook: rows found again by key, people's words left alone, everything in the journal.
import type { ColumnChoices } from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { formatAddress } from '../domain/cell-address.ts';
import { mayDeliver } from '../domain/work.ts';
import { RowscribeError } from '../errors.ts';
import { isOwnStatus } from '../i18n/status.ts';
import type { Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeliveredCell, Journal, StoredAnswer } from '../ports/store.ts';
import type { CellEdit, CellRefusal, Workbooks } from '../ports/workbook.ts';
import { backUpOnceADay } from './backup.ts';
import { inTurn } from './in-turn.ts';
import { productRows, viewSheet, type SheetView } from './ingest.ts';
import { anewWhenChanged } from './when-changed.ts';

/** A row as it was when its answer was made. */
export interface Answered {
  readonly row: ProductRow;
  readonly answer: StoredAnswer;
  /** Why a person asked for the text; '' in a fill. */
  readonly reason: string;
  /** Texts that may be replaced, by column key; every other cell must be empty. */
  readonly replaceable: ReadonlyMap<string, string>;
}

export interface DeliverContext {
  readonly workbooks: Workbooks;
  readonly journal: Journal;
  readonly backups: Backups;
  readonly runId: number;
  readonly workbook: string;
  readonly recipe: Recipe;
  readonly columns?: ColumnChoices;
  readonly clock: Clock;
}

/** Where the rows were when they were read: true of that version of the file, and of what this run made of it. */
export interface Located {
  readonly sha256: string;
  readonly view: SheetView;
}

export interface Delivery {
  readonly located: Located;
  /** Delivered rows with the cells that were left alone. */
  readonly delivered: ReadonlyMap<string, readonly CellRefusal[]>;
  /** Rows that are gone from the sheet, or whose inputs changed meanwhile: they are to be looked at anew. */
  readonly outdated: readonly string[];
}

/**
 * Delivers the answers into the workbook in one replacement of the file and records them. Delivering twice changes
 * nothing: a cell that holds its text already is only recorded. A backup comes before the first write of a day.
 * Errors: those of `Workbooks.patch` and `Backups.take`.
 */
export async function deliver(
  answered: readonly Answered[],
  located: Located,
  context: DeliverContext,
  signal: AbortSignal,
): Promise<Delivery> {
  const work = () => deliverOnce(answered, located, context, signal);
  return inTurn(context.workbook, () => anewWhenChanged(work));
}

async function deliverOnce(
  answered: readonly Answered[],
  located: Located,
  context: DeliverContext,
  signal: AbortSignal,
): Promise<Delivery> {
  const now = await locate(answered, located, context, signal);
  const placed = answered.flatMap((one) => {
    const row = now.rows.get(one.row.key);
    return row === undefined || row.fingerprint !== one.row.fingerprint ? [] : [{ ...one, now: row }];
  });
  const planned = placed.map((one) => ({ key: one.row.key, ...planRow(one, now.view, context) }));
  const edits = planned.flatMap((row) => row.edits.map((edit) => edit.edit));
  if (edits.length > 0) await backUpOnceADay(context, context.workbook, signal);
  // Whoever changes the workbook after the look makes this a new try: an edit is never made for another row.
  const options = { base: now.sha256, signal };
  const report = edits.length === 0 ? undefined : await context.workbooks.patch(context.workbook, edits, options);
  const refused = new Map((report?.refused ?? []).map((refusal) => [refusal.cell, refusal]));
  const cells = planned.flatMap((row) => [
    ...row.same,
    ...row.edits.filter(({ edit }) => !refused.has(edit.cell)).map(({ record }) => record),
  ]);
  const keys = planned.map((row) => row.key);
  context.journal.recordDelivery(context.runId, keys, cells, context.clock.now());
  return {
    // Once rows have moved, those still to come are no longer where they were read: they are found again each time.
    located: now.isAsRead && report !== undefined ? { ...located, sha256: report.sha256 } : located,
    delivered: new Map(
      planned.map((row) => [row.key, [...row.kept, ...row.edits.flatMap(({ edit }) => refused.get(edit.cell) ?? [])]]),
    ),
    outdated: answered.map((one) => one.row.key).filter((key) => !keys.includes(key)),
  };
}

/** The rows where they are now: as read at first while the file is the same, else found again by key. */
async function locate(answered: readonly Answered[], located: Located, context: DeliverContext, signal: AbortSignal) {
  const book = await context.workbooks.open(context.workbook, signal);
  try {
    if (book.sha256 === located.sha256) {
      const rows = new Map(answered.map(({ row }) => [row.key, row]));
      return { isAsRead: true, sha256: book.sha256, view: located.view, rows };
    }
    const view = await viewSheet(book, context.recipe, located.view.sheet, signal, context.columns);
    const wanted = new Set(answered.map(({ row }) => row.key));
    const rows = new Map<string, ProductRow>();
    for await (const row of productRows(book, view, signal)) {
      if (wanted.has(row.key)) rows.set(row.key, row);
    }
    return { isAsRead: false, sha256: book.sha256, view, rows };
  } finally {
    await book.close();
  }
}

interface RowPlan {
  readonly edits: readonly { readonly edit: CellEdit; readonly record: DeliveredCell }[];
  /** Cells that hold their text already: a delivery that was cut off before it was recorded. */
  readonly same: readonly DeliveredCell[];
  readonly kept: readonly CellRefusal[];
}

function planRow(one: Answered & { now: ProductRow }, view: SheetView, context: DeliverContext): RowPlan {
  const { workbook, journal, recipe } = context;
  const delivered = journal.lastDelivered(workbook, view.sheet, one.row.key);
  const edits: { edit: CellEdit; record: DeliveredCell }[] = [];
  const same: DeliveredCell[] = [];
  const kept: CellRefusal[] = [];
  for (const [column, text] of Object.entries(one.answer.texts)) {
    const ref = view.map.outputs.get(column);
    const current = one.now.outputs.get(column);
    if (ref === undefined || current === undefined || (text === '' && current === '')) continue;
    const at = { sheet: view.sheet, cell: formatAddress({ column: ref.index, row: one.now.number }) };
    const record = { rowKey: one.row.key, column, text, previous: current, reason: one.reason, answer: one.answer };
    // Whether it was there before or was written by a delivery that was cut off, what was recorded last is what it replaces.
    if (current === text) same.push({ ...record, previous: delivered.get(column) ?? '' });
    else if (
      isAllowed(recipe, column, current, delivered.get(column)) ??
      mayDeliver(current, text, one.replaceable.get(column) ?? '')
    ) {
      edits.push({ edit: { ...at, value: text, expected: current }, record });
    } else kept.push({ ...at, error: new RowscribeError('cell-changed', at) });
  }
  return { edits, same, kept };
}

/** Status and compliance cells are Rowscribe's own until a person changes them; undefined for the copy. */
function isAllowed(recipe: Recipe, key: string, current: string, delivered: string | undefined): boolean | undefined {
  const kind = recipe.columns.find((column) => column.key === key)?.kind;
  if (kind !== 'status' && kind !== 'compliance') return undefined;
  return current.trim() === '' || current === delivered || (kind === 'status' && isOwnStatus(current));
}
