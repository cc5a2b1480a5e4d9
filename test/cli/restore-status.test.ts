// rowscribe restore and rowscribe status as people and scripts use them: both languages, exit codes, nothing guessed.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ExcelJS from 'exceljs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../server/store/sqlite.ts';
import { runSession } from '../faults/delivery-session.ts';
import { run } from '../fixtures/command-line.ts';
import { headers, product } from '../fixtures/fill-bench.ts';
import { createProductBook, type ProductBook } from '../fixtures/product-book.ts';
import { excelOwnerFile } from '../workbook/owner-file.ts';

let made: ProductBook;
let before: Buffer;
const command = (words: readonly string[], language = 'en-US') =>
  run(words, { ROWSCRIBE_DATA_FOLDER: made.data, ROWSCRIBE_LANGUAGE: language }, made.folder);

/** A workbook that was filled today, with a scripted model. */
beforeEach(async () => {
  made = await createProductBook([]);
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('商品');
  for (const row of [headers, product('A'), product('B')]) sheet.addRow([...row]);
  await workbook.xlsx.writeFile(made.book);
  before = await readFile(made.book);
  const { error } = await runSession({ book: made.book, data: made.data });
  if (error !== undefined) throw new Error('the fill failed', { cause: error });
});
afterEach(() => made.remove());

describe('restore', () => {
  test('lists, restores, and keeps what was there', async () => {
    const filled = await readFile(made.book);
    const list = await command(['restore', 'products.xlsx', '--list']);
    expect(list.code, list.stderr).toBe(0);
    expect(list.stdout).toMatch(/^No\.[^]*\n1 {4}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [^]*products\.xlsx\n$/);
    const end = await command(['restore', 'products.xlsx'], 'zh-CN');
    expect(end.code, end.stderr).toBe(0);
    expect(end.stderr).toMatch(/已把 .*products\.xlsx 恢复为[^]*恢复前的内容也已备份/);
    expect((await readFile(made.book)).equals(before)).toBe(true);
    const json = await command(['restore', 'products.xlsx', '--list', '--json']);
    expect(json.lines).toHaveLength(2);
    expect(await readFile(String(json.lines[0]?.['path']))).toEqual(filled);
    const back = await command(['restore', 'products.xlsx', '--at', '1', '--json']);
    expect(back.lines[0]).toMatchObject({ restored: true, backup: { path: json.lines[0]?.['path'] } });
    expect((await readFile(made.book)).equals(filled)).toBe(true);
  });

  test('brings back a workbook that was deleted', async () => {
    await rm(made.book);
    const end = await command(['restore', 'products.xlsx']);
    expect(end.code, end.stderr).toBe(0);
    expect((await readFile(made.book)).equals(before)).toBe(true);
  });

  test('changes nothing while the workbook is open elsewhere, and names who has it', async () => {
    const filled = await readFile(made.book);
    await writeFile(path.join(made.folder, '~$products.xlsx'), excelOwnerFile('Anna'));
    const end = await command(['restore', 'products.xlsx']);
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(/Anna[^]*\[workbook-open\]/);
    expect((await readFile(made.book)).equals(filled)).toBe(true);
  });

  test('says by code when there is no such backup, no backup, or no such place', async () => {
    const unknown = await command(['restore', 'products.xlsx', '--at', '9']);
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('[backup-unknown]')]);
    const none = await command(['restore', 'other.xlsx']);
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('[backup-none]')]);
    const nowhere = await command(['restore', 'nowhere/other.xlsx']);
    expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining('[workbook-missing]')]);
  });
});

describe('status', () => {
  test('tells runs by place, in both languages', async () => {
    const english = await command(['status']);
    expect(english.code, english.stderr).toBe(0);
    expect(english.stdout).toMatch(/Workbook +Sheet +State[^]*products\.xlsx +商品 +finished +2 +0 +0 +0 /);
    expect((await command(['status', '.'], 'zh-CN')).stdout).toMatch(/工作簿[^]*products\.xlsx +商品 +已完成 +2 /);
    await mkdir(path.join(made.folder, 'empty'));
    const none = await command(['status', 'empty']);
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'There was no run yet.\n']);
  });

  test('tells what waits, why, and who has the file open', async () => {
    const workbook = made.book;
    const journal = openJournal(made.data);
    const { run: unfinished } = journal.beginRun({ workbook, sheet: '商品', recipe: 'r', mode: 'empty', rows: '' }, 1);
    const row = { key: 'Z', fingerprint: 'f', crashes: 0 };
    const answer = { outcome: 'failed', reason: 'r', status: '失败：图片打不开', texts: {}, originals: {} } as const;
    journal.putRow(unfinished.id, { ...row, state: 'working' });
    const made2 = { ...answer, model: 'm', seed: 1, pictures: [], seconds: 1, cachedTokens: 0 };
    journal.putRow(unfinished.id, { ...row, state: 'answered', answer: made2 });
    journal.noteError(unfinished.id, { code: 'disk-full', message: { 'zh-CN': '磁盘已满', 'en-US': 'Disk full.' } });
    journal.accept({ workbook, sheet: '商品', rowKey: 'Z' }, new Map([['description', '人写的']]), 1);
    journal.close();
    await writeFile(path.join(made.folder, '~$products.xlsx'), excelOwnerFile('Anna'));
    const { stdout } = await command(['status', 'products.xlsx']);
    expect(stdout).toMatch(/cut off[^]*finished/);
    expect(stdout).toMatch(/open by Anna/);
    expect(stdout).toMatch(/1 finished rows are not written yet/);
    expect(stdout).toMatch(/last error: Disk full\./);
    expect(stdout).toMatch(/such as Z: 失败：图片打不开/);
    expect(stdout).toMatch(/accepted unchanged: 0 of 1 cells/);
    const json = await command(['status', 'products.xlsx', '--json']);
    expect(json.lines).toMatchObject([
      {
        state: 'cut-off',
        waiting: 1,
        counts: { failed: 1 },
        error: { code: 'disk-full' },
        ended: null,
        accepted: { cells: 1, unchanged: 0 },
      },
      { state: 'finished', waiting: 0, counts: { done: 2 } },
    ]);
    expect(json.lines[0]?.['openBy']).toContain('Anna');
  });

  test('tells where the text of a cell came from, and whether a person changed it since', async () => {
    const ours = await command(['status', 'products.xlsx', '--cell', 'D2']);
    expect(ours.code, ours.stderr).toBe(0);
    expect(ours.stdout).toMatch(
      /商品!D2 描述[^]*Now: A的描述\n\d{4}-\d\d-\d\d [\d:]+ {2}model Scripted.*, recipe small\n {2}A的描述/,
    );
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(made.book);
    const cell = workbook.worksheets[0]?.getCell('D2');
    if (cell !== undefined) cell.value = '人写的';
    await workbook.xlsx.writeFile(made.book);
    const edited = await command(['status', 'products.xlsx', '--cell', 'D2'], 'zh-CN');
    expect(edited.stdout).toMatch(/现在：人写的\n上次写入之后被人改过[^]*A的描述/);
    const json = await command(['status', 'products.xlsx', '--cell', 'd2', '--json']);
    expect(json.lines[0]).toMatchObject({ text: '人写的', isEdited: true, versions: [{ text: 'A的描述', seed: 7 }] });
    const never = await command(['status', 'products.xlsx', '--cell', 'A2']);
    expect([never.code, never.stderr]).toEqual([3, expect.stringContaining('[cell-not-copy]')]);
    const usage = await command(['status', '--cell', 'A2']);
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('[usage]')]);
  });
});
