// The Backups contract on real files, and what only files can meet: full disks, copies that differ, names, leftovers.
import * as fs from 'node:fs/promises';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import { openBackups, type BackupFiles } from '../../server/store/backups.ts';
import { testFolder } from '../workbook/make-workbook.ts';
import { backupsContract } from './backups-contract.ts';

/** Backups in a folder of their own, of files that need not be workbooks. */
function place(files: Partial<BackupFiles> = {}, keptMax = 2) {
  const home = testFolder();
  const [data, shop] = [path.join(home, 'data'), path.join(home, 'shop')];
  mkdirSync(shop);
  const backups = openBackups(data, { keptMax, files: { ...fs, ...files } });
  onTestFinished(() => backups.close());
  const write = (name: string, text: string) => {
    const at = path.join(shop, `${name}.xlsx`);
    writeFileSync(at, text);
    return at;
  };
  /** Every file below the folder of backups. */
  const copies = () =>
    readdirSync(path.join(data, 'backups'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.\w+$/.test(name),
    );
  return { backups, data, write, copies };
}

backupsContract('in a folder', () => {
  const { backups, write } = place();
  return {
    backups,
    write: async (name, text) => write(name, text),
    read: async (at) => readFileSync(at, 'utf8'),
  };
});

const failing = (code: string) => Object.assign(new Error(`${code}: made to fail`), { code });

/** Files whose opened copies do `change` instead of one of their calls. */
const openedWith = (change: (file: Awaited<ReturnType<BackupFiles['open']>>) => object): Partial<BackupFiles> => ({
  open: async (at, flags, mode) => {
    const file = await fs.open(at, flags, mode);
    if (flags === 'r') return file;
    return {
      ...{ read: file.read.bind(file), write: file.write.bind(file), stat: () => file.stat() },
      ...{ sync: () => file.sync(), close: () => file.close() },
      ...change(file),
    };
  },
});

describe('backups in a folder', () => {
  test('lie outside the workbook’s folder, under a name that tells time and workbook', async () => {
    const { backups, data, write, copies } = place();
    const book = write('夏装 2026', 'one');
    const backup = await backups.take(book, Date.UTC(2026, 10, 23, 9, 30, 5, 7));
    expect(path.basename(backup.path)).toBe('2026-11-23T09-30-05.007Z-夏装 2026.xlsx');
    expect(backup.path.startsWith(path.join(data, 'backups'))).toBe(true);
    expect(copies()).toHaveLength(1);
    expect(readdirSync(path.dirname(book))).toEqual(['夏装 2026.xlsx']);
  });

  test('of workbooks with names as long as a system allows are taken', async () => {
    const { backups, write } = place();
    const backup = await backups.take(write('裙'.repeat(80), 'one'), 1);
    expect(readFileSync(backup.path, 'utf8')).toBe('one');
  });

  test.each([
    ['a full disk', 'ENOSPC', { write: () => Promise.reject(failing('ENOSPC')) }],
    ['a disk that cannot sync', 'EIO', { sync: () => Promise.reject(failing('EIO')) }],
    ['a disk that takes nothing', 'EIO', { write: async () => ({ bytesWritten: 0 }) }],
  ] as const)('%s: an error that says so, and nothing stays', async (_, code, change) => {
    const { backups, write, copies } = place(openedWith(() => change));
    const book = write('a', 'one');
    const error: unknown = await backups.take(book, 1).catch((cause: unknown) => cause);
    expect(isRowscribeError(error, 'backup-failed') && error.retryable).toBe(true);
    if (!isRowscribeError(error, 'backup-failed')) return;
    expect(error.cause).toMatchObject({ code });
    expect(error.text('en-US')).toContain(code === 'ENOSPC' ? 'the disk is full' : 'EIO');
    expect(copies()).toEqual([]);
    expect(await backups.list(book)).toEqual([]);
  });

  test('a copy that reads back as something else is no backup', async () => {
    const spoil = openedWith((file) => ({
      write: (buffer: Buffer, offset: number, length: number, position: number) =>
        file.write(Buffer.from('x'.repeat(buffer.length)), offset, length, position),
    }));
    const { backups, write, copies } = place(spoil);
    await expect(backups.take(write('a', 'one'), 1)).rejects.toMatchObject({ code: 'backup-failed' });
    expect(copies()).toEqual([]);
  });

  test('a workbook that somebody saves while it is copied is not taken for a backup', async () => {
    const book = { path: '' };
    const change = openedWith((file) => ({
      sync: async () => {
        writeFileSync(book.path, 'two, longer');
        await file.sync();
      },
    }));
    const { backups, write, copies } = place(change);
    book.path = write('a', 'one');
    await expect(backups.take(book.path, 1)).rejects.toMatchObject({ code: 'workbook-changed' });
    expect(copies()).toEqual([]);
  });

  test('a disk that takes one byte at a time only takes longer', async () => {
    const slow = openedWith((file) => ({
      write: (buffer: Buffer, offset: number, _: number, position: number) => file.write(buffer, offset, 1, position),
    }));
    const { backups, write } = place(slow);
    expect(readFileSync((await backups.take(write('a', 'one by one'), 1)).path, 'utf8')).toBe('one by one');
  });

  test('what a killed process left is removed, and what a person removed is not listed', async () => {
    const { backups, write, copies } = place();
    const book = write('a', 'one');
    const first = await backups.take(book, 1);
    writeFileSync(`${first.path}.part`, 'half');
    const second = await backups.take(book, 2);
    expect(copies()).toHaveLength(2);
    await fs.unlink(first.path);
    expect(await backups.list(book)).toEqual([second]);
  });

  test('one that cannot be removed stays for the next time, and the newest is never removed', async () => {
    const { backups, write, copies } = place({ unlink: () => Promise.reject(failing('EBUSY')) }, 0);
    const book = write('a', 'one');
    for (const at of [1, 2, 3]) await backups.take(book, at);
    await backups.dropOldest(book);
    expect(copies()).toHaveLength(3);
    const free = openBackups(path.dirname(path.dirname(path.dirname((await backups.list(book))[0]?.path ?? ''))), {
      keptMax: 0,
    });
    await free.dropOldest(book);
    expect((await free.list(book)).map((one) => one.takenAtMs)).toEqual([3]);
    free.close();
  });
});
