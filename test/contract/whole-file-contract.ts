// What every implementation of the workbooks port must do when a whole file takes the place of a workbook.
import { describe, expect, test } from 'vitest';
import { isRowscribeError, type ErrorCode } from '../../server/errors.ts';
import type { WorkbooksSubject } from './workbook-contract.ts';

const sheet = (text: string) => [{ name: 'Sheet1', cells: { A1: text } }];

async function failsWith(step: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await step.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(isRowscribeError(error, code), String(error)).toBe(true);
}

export function wholeFileContract(name: string, create: () => WorkbooksSubject): void {
  const make = async () => {
    const { workbooks, make: makeBook, fresh, openElsewhere } = create();
    const [path, from] = [await makeBook(sheet('now')), await makeBook(sheet('then'))];
    const hashOf = async (one: string) => {
      const book = await workbooks.open(one);
      await book.close();
      return book.sha256;
    };
    const [now, was] = [await hashOf(path), await hashOf(from)];
    return { workbooks, fresh, openElsewhere, hashOf, path, from, now, was };
  };

  describe(`${name}: a whole file for a workbook`, () => {
    test('takes its place byte for byte, and stays where it was too', async () => {
      const { workbooks, hashOf, path, from, now, was } = await make();
      await workbooks.replace(path, { from, sha256: was, replaces: now });
      expect([await hashOf(path), await hashOf(from)]).toEqual([was, was]);
    });

    test('is put where there is no file', async () => {
      const { workbooks, hashOf, fresh, from, was } = await make();
      const path = fresh();
      await workbooks.replace(path, { from, sha256: was, replaces: undefined });
      expect(await hashOf(path)).toBe(was);
    });

    test.each([
      ['another version than expected is there', 'workbook-changed', { replaces: 'f'.repeat(64) }],
      ['a file is there and none is expected', 'workbook-changed', { replaces: undefined }],
      ['the file to put there is not what it was', 'backup-damaged', { sha256: '0'.repeat(64) }],
    ] as const)('is refused when %s', async (_, code, change) => {
      const { workbooks, hashOf, path, from, now, was } = await make();
      await failsWith(workbooks.replace(path, { from, sha256: was, replaces: now, ...change }), code);
      expect(await hashOf(path)).toBe(now);
    });

    test('is refused when it is gone, or when the workbook it is to replace is', async () => {
      const { workbooks, hashOf, fresh, path, from, now, was } = await make();
      await failsWith(workbooks.replace(path, { from: fresh(), sha256: was, replaces: now }), 'backup-damaged');
      await failsWith(workbooks.replace(fresh(), { from, sha256: was, replaces: now }), 'workbook-changed');
      expect(await hashOf(path)).toBe(now);
    });

    test('is refused while someone has the workbook open, who is named', async () => {
      const { workbooks, openElsewhere, hashOf, path, from, now, was } = await make();
      expect(await workbooks.openedBy(path)).toBeUndefined();
      openElsewhere(path, '李雷');
      expect(await workbooks.openedBy(path)).toContain('李雷');
      await failsWith(workbooks.replace(path, { from, sha256: was, replaces: now }), 'workbook-open');
      expect(await hashOf(path)).toBe(now);
    });

    test('is not begun when the signal was aborted', async () => {
      const { workbooks, hashOf, path, from, now, was } = await make();
      const signal = AbortSignal.abort(new Error('stop'));
      await expect(workbooks.replace(path, { from, sha256: was, replaces: now }, signal)).rejects.toThrow('stop');
      expect(await hashOf(path)).toBe(now);
    });
  });
}
