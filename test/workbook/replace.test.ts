// How a workbook is replaced on the disk: links, rights, owners, leftovers, changes meanwhile.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { nodeFiles, type Files } from '../../server/workbook/files.ts';
import { openedBy } from '../../server/workbook/owner-files.ts';
import { cellsOf, oneSheet, testFolder } from './make-workbook.ts';
import { excelOwnerFile } from './owner-file.ts';

const rows = '<row r="1"><c r="A1"><v>1</v></c></row>';
const edit = { sheet: 'Sheet1', cell: 'B1', value: 'neu' };
const workbooks = createWorkbooks();

async function failureOf(step: Promise<unknown>): Promise<unknown> {
  return step.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}

async function textOf(path: string): Promise<string | undefined> {
  return (await cellsOf(workbooks, path)).get('B1')?.text;
}

test('a link to a workbook stays a link, and the workbook behind it is replaced', async () => {
  const path = oneSheet(rows);
  const link = join(testFolder(), 'link.xlsx');
  symlinkSync(path, link);
  await workbooks.patch(link, [edit]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(await textOf(path)).toBe('neu');
  expect(readdirSync(dirname(link))).toEqual(['link.xlsx']);
});

test('the rights of the file are those of the old one', async () => {
  const path = oneSheet(rows);
  chmodSync(path, 0o640);
  await workbooks.patch(path, [edit]);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('a file that is read-only is left alone', async () => {
  const path = oneSheet(rows);
  chmodSync(path, 0o444);
  const before = readFileSync(path);
  expect(isRowscribeError(await failureOf(workbooks.patch(path, [edit])), 'write-failed')).toBe(true);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('out replaces a file that is there and fails where there is no folder', async () => {
  const path = oneSheet(rows);
  const out = join(testFolder(), '结果.xlsx');
  writeFileSync(out, 'something else');
  await workbooks.patch(path, [edit], { out });
  expect(await textOf(out)).toBe('neu');
  const nowhere = join(dirname(out), 'none', 'x.xlsx');
  expect(isRowscribeError(await failureOf(workbooks.patch(path, [edit], { out: nowhere })), 'write-failed')).toBe(true);
});

test('names of every length and script work', async () => {
  const folder = testFolder();
  for (const name of ['裙'.repeat(83), 'x'.repeat(250), ' 空 格 & $(x) 🧵']) {
    const path = join(folder, `${name}.xlsx`);
    writeFileSync(path, readFileSync(oneSheet(rows)));
    await workbooks.patch(path, [edit]);
    expect(await textOf(path)).toBe('neu');
  }
  expect(readdirSync(folder)).toHaveLength(3);
});

describe('who has it open', () => {
  test.each<[string, (name: string) => string, Buffer | string, string]>([
    ['Excel', (name) => `~$${name}`, excelOwnerFile('韩梅梅'), '韩梅梅, Excel / WPS'],
    [
      'Excel with a plain name',
      (name) => `~$${name}`,
      Buffer.concat([Buffer.from([3]), Buffer.from('Ann')]),
      'Ann, Excel / WPS',
    ],
    ['Excel with nothing to read', (name) => `~$${name}`, '', 'Excel / WPS'],
    ['WPS', (name) => `.~${name}`, Buffer.from([1, 2, 3]), 'WPS'],
    [
      'LibreOffice',
      (name) => `.~lock.${name}#`,
      ',ann,desk\\,1,23.11.2026 14:09,file:///x;',
      'ann@desk,1, LibreOffice',
    ],
    ['LibreOffice with a name', (name) => `.~lock.${name}#`, '李 雷,ann,desk,23.11.2026,x;', '李 雷, LibreOffice'],
  ])('%s', async (_, nameOf, content, by) => {
    const path = oneSheet(rows);
    writeFileSync(join(dirname(path), nameOf(basename(path))), content);
    const failure = await failureOf(workbooks.patch(path, [edit]));
    expect(isRowscribeError(failure, 'workbook-open') && failure.facts).toEqual({ path, by });
    expect(await textOf(path)).toBeUndefined();
  });

  test('an owner file beside a link counts like one beside the file', async () => {
    const path = oneSheet(rows);
    const link = join(testFolder(), 'link.xlsx');
    symlinkSync(path, link);
    writeFileSync(join(dirname(link), '~$link.xlsx'), excelOwnerFile('Ann'));
    expect(isRowscribeError(await failureOf(workbooks.patch(link, [edit])), 'workbook-open')).toBe(true);
  });

  test('nobody, when no owner file is there, and any bytes in one only mean that someone has', async () => {
    const path = oneSheet(rows);
    expect(await openedBy(nodeFiles, path)).toBeUndefined();
    for (const bytes of [Buffer.alloc(165, 0xff), Buffer.alloc(54), Buffer.from([200, 1])]) {
      writeFileSync(join(dirname(path), `~$${basename(path)}`), bytes);
      expect(await openedBy(nodeFiles, path)).toBe('Excel / WPS');
    }
  });
});

describe('what happens meanwhile', () => {
  /** The file system, with something happening just before the first call of a kind. */
  function meanwhile(call: 'chown' | 'rename', happens: () => void): Files {
    return {
      ...nodeFiles,
      async [call](...args: [string, never, never]) {
        happens();
        return nodeFiles[call](...args);
      },
    };
  }

  test('a workbook that is saved by someone while it is patched is not overwritten', async () => {
    for (const change of ['in place', 'replaced', 'removed']) {
      const path = oneSheet(rows);
      const other = readFileSync(oneSheet('<row r="1"><c r="A1"><v>2</v></c></row>'));
      const files = meanwhile('chown', () => {
        if (change === 'in place') writeFileSync(path, other);
        if (change === 'replaced') writeFileSync(`${path}.new`, other);
        if (change !== 'in place')
          renameSync(change === 'replaced' ? `${path}.new` : path, change === 'replaced' ? path : `${path}.old`);
      });
      const failure = await failureOf(createWorkbooks({}, files).patch(path, [edit]));
      expect(isRowscribeError(failure, 'workbook-changed')).toBe(true);
      expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(change === 'removed' ? undefined : other);
      expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  });

  test('a workbook that is opened by someone while it is patched is not replaced', async () => {
    const path = oneSheet(rows);
    const files = meanwhile('chown', () => writeFileSync(join(dirname(path), '~$book.xlsx'), excelOwnerFile('Ann')));
    const failure = await failureOf(createWorkbooks({}, files).patch(path, [edit]));
    expect(isRowscribeError(failure, 'workbook-open')).toBe(true);
    expect(await textOf(path)).toBeUndefined();
  });

  test('stopping at the last moment leaves the old file and no leftovers', async () => {
    const path = oneSheet(rows);
    const stop = new AbortController();
    const files = meanwhile('chown', () => stop.abort(new Error('stop')));
    const failure = await failureOf(createWorkbooks({}, files).patch(path, [edit], { signal: stop.signal }));
    expect(failure).toMatchObject({ message: 'stop' });
    expect(readdirSync(dirname(path))).toEqual(['book.xlsx']);
    expect(await textOf(path)).toBeUndefined();
  });
});

test('leftovers of dead processes of this machine go, those of others stay', async () => {
  const path = oneSheet(rows);
  const folder = dirname(path);
  const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
  const ours = [`.book.xlsx.${machine}-${process.pid}-00000000.tmp`, `.book.xlsx.${machine}-4194305-11111111.tmp`];
  const others = [
    `.book.xlsx.${machine}-1-22222222.tmp`,
    '.book.xlsx.ffffff-4194305-33333333.tmp',
    '.book.xlsx.tmp',
    '.other.xlsx.tmp',
  ];
  for (const name of [...ours, ...others]) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, `.book.xlsx.${machine}-4194305-44444444.tmp`));
  await workbooks.patch(path, [edit]);
  expect(ours.filter((name) => existsSync(join(folder, name)))).toEqual([]);
  expect(others.filter((name) => existsSync(join(folder, name)))).toEqual(others);
  expect(await textOf(path)).toBe('neu');
});
