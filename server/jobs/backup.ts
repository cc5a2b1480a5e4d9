// A copy of a workbook before the first write of each day.
import type { Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import { isSameDay } from './local-time.ts';

/**
 * Takes a backup unless there is one of today. Nothing may be written when it fails. Errors: those of `Backups`.
 */
export async function backUpOnceADay(
  { backups, clock }: { readonly backups: Backups; readonly clock: Clock },
  workbook: string,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = clock.now();
  const [newest] = await backups.list(workbook);
  if (newest !== undefined && isSameDay(newest.takenAtMs, nowMs)) return;
  await backups.take(workbook, nowMs, signal);
  await backups.dropOldest(workbook);
}
