// A whole file in the place of a workbook on disk: links, rights, files that are no workbooks, every call failing.
import * as fs from 'node:fs/promises';
import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import type { Files, OpenFile } from '../../server/workbook/files.ts';
import { testFolder } from './make-workbook.ts';

const workbooks = createWorkbooks();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Two files that need not be workbooks: a damaged one is what people want to replace. */
function twoFiles(): { path: string; from: string; whole: { from: string; sha256: string; replaces: string } } {
  const [path, from] = [join(testFolder(), 'book.xlsx'), join(testFolder(), 'backup.xlsx')];
  writeFileSync(path, 'damaged');
  writeFileSync(from, 'as it was');
  return { path, from, whole: { from, sha256: sha256('as it was'), replaces: sha256('damaged') } };
}

test('a link stays a link, and the file behind it keeps its rights', async () => {
  const { path, whole } = twoFiles();
  chmodSync(path, 0o640);
  const link = join(testFolder(), 'link.xlsx');
  symlinkSync(path, link);
  await workbooks.replace(link, whole);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('as it was');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('a file that is read-only is left alone', async () => {
  const { path, whole } = twoFiles();
  chmodSync(path, 0o444);
  await expect(workbooks.replace(path, whole)).rejects.toMatchObject({ code: 'write-failed' });
  expect(readFileSync(path, 'utf8')).toBe('damaged');
});

test('a save that comes while the copy is written is kept', async () => {
  const { path, whole } = twoFiles();
  const files: Files = {
    ...fs,
    chmod: async (at, mode) => {
      writeFileSync(path, 'theirs');
      await fs.chmod(at, mode);
    },
  };
  await expect(createWorkbooks({}, files).replace(path, whole)).rejects.toMatchObject({ code: 'workbook-changed' });
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  expect(readdirSync(dirname(path))).toEqual(['book.xlsx']);
});

/** Files whose n-th call fails, and the names of the calls made; what tidies up never does. */
function failingAt(index: number, code: string): { files: Files; calls: string[] } {
  const calls: string[] = [];
  const step = (call: string) => {
    calls.push(call);
    if (calls.length - 1 === index) throw Object.assign(new Error(`${code}: made to fail`), { code });
  };
  const watched = <T extends object>(target: T, names: readonly (keyof T & string)[]): T =>
    new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]): Promise<unknown> => {
          if (names.some((one) => one === name)) step(String(name));
          const result: unknown = await Reflect.apply(member, object, args);
          return name === 'open' ? watched(result as OpenFile, ['read', 'write', 'stat', 'sync']) : result;
        };
      },
    });
  const files: Files = watched({ ...fs } as Files, ['open', 'realpath', 'readdir', 'rename', 'chmod', 'chown']);
  return { files, calls };
}

describe('every call failing in its turn', () => {
  test.each(['ENOSPC', 'EIO', 'EPERM'])('%s leaves the old file or the new one, and nothing else', async (code) => {
    const { calls } = await attempt(-1, code);
    expect(calls).toEqual(expect.arrayContaining(['open', 'write', 'sync', 'rename']));
    expect(calls.indexOf('sync')).toBeLessThan(calls.indexOf('rename'));
    for (const index of calls.keys()) {
      const { error, text, names } = await attempt(index, code);
      expect([calls[index], text]).toEqual([calls[index], error === undefined ? 'as it was' : 'damaged']);
      expect(error === undefined || isRowscribeError(error), `${calls[index]}: ${String(error)}`).toBe(true);
      expect(names).toEqual(['book.xlsx']);
    }
  });
});

async function attempt(index: number, code: string) {
  const { path, whole } = twoFiles();
  const { files, calls } = failingAt(index, code);
  const error: unknown = await createWorkbooks({}, files)
    .replace(path, whole)
    .catch((cause: unknown) => cause);
  return { calls, error, text: readFileSync(path, 'utf8'), names: readdirSync(dirname(path)) };
}
