// A person's own words, or an older version, into one cell: written like everything else, and remembered as theirs.
import { formatAddress } from '../domain/cell-address.ts';
import { RowscribeError } from '../errors.ts';
import { backUpOnceADay } from './backup.ts';
import { recordByHand } from './by-hand.ts';
import type { FillParts } from './fill.ts';
import { inTurn } from './in-turn.ts';
import { findCell, type CellPlace } from './regenerate.ts';
import { anewWhenChanged } from './when-changed.ts';

export interface WriteCellOptions extends CellPlace {
  readonly text: string;
  /** What the person saw in the cell. */
  readonly expected: string;
}

type WriteParts = Pick<FillParts, 'workbooks' | 'journal' | 'backups' | 'clock'>;

/** What was begun is finished: a text that is written and not recorded would count as a stranger's. */
const neverAborted = new AbortController().signal;

/**
 * Writes the text where the cell still holds `expected`. Errors: `cell-invalid`, `cell-not-copy`, `cell-formula`,
 * `cell-changed`, `workbook-in-use`, those of opening and of `Workbooks.patch`.
 */
export async function writeCell(parts: WriteParts, options: WriteCellOptions, signal: AbortSignal): Promise<void> {
  const release = parts.journal.claim(options.workbook, 'cell');
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: options.workbook });
  try {
    await inTurn(options.workbook, () => anewWhenChanged(() => writeOnce(parts, options, signal)));
  } finally {
    release();
  }
}

async function writeOnce(parts: WriteParts, options: WriteCellOptions, signal: AbortSignal): Promise<void> {
  const { workbooks, journal, clock } = parts;
  const { text, expected, workbook } = options;
  const { located, row, column } = await findCell(parts, options, signal);
  const { sheet, map } = located.view;
  const cell = formatAddress({ column: map.outputs.get(column)?.index ?? 0, row: row.number });
  const previous = row.outputs.get(column) ?? '';
  if (previous !== expected) throw new RowscribeError('cell-changed', { sheet, cell });
  if (text === previous) return;
  signal.throwIfAborted();
  await backUpOnceADay(parts, workbook, signal);
  const edit = { sheet, cell, value: text, expected };
  const report = await workbooks.patch(workbook, [edit], { base: located.sha256, signal: neverAborted });
  const [refusal] = report.refused;
  if (refusal !== undefined) throw refusal.error;
  const spec = { workbook, sheet, recipe: options.recipe.id, mode: 'all' as const, rows: `write ${cell}` };
  // Our own last version, put back by hand, is ours again.
  const isPersons = text !== '' && text !== journal.lastDelivered(workbook, sheet, row.key).get(column);
  const written = { rowKey: row.key, column, text, previous, reason: 'written by hand' };
  recordByHand(journal, spec, [{ ...written, ...(isPersons && { isPersons }) }], clock.now());
}
