// Real LibreOffice saves a watched workbook while its rows come in: nobody's words are lost, each row is written once.
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ExcelJS from 'exceljs';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../server/store/sqlite.ts';
import { start } from '../fixtures/command-line.ts';
import { hasLibreOffice, savedByLibreOffice } from '../fixtures/libreoffice.ts';
import { createProductBook, outputHeaders, readProductBook } from '../fixtures/product-book.ts';

const photos = ['hat-1', 'shoes-2', 'shorts-2', 'skirt-2', 'outwear-4', 'pants-3', 'hat-4', 't-shirt-3'];
const words = ['安娜改的描述', '本改的描述'];

/** A colleague opens the workbook as it is now, types into one cell, adds a row, and saves, all in LibreOffice. */
async function editInLibreOffice(book: string, scratch: string, row: number, text: string): Promise<void> {
  await mkdir(scratch);
  const opened = path.join(scratch, 'opened.xlsx');
  await copyFile(book, opened);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(opened);
  const sheet = workbook.worksheets[0];
  if (sheet !== undefined) sheet.getRow(row).getCell(3).value = text;
  sheet?.addRow([`N-${row}`, `photos/${photos[row]}.jpg`]);
  await writeFile(opened, Buffer.from(await workbook.xlsx.writeBuffer()));
  const saved = await savedByLibreOffice(opened, path.join(scratch, 'out'));
  // LibreOffice writes beside the file, then moves: here the folders lie on one disk.
  await rename(saved, book);
}

test.skipIf(!hasLibreOffice)(
  'rows that come in while colleagues save with LibreOffice (skipped where soffice is not installed)',
  { timeout: 180_000 },
  async () => {
    const made = await createProductBook(photos.map((photo, index) => [`S-${index}`, `photos/${photo}.jpg`]));
    onTestFinished(() => made.remove());
    const settings = { ROWSCRIBE_DATA_FOLDER: made.data, ROWSCRIBE_DELIVER_ROWS_MAX: '1', ROWSCRIBE_LANGUAGE: 'en-US' };
    const office = path.join(made.folder, '.office');
    await mkdir(office);
    const watching = start(['watch', made.folder, '--json'], settings);
    onTestFinished(() => void watching.child.kill('SIGKILL'));
    await watching.seen(/"event":"filling"/);
    await editInLibreOffice(made.book, path.join(office, '1'), 3, words[0] ?? '');
    await editInLibreOffice(made.book, path.join(office, '2'), 5, words[1] ?? '');
    await untilFilled(made.book, photos.length + 2);
    watching.child.kill('SIGINT');
    const ended = await watching.finished;
    expect(ended.code, ended.stderr).toBe(0);
    const { rows } = await readProductBook(made.book);
    expect(rows.map((row) => row['SKU'])).toEqual([...photos.map((_, index) => `S-${index}`), 'N-3', 'N-5']);
    expect([rows[1]?.['描述'], rows[3]?.['描述']]).toEqual(words);
    const journal = openJournal(made.data);
    onTestFinished(() => journal.close());
    for (const row of rows) {
      for (const header of outputHeaders) expect(row[header], `${row['SKU']} ${header}`).toBeTruthy();
      const written = journal
        .history(made.book, '商品', row['SKU'] ?? '', 'title_a')
        .filter((one) => one.reason === '');
      expect(written, row['SKU']).toHaveLength(1);
    }
  },
);

/** Waits for the file itself: how many steps it takes depends on who saves when. */
async function untilFilled(book: string, count: number): Promise<void> {
  for (;;) {
    const { rows } = await readProductBook(book).catch(() => ({ rows: [] }));
    if (rows.length === count && rows.every((row) => outputHeaders.every((header) => row[header] !== ''))) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
