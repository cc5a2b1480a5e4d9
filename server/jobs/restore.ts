// A backup in the place of its workbook, after the present state was backed up too.
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { Backup, Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/store.ts';
import type { Workbooks } from '../ports/workbook.ts';
import { localTime } from './local-time.ts';
import { anewWhenChanged } from './when-changed.ts';

export interface RestoreParts {
  readonly workbooks: Workbooks;
  readonly backups: Backups;
  readonly journal: Journal;
  readonly clock: Clock;
}

export interface Restored {
  readonly backup: Backup;
  /** The state that was replaced; undefined when there was no file, or it was that of the backup already. */
  readonly before: Backup | undefined;
  readonly isWritten: boolean;
}

/**
 * Restores one backup: `at` is its number in the list, counted from 1, the newest, or the beginning of its local time;
 * the newest by default. The workbook need not be there any more.
 * Errors: `workbook-in-use`, `backup-none`, `backup-unknown`, and those of `Backups.take` and `Workbooks.replace`.
 */
export async function restore(
  parts: RestoreParts,
  workbook: string,
  at: string | undefined,
  signal: AbortSignal,
): Promise<Restored> {
  const release = parts.journal.claim(workbook);
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: workbook });
  try {
    const backup = choose(await parts.backups.list(workbook), workbook, at);
    return await anewWhenChanged(() => restoreOnce(parts, backup, signal));
  } finally {
    release();
  }
}

async function restoreOnce(parts: RestoreParts, backup: Backup, signal: AbortSignal): Promise<Restored> {
  const { workbooks, backups, clock } = parts;
  const { workbook, path: from, sha256 } = backup;
  const by = await workbooks.openedBy(workbook);
  if (by !== undefined) throw new RowscribeError('workbook-open', { path: workbook, by });
  const before = await backups.take(workbook, clock.now(), signal).catch((error: unknown) => {
    if (isRowscribeError(error, 'workbook-missing')) return undefined;
    throw error;
  });
  const isWritten = before?.sha256 !== sha256;
  if (isWritten) await workbooks.replace(workbook, { from, sha256, replaces: before?.sha256 }, signal);
  await backups.dropOldest(workbook);
  return { backup, before, isWritten };
}

function choose(list: readonly Backup[], workbook: string, at: string | undefined): Backup {
  if (list.length === 0) throw new RowscribeError('backup-none', { path: workbook });
  const wanted = (at ?? '1').trim().replace('T', ' ');
  const found = /^\d{1,3}$/.test(wanted)
    ? list[Number(wanted) - 1]
    : list.find((backup) => wanted !== '' && localTime(backup.takenAtMs).startsWith(wanted));
  if (found === undefined) throw new RowscribeError('backup-unknown', { path: workbook, text: at ?? '' });
  return found;
}
