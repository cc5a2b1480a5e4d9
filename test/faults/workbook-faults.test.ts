// Every call to the file system failing in every way, at every place of a patch: the original complete, no leftovers.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRowscribeError, type ErrorCode } from '../../server/errors.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { nodeFiles, type Files, type OpenFile } from '../../server/workbook/files.ts';
import { cellsOf, oneSheet } from '../workbook/make-workbook.ts';

const edits = [{ sheet: 'Sheet1', cell: 'B1', value: 'neu' }];

/** What the n-th call does instead of its work; undefined lets it through. */
type Fault = (call: string, index: number) => Error | 'short' | undefined;

/** Counts every call, in the order of the patch, and lets `fault` decide about each. */
function faulty(fault: Fault): { files: Files; calls: string[] } {
  const calls: string[] = [];
  const step = (call: string): boolean => {
    calls.push(call);
    const wrong = fault(call, calls.length - 1);
    if (wrong instanceof Error) throw wrong;
    return wrong === 'short';
  };
  const through =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      step(name);
      return call(...args);
    };
  const opened = (name: string, file: OpenFile): OpenFile => ({
    read: async (buffer, offset, length, position) =>
      file.read(buffer, offset, step(`${name}.read`) && length > 1 ? 1 : length, position),
    write: async (buffer, offset, length, position) =>
      file.write(buffer, offset, step(`${name}.write`) && length > 1 ? 1 : length, position),
    stat: through(`${name}.stat`, () => file.stat()),
    sync: through(`${name}.sync`, () => file.sync()),
    // A close that fails has closed all the same.
    close: async () => {
      await file.close();
      step(`${name}.close`);
    },
  });
  const files: Files = {
    open: async (path, flags, mode) => {
      step(`open ${flags}`);
      const file = await nodeFiles.open(path, flags, mode);
      return opened(flags === 'r' ? 'source' : 'temp', file);
    },
    realpath: through('realpath', nodeFiles.realpath),
    readdir: through('readdir', nodeFiles.readdir),
    readFile: nodeFiles.readFile,
    rename: through('rename', nodeFiles.rename),
    unlink: nodeFiles.unlink,
    chmod: through('chmod', nodeFiles.chmod),
    chown: through('chown', nodeFiles.chown),
  };
  return { files, calls };
}

const failing = (code: string) => Object.assign(new Error(`${code}: made to fail`), { code });

async function patchWith(
  fault: Fault,
): Promise<{ failure: unknown; calls: string[]; path: string; untouched: boolean }> {
  const path = oneSheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>');
  const before = readFileSync(path);
  const { files, calls } = faulty(fault);
  const failure = await createWorkbooks({}, files)
    .patch(path, edits)
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );
  expect(readdirSync(dirname(path))).toEqual(['book.xlsx']);
  return { failure, calls, path, untouched: readFileSync(path).equals(before) };
}

/** By code of the failed call, what may be told. */
const wanted: readonly (readonly [string, readonly ErrorCode[]])[] = [
  ['ENOSPC', ['disk-full', 'workbook-unreadable']],
  ['EIO', ['write-failed', 'workbook-unreadable']],
  ['EPERM', ['write-failed', 'workbook-unreadable', 'workbook-busy']],
];

describe('a patch whose calls fail', () => {
  test('each call in turn: the old file or the new one, complete, and a typed error', async () => {
    const { calls } = await patchWith(() => undefined);
    expect(calls).toContain('rename');
    expect(calls.indexOf('temp.sync')).toBeLessThan(calls.indexOf('rename'));
    for (const index of calls.keys()) {
      const [code, allowed] = wanted[index % wanted.length] ?? ['EIO', []];
      const { failure, path, untouched } = await patchWith((_, at) => (at === index ? failing(code) : undefined));
      const text = (await cellsOf(createWorkbooks(), path)).get('B1')?.text;
      const told = isRowscribeError(failure) ? failure.code : failure === undefined ? 'none' : 'other';
      const right = failure === undefined ? [false, 'neu'] : [true, undefined];
      expect([calls[index], untouched, text]).toEqual([calls[index], ...right]);
      expect(['none', ...allowed]).toContain(told);
    }
  });

  test.each<[string, string, ErrorCode]>([
    ['temp.write', 'ENOSPC', 'disk-full'],
    ['temp.sync', 'ENOSPC', 'disk-full'],
    ['temp.write', 'EDQUOT', 'disk-full'],
    ['open wx+', 'EACCES', 'write-failed'],
    ['temp.write', 'EIO', 'write-failed'],
    ['rename', 'EPERM', 'workbook-busy'],
    ['rename', 'EACCES', 'workbook-busy'],
    ['rename', 'EBUSY', 'workbook-busy'],
    ['rename', 'EIO', 'write-failed'],
    ['source.read', 'EIO', 'workbook-unreadable'],
  ])('%s failing with %s is told as %s', async (call, code, told) => {
    const { failure, untouched } = await patchWith((one) => (one === call ? failing(code) : undefined));
    expect(isRowscribeError(failure, told)).toBe(true);
    expect(isRowscribeError(failure) && failure.cause).toMatchObject({ code });
    expect(untouched).toBe(true);
  });

  test('a system that takes and gives one byte at a time only takes longer', async () => {
    const { failure, path } = await patchWith((call) => (/read|write/.test(call) ? 'short' : undefined));
    expect(failure).toBeUndefined();
    expect((await cellsOf(createWorkbooks(), path)).get('B1')?.text).toBe('neu');
  });

  test('a disk that keeps other bytes than it was given is caught before the file is replaced', async () => {
    const { calls } = await patchWith(() => undefined);
    const writes = calls.filter((call) => call === 'temp.write').length;
    expect(writes).toBeGreaterThan(0);
    for (let index = 0; index < 40; index += 1) {
      const path = oneSheet('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>');
      const before = readFileSync(path);
      const files: Files = {
        ...nodeFiles,
        open: async (name, flags, mode) => {
          const file = await nodeFiles.open(name, flags, mode);
          if (flags === 'r') return file;
          return {
            read: file.read.bind(file),
            stat: () => file.stat(),
            sync: () => file.sync(),
            close: () => file.close(),
            write: (buffer, offset, length, position) => {
              const spoilt = Buffer.from(buffer);
              const at = offset + Math.floor((length * index) / 40);
              spoilt[at] = (spoilt[at] ?? 0) ^ 0x55;
              return file.write(spoilt, offset, length, position);
            },
          };
        },
      };
      const failure = await createWorkbooks({}, files)
        .patch(path, edits)
        .then(
          () => undefined,
          (cause: unknown) => cause,
        );
      // Bytes that mean nothing for the content, such as a date, may differ; then the new file has to be right.
      const text = (await cellsOf(createWorkbooks(), path)).get('B1')?.text;
      expect([isRowscribeError(failure), readFileSync(path).equals(before), text]).toEqual(
        failure === undefined ? [false, false, 'neu'] : [true, true, undefined],
      );
    }
  });

  test('after a failure the next patch of the same workbook goes through', async () => {
    const path = oneSheet('<row r="1"/>');
    let first = true;
    const { files } = faulty((call) => {
      if (call !== 'rename' || !first) return undefined;
      first = false;
      return failing('EBUSY');
    });
    const workbooks = createWorkbooks({}, files);
    const [one, two] = await Promise.allSettled([workbooks.patch(path, edits), workbooks.patch(path, edits)]);
    expect([one.status, two.status]).toEqual(['rejected', 'fulfilled']);
    writeFileSync(`${path}.done`, '');
    expect((await cellsOf(createWorkbooks(), path)).get('B1')?.text).toBe('neu');
  });
});
