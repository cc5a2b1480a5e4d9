// One cell on demand: the same picture and prefix, a new text for one column, the old one kept in provenance.
import { formatAddress, parseAddress, parseTypedAddress } from '../domain/cell-address.ts';
import { writtenColumns } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { regenerateReason } from '../domain/prompt-words.ts';
import { RowscribeError } from '../errors.ts';
import type { StoredAnswer } from '../ports/store.ts';
import { deliver, type Delivery, type Located } from './deliver.ts';
import { contextOf, type FillOptions, type FillParts } from './fill.ts';
import { productRows, viewSheet, type SheetView } from './ingest.ts';
import { partsWithPriority } from './priority.ts';
import { runRow, type RowContext } from './run-row.ts';
import { startEngines } from './write-with-writer.ts';

export interface RegenerateOptions extends FillOptions {
  /** The address of the cell, e.g. "C7". */
  readonly cell: string;
  /** What to do differently, in a person's words; '' for just another version. */
  readonly reason: string;
}

export interface Regenerated {
  readonly row: ProductRow;
  readonly column: string;
  readonly previous: string;
  readonly answer: StoredAnswer;
  /** False when the row could not be done or the text came out the same: then nothing was written. */
  readonly isWritten: boolean;
}

/** Asked for something new, a model needs some freedom to find it. */
const temperatureMin = 0.7;
const triesMax = 3;
const neverAborted = new AbortController().signal;

/**
 * Writes one cell anew. Only that cell changes, and the row's compliance cell when the verdict does.
 * Errors: `cell-invalid`, `cell-not-copy`, `cell-formula`, `workbook-in-use`, `cell-changed` when the row was changed
 * meanwhile, and those of opening, the engine and delivery.
 */
export async function regenerate(
  parts: FillParts,
  options: RegenerateOptions,
  signal: AbortSignal,
): Promise<Regenerated> {
  const release = parts.journal.claim(options.workbook, 'cell');
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: options.workbook });
  try {
    // Whether the file can be written at all is known before the model is loaded.
    await parts.workbooks.patch(options.workbook, [], { signal });
    const { located, row, column } = await findCell(parts, options, signal);
    const engineInfo = await startEngines(parts, signal);
    const language = options.language ?? located.view.map.language;
    const context = contextOf(partsWithPriority(parts, 'interactive'), options, { located, language }, engineInfo);
    const previous = row.outputs.get(column) ?? '';
    const answer = await anotherText(row, column, previous, options, context, signal);
    const text = answer.texts[column] ?? '';
    if (answer.outcome === 'failed' || text === '' || text === previous) {
      return { row, column, previous, answer, isWritten: false };
    }
    await deliverCell(parts, options, located, row, column, answer, signal);
    return { row, column, previous, answer, isWritten: true };
  } finally {
    release();
  }
}

/** A cell that a person names. */
export interface CellPlace extends Pick<FillOptions, 'workbook' | 'sheet' | 'recipe' | 'columns'> {
  /** The address of the cell, e.g. "C7". */
  readonly cell: string;
}

/** The row and the column of a cell that the recipe writes. Errors: `cell-invalid`, `cell-not-copy`, `cell-formula`. */
export async function findCell(parts: Pick<FillParts, 'workbooks'>, options: CellPlace, signal: AbortSignal) {
  const address = parseTypedAddress(options.cell);
  const sheet = options.sheet ?? '';
  if (address === undefined) throw new RowscribeError('cell-invalid', { sheet, cell: options.cell });
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    const view = await viewSheet(book, options.recipe, options.sheet, signal, options.columns);
    const at = { sheet: view.sheet, cell: options.cell };
    const keys = writtenColumns(options.recipe).map((column) => column.key);
    const column = keys.find((key) => view.map.outputs.get(key)?.index === address.column);
    if (column === undefined) throw new RowscribeError('cell-not-copy', at);
    for await (const row of productRows(book, view, signal)) {
      if (row.number !== address.row) continue;
      if (!row.outputs.has(column)) throw new RowscribeError('cell-formula', at);
      return { located: { sha256: book.sha256, view }, row, column };
    }
    throw new RowscribeError('cell-not-copy', at);
  } finally {
    await book.close();
  }
}

/** The same request gives the same text, so each version has a seed of its own, and a repeat is asked again. */
async function anotherText(
  row: ProductRow,
  column: string,
  previous: string,
  options: RegenerateOptions,
  context: RowContext,
  signal: AbortSignal,
): Promise<StoredAnswer> {
  const reason = options.reason === '' ? regenerateReason[context.language] : options.reason;
  const isNew = previous.trim() === '' && options.reason === '';
  const rewrites = isNew ? [] : [{ key: column, previous, reason }];
  const recipe = { ...options.recipe, temperature: Math.max(temperatureMin, options.recipe.temperature) };
  let answer: StoredAnswer | undefined;
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const seed = options.seed + Math.floor(context.clock.now() % 1_000_000_000) + attempt;
    const result = await runRow({ row, keys: [column], rewrites }, { ...context, recipe, seed }, signal);
    answer = result.answer;
    if (answer.outcome === 'failed' || answer.texts[column] !== previous) break;
  }
  if (answer === undefined) throw new RowscribeError('internal', { detail: 'no version was asked for' });
  return answer;
}

async function deliverCell(
  parts: FillParts,
  options: RegenerateOptions,
  located: Located,
  row: ProductRow,
  column: string,
  answer: StoredAnswer,
  signal: AbortSignal,
): Promise<void> {
  const { journal, clock } = parts;
  const compliance = options.recipe.columns.filter((one) => one.kind === 'compliance').map((one) => one.key);
  const kept = Object.entries(answer.texts).filter(([key]) => key === column || compliance.includes(key));
  const cellAnswer = { ...answer, texts: Object.fromEntries(kept) };
  const spec = { ...options, recipe: options.recipe.id, sheet: located.view.sheet, rows: `regenerate ${options.cell}` };
  const { run } = journal.beginRun(spec, clock.now());
  const record = { key: row.key, fingerprint: row.fingerprint, crashes: 0 };
  if (journal.rows(run.id).some((one) => one.key === row.key && one.state !== 'queued')) {
    journal.putRow(run.id, { ...record, state: 'queued' });
  }
  journal.putRow(run.id, { ...record, state: 'working' });
  journal.putRow(run.id, { ...record, state: 'answered', answer: cellAnswer });
  const reason = options.reason || regenerateReason['en-US'];
  const answered = [{ row, answer: cellAnswer, reason, replaceable: row.outputs }];
  try {
    signal.throwIfAborted();
    // What was begun is finished: a text that is written and not recorded would count as a stranger's.
    const delivery = await deliver(answered, located, { ...parts, ...options, runId: run.id }, neverAborted);
    throwIfNotWritten(delivery, located.view, row, column);
  } finally {
    // Nothing is left to take up again: a person who still wants it asks again.
    journal.endRun(run.id, 'finished', clock.now());
  }
}

/** The row may have changed between the look and the delivery, or its cell may not be one to write into. */
function throwIfNotWritten(delivery: Delivery, view: SheetView, row: ProductRow, column: string): void {
  const index = view.map.outputs.get(column)?.index ?? 0;
  const refusals = delivery.delivered.get(row.key);
  const refusal = refusals?.find(({ cell }) => parseAddress(cell)?.column === index);
  if (refusal !== undefined) throw refusal.error;
  const cell = formatAddress({ column: index, row: row.number });
  if (refusals === undefined) throw new RowscribeError('cell-changed', { sheet: view.sheet, cell });
}
