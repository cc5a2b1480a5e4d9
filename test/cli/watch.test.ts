// rowscribe watch from end to end: the real command, the real engine with the demo model, real files.
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run, start } from '../fixtures/command-line.ts';
import { createProductBook, outputHeaders, readProductBook } from '../fixtures/product-book.ts';

async function shop(rows: readonly (readonly string[])[]) {
  const made = await createProductBook(rows);
  onTestFinished(() => made.remove());
  const settings = { ROWSCRIBE_DATA_FOLDER: made.data, ROWSCRIBE_LANGUAGE: 'en-US' };
  return { ...made, settings, again: path.join(made.folder, 'later.xlsx') };
}

test('a workbook that is dropped into a watched folder is filled, another one after it, and Ctrl-C ends the watch', async () => {
  const { folder, book, again, settings } = await shop([['A', 'photos/hat-1.jpg']]);
  const outside = `${folder}-outside.xlsx`;
  await rename(book, outside);
  onTestFinished(() => rm(outside, { force: true }));
  const watching = start(['watch', folder], settings);
  onTestFinished(() => void watching.child.kill('SIGKILL'));
  await watching.seen(/Watching/);
  await copyFile(outside, book);
  await watching.seen(/products\.xlsx: 1 rows done/);
  await copyFile(outside, again);
  await watching.seen(/later\.xlsx: 1 rows done/);
  watching.child.kill('SIGINT');
  const ended = await watching.finished;
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toContain('Stopped watching');
  expect(ended.stderr.match(/Product Copy Demo/g)).toHaveLength(1);
  for (const file of [book, again]) {
    const [row] = (await readProductBook(file)).rows;
    for (const header of outputHeaders) expect(row?.[header], header).toBeTruthy();
    expect(row?.['描述']).toContain('帽子');
  }
});

test('a replaced picture changes its own row alone, and only the cells that nobody edited', async () => {
  const rows = [
    ['A', 'photos/hat-1.jpg'],
    ['B', 'photos/own.jpg'],
  ];
  const { folder, book, settings } = await shop(rows);
  const photo = path.join(folder, 'photos', 'own.jpg');
  await copyFile(path.join(folder, 'photos', 'hat-4.jpg'), photo);
  const watching = start(['watch', folder], settings);
  onTestFinished(() => void watching.child.kill('SIGKILL'));
  await watching.seen(/products\.xlsx: 2 rows done/);
  const before = (await readProductBook(book)).rows;
  await copyFile(path.join(folder, 'photos', 'pants-3.jpg'), `${photo}.new`);
  await rename(`${photo}.new`, photo);
  await watching.seen(/products\.xlsx: 1 rows done/);
  watching.child.kill('SIGINT');
  expect((await watching.finished).code).toBe(0);
  const after = (await readProductBook(book)).rows;
  expect(after[0]).toEqual(before[0]);
  expect(before[1]?.['描述']).toContain('帽子');
  expect(after[1]?.['描述']).toContain('长裤');
});

test('with --once every workbook below the folder is filled once, and the command ends', async () => {
  const { folder, book, settings } = await shop([['A', 'photos/hat-1.jpg']]);
  await mkdir(path.join(folder, 'more'));
  await copyFile(book, path.join(folder, '~$products.tmp.xlsx'));
  const first = await run(['watch', folder, '--once', '--json'], settings);
  expect(first.lines.map((line) => line['event'])).toEqual(['filling', 'done']);
  expect(first.code, first.stderr).toBe(0);
  const second = await run(['watch', '--once', '--json'], { ...settings, ROWSCRIBE_WATCH_FOLDERS: folder });
  expect(second.lines).toEqual([]);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stderr).not.toContain('Loading');
});

test('a folder that is not there is named, and so is the lack of any', async () => {
  const { data, settings } = await shop([]);
  const missing = await run(['watch', path.join(data, 'nowhere')], settings);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain('nowhere');
  const none = await run(['watch'], settings);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('watchFolders');
});
