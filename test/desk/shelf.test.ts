// Which workbooks may be chosen, and by which paths.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../server/contract/state.ts';
import { WorkbookShelf } from '../../server/desk/shelf.ts';
import { workbookPath } from '../../server/desk/workbook-path.ts';
import { testFolder } from '../workbook/make-workbook.ts';

function shelf(roots: readonly string[] = [], entriesMax = 9) {
  const told: number[] = [];
  const made: WorkbookShelf = new WorkbookShelf({ roots, entriesMax, onChange: () => told.push(made.views().length) });
  return { shelf: made, told };
}

describe('a path that a person gives', () => {
  test('leads to the workbook, also in quotes and through a link', async () => {
    const folder = testFolder();
    const file = join(folder, '夏季 款.xlsx');
    writeFileSync(file, 'x');
    symlinkSync(file, join(folder, 'link.xlsx'));
    expect(await workbookPath(` "${file}" `, [])).toBe(file);
    expect(await workbookPath(join(folder, 'link.xlsx'), [])).toBe(file);
  });

  test.each([
    '',
    'book.xlsx',
    './book.xlsx',
    '/shop/book.csv',
    '/shop/~$book.xlsx',
    '/shop/.~book.xlsx',
    '//server/share/book.xlsx',
    '\\\\server\\share\\book.xlsx',
    '\\\\?\\UNC\\server\\book.xlsx',
    '\\\\.\\C:\\book.xlsx',
    'file:///shop/book.xlsx',
    'https://shop.example/book.xlsx',
    '/shop/book.xlsx:stream.xlsx',
    '/shop/bo\u0000ok.xlsx',
    '/shop/\u202exslx.book.xlsx',
  ])('%j is refused, and nothing on the disk is touched', async (typed) => {
    let calls = 0;
    const touched = (): never => {
      calls += 1;
      throw new Error('touched');
    };
    const files = { realpath: touched as never, stat: touched as never };
    await expect(workbookPath(typed, ['/shop'], files)).rejects.toMatchObject({ code: 'workbook-path' });
    expect(calls).toBe(0);
  });

  test('that leads to nothing, to a folder or through a link to something else is refused', async () => {
    const folder = testFolder();
    mkdirSync(join(folder, 'folder.xlsx'));
    writeFileSync(join(folder, 'secret.txt'), 'x');
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'link.xlsx'));
    await expect(workbookPath(join(folder, 'none.xlsx'), [])).rejects.toMatchObject({ code: 'workbook-missing' });
    await expect(workbookPath(join(folder, 'folder.xlsx'), [])).rejects.toMatchObject({ code: 'workbook-path' });
    await expect(workbookPath(join(folder, 'link.xlsx'), [])).rejects.toMatchObject({ code: 'workbook-path' });
  });
});

describe('the shelf', () => {
  test('holds a workbook once, whether it is watched or opened, and tells of every change', async () => {
    const folder = testFolder();
    const file = join(folder, 'a.xlsx');
    writeFileSync(file, 'x');
    const { shelf: made, told } = shelf();
    made.addWatched(file);
    made.addWatched(file);
    const entry = await made.open(file);
    expect(made.views()).toEqual([{ id: entry.id, name: 'a.xlsx', folder, source: 'watched' }]);
    made.removeWatched(file);
    expect([made.views(), told]).toEqual([[], [1, 0]]);
    expect(() => made.entry('nothing')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('calls a document in Excel by its file where it is one, so that the journal knows it', async () => {
    const folder = testFolder();
    const file = join(folder, 'a.xlsx');
    writeFileSync(file, 'x');
    const { shelf: made } = shelf();
    const opened = await made.open(file);
    const saved = await made.attach({ path: file, name: 'a.xlsx', instance: '1' });
    expect([saved.key, saved.folder]).toEqual([opened.key, folder]);
    expect(saved.id).not.toBe(opened.id);
    expect(made.ofKey(file).source).toBe('excel');
    const fresh = await made.attach({ path: '', name: 'Book1', instance: '2' });
    const online = await made.attach({ path: 'https://x.example/b.xlsx', name: 'b.xlsx', instance: '3' });
    expect([fresh.folder, online.folder]).toEqual(['', '']);
    expect(new Set([fresh.key, online.key, saved.key]).size).toBe(3);
    expect(made.views()).toHaveLength(4);
  });

  test('says of a workbook why it waits, and forgets the oldest that nobody watches', async () => {
    const { shelf: made } = shelf([], 2);
    const message = { 'zh-CN': '等', 'en-US': 'wait' };
    const problem: Problem = { type: 'about:blank', title: '', status: 409, code: 'x', message, retryable: true };
    const entries = [];
    for (const instance of ['1', '2', '3']) entries.push(await made.attach({ path: '', name: instance, instance }));
    made.addWatched('/shop/w.xlsx');
    expect(made.views().map(({ name }) => name)).toEqual(['2', '3', 'w.xlsx']);
    const [, second] = entries;
    if (second === undefined) throw new Error('no entry');
    made.setWaiting(second, problem);
    expect(made.view(second).waiting?.code).toBe('x');
    made.setWaiting(second, undefined);
    expect(made.view(second)).not.toHaveProperty('waiting');
  });
});
