// Takes back what a run wrote: cells that still hold its text get what they held before.
import { formatAddress } from '../domain/cell-address.ts';
import type { ColumnChoices } from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { RowscribeError } from '../errors.ts';
import type { RunChange } from '../ports/store.ts';
import type { CellEdit } from '../ports/workbook.ts';
import { backUpOnceADay } from './backup.ts';
import { recordByHand, type CellByHand } from './by-hand.ts';
import type { FillParts } from './fill.ts';
import { inTurn } from './in-turn.ts';
import { productRows, viewSheet, type SheetView } from './ingest.ts';
import { anewWhenChanged } from './when-changed.ts';

export interface UndoOptions {
  /** Real path. */
  readonly workbook: string;
  readonly sheet: string;
  readonly recipe: Recipe;
  readonly columns?: ColumnChoices;
  /** The run whose effect is taken back. */
  readonly runId: number;
}

export interface Undone {
  readonly restored: number;
  /** Cells that were changed since, are gone, or may not be written: they were left alone. */
  readonly kept: number;
}

type UndoParts = Pick<FillParts, 'workbooks' | 'journal' | 'backups' | 'clock'>;

/**
 * Undoes a run in one replacement of the file. What was put back is a person's again if it was before. Doing it twice changes
 * nothing. Errors: `workbook-in-use`, those of opening, columns and `Workbooks.patch`.
 */
export async function undo(parts: UndoParts, options: UndoOptions, signal: AbortSignal): Promise<Undone> {
  const release = parts.journal.claim(options.workbook);
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: options.workbook });
  try {
    return await inTurn(options.workbook, () => anewWhenChanged(() => undoOnce(parts, options, signal)));
  } finally {
    release();
  }
}

async function undoOnce(parts: UndoParts, options: UndoOptions, signal: AbortSignal): Promise<Undone> {
  const { journal, clock, workbooks } = parts;
  const changes = journal.changes(options.runId);
  const { view, rows, sha256 } = await rowsOf(parts, options, new Set(changes.map(({ rowKey }) => rowKey)), signal);
  const plans = changes.map((change) => planCell(change, rows.get(change.rowKey), view));
  const edits = plans.flatMap(({ edit }) => edit ?? []);
  if (edits.length > 0) await backUpOnceADay(parts, options.workbook, signal);
  const report =
    edits.length === 0 ? undefined : await workbooks.patch(options.workbook, edits, { base: sha256, signal });
  const refused = new Set(report?.refused.map(({ cell }) => cell));
  const done = plans.filter((plan) => plan.isBack || (plan.edit !== undefined && !refused.has(plan.edit.cell)));
  const spec = { ...options, recipe: options.recipe.id, mode: 'all' as const, rows: `undo ${options.runId}` };
  const cells = done.map(({ change }) => cellOf(change));
  recordByHand(journal, spec, cells, clock.now());
  // A run that was taken back is not taken up again: the next one like it begins anew.
  journal.endRun(options.runId, 'finished', clock.now());
  return { restored: done.length, kept: plans.length - done.length };
}

async function rowsOf(parts: UndoParts, options: UndoOptions, keys: ReadonlySet<string>, signal: AbortSignal) {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    const view = await viewSheet(book, options.recipe, options.sheet, signal, options.columns);
    const rows = new Map<string, ProductRow>();
    for await (const row of productRows(book, view, signal)) if (keys.has(row.key)) rows.set(row.key, row);
    return { view, rows, sha256: book.sha256 };
  } finally {
    await book.close();
  }
}

interface CellPlan {
  readonly change: RunChange;
  readonly edit?: CellEdit;
  /** It holds what it held before already: an undoing that was cut off before it was recorded. */
  readonly isBack?: boolean;
}

function planCell(change: RunChange, row: ProductRow | undefined, view: SheetView): CellPlan {
  const ref = view.map.outputs.get(change.column);
  const current = row?.outputs.get(change.column);
  if (row === undefined || ref === undefined || current === undefined) return { change };
  if (current === change.before) return { change, isBack: true };
  if (current !== change.text) return { change };
  const cell = formatAddress({ column: ref.index, row: row.number });
  const value = change.before === '' ? null : change.before;
  return { change, edit: { sheet: view.sheet, cell, value, expected: change.text } };
}

function cellOf({ rowKey, column, before, wasOurs, text }: RunChange): CellByHand {
  const isPersons = before !== '' && !wasOurs;
  return {
    ...{ rowKey, column, text: before, previous: text, reason: 'undone' },
    ...(isPersons && { isPersons }),
  };
}
