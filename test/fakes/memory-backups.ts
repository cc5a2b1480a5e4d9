// Backups of workbooks in memory; they pass the same contract as the real ones.
import { RowscribeError } from '../../server/errors.ts';
import type { Backup, Backups } from '../../server/ports/backups.ts';
import type { MemoryWorkbooks } from './memory-workbooks.ts';

export interface MemoryBackups extends Backups {
  /** The next `take` fails with this. */
  failNextTake(error: RowscribeError): void;
}

export function createMemoryBackups(workbooks: MemoryWorkbooks, keptMax = 14): MemoryBackups {
  let kept: Backup[] = [];
  let failure: RowscribeError | undefined;
  const list = (workbook: string) => kept.filter((one) => one.workbook === workbook);
  return {
    failNextTake: (error) => void (failure = error),
    async take(workbook, nowMs, signal) {
      signal?.throwIfAborted();
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
      const book = await workbooks.open(workbook);
      let takenAtMs = nowMs;
      while (list(workbook).some((one) => one.takenAtMs === takenAtMs)) takenAtMs += 1;
      const path = `/backups${workbook}-${takenAtMs}`;
      await workbooks.replace(path, { from: workbook, sha256: book.sha256, replaces: undefined });
      const backup = { workbook, path, sha256: book.sha256, sizeBytes: 1, takenAtMs };
      kept = [backup, ...kept].toSorted((a, b) => b.takenAtMs - a.takenAtMs);
      return backup;
    },
    list: async (workbook) => list(workbook),
    async dropOldest(workbook) {
      const gone = list(workbook).slice(keptMax);
      kept = kept.filter((one) => !gone.includes(one));
      for (const { path } of gone) workbooks.put(path, []);
    },
    close: () => {},
  };
}
