// What every implementation of the backups port keeps to.
import { describe, expect, test } from 'vitest';
import { isRowscribeError, type ErrorCode } from '../../server/errors.ts';
import type { Backups } from '../../server/ports/backups.ts';

export interface BackupsSubject {
  /** Keeps two backups of each workbook. */
  readonly backups: Backups;
  /** Puts another version of a workbook there; gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** The text of a workbook or of a backup's copy. */
  readonly read: (path: string) => Promise<string>;
}

export function backupsContract(name: string, create: () => BackupsSubject): void {
  describe(`backups ${name}`, () => {
    test('keep the workbook as it was when it changes afterwards', async () => {
      const { backups, write, read } = create();
      const book = await write('a', 'one');
      const backup = await backups.take(book, 1000);
      await write('a', 'two');
      expect(backup).toMatchObject({ workbook: book, takenAtMs: 1000 });
      expect(backup.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(await read(backup.path)).toBe('one');
      expect(await read(book)).toBe('two');
      expect(await backups.list(book)).toEqual([backup]);
    });

    test('are listed newest first, each workbook by itself, also when taken in the same moment', async () => {
      const { backups, write, read } = create();
      const [a, b] = [await write('a', 'one'), await write('b', 'other')];
      await backups.take(a, 1000);
      await backups.take(b, 1000);
      await write('a', 'two');
      await backups.take(a, 1000);
      const list = await backups.list(a);
      expect(await Promise.all(list.map((one) => read(one.path)))).toEqual(['two', 'one']);
      expect(new Set(list.map((one) => one.takenAtMs)).size).toBe(2);
      expect(await backups.list(b)).toHaveLength(1);
    });

    test('beyond the number that is kept go, the oldest first, and only when that is asked for', async () => {
      const { backups, write, read } = create();
      const [a, b] = [await write('a', 'one'), await write('b', 'other')];
      await backups.take(b, 1);
      const taken = [await backups.take(a, 1)];
      for (const text of ['two', 'three', 'four']) {
        await write('a', text);
        taken.push(await backups.take(a, taken.length + 1));
      }
      expect(await backups.list(a)).toHaveLength(4);
      await backups.dropOldest(a);
      expect(await backups.list(a)).toEqual([taken[3], taken[2]]);
      expect(await read(taken[2]?.path ?? '')).toBe('three');
      expect(await backups.list(b)).toHaveLength(1);
    });

    test('of a workbook that is not there cannot be taken', async () => {
      const { backups, write } = create();
      const gone = `${await write('a', 'one')}.gone.xlsx`;
      const error: unknown = await backups.take(gone, 1).catch((cause: unknown) => cause);
      expect(isRowscribeError(error, 'workbook-missing' satisfies ErrorCode)).toBe(true);
      expect(await backups.list(gone)).toEqual([]);
    });

    test('are not begun when the signal was aborted', async () => {
      const { backups, write } = create();
      const book = await write('a', 'one');
      await expect(backups.take(book, 1, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
      expect(await backups.list(book)).toEqual([]);
    });
  });
}
