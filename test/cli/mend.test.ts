// Exaggerated copy from the real model is mended before it reaches a cell, and the row tells what was changed and why.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { run, type Finished } from '../fixtures/command-line.ts';
import { createProductBook, readProductBook, type ProductBook, type ReadBook } from '../fixtures/product-book.ts';

const photos = ['hat-1', 'shoes-2', 'dress-1', 'pants-3', 't-shirt-3', 'shirt-4'];
const copyHeaders = ['描述', '标题A', '首段A', '标题B', '首段B', '标题C', '首段C', '关键词'];

let made: ProductBook;
let end: Finished;
let book: ReadBook;
beforeAll(async () => {
  // The demo model exaggerates when it is asked to.
  made = await createProductBook(
    photos.map((photo) => [photo, `photos/${photo}.jpg`, '夸张的促销文案']),
    ['提示词'],
  );
  end = await run(['fill', made.book, '--json'], { ROWSCRIBE_DATA_FOLDER: made.data });
  book = await readProductBook(made.book);
});
afterAll(() => made.remove());

interface Changed {
  readonly row_key: string;
  readonly column_key: string;
  readonly text: string;
  readonly original: string;
}

function changedTexts(): Changed[] {
  const database = new Database(path.join(made.data, 'journal.db'), { readonly: true });
  const sql = 'SELECT row_key, column_key, text, original FROM provenance WHERE text <> original';
  const found = database.prepare(sql).all() as Changed[];
  database.close();
  return found;
}

describe('a row whose prompt asks for exaggerated copy', () => {
  test('ends with cells that the check passes', async () => {
    expect(end.code, end.stderr).toBe(0);
    const folder = fileURLToPath(new URL('../../templates/compliance', import.meta.url));
    const checker = await openCompliancePacks({ folder }).current();
    for (const row of book.rows) {
      for (const header of copyHeaders) {
        expect(row[header], `${row['SKU']} ${header}`).toBeTruthy();
        expect(checker.check(row[header] ?? '').findings, `${row['SKU']} ${header}`).toEqual([]);
      }
    }
  });

  test('keeps the model’s own wording in provenance, and says in the check’s cell what was changed, and why', async () => {
    const changed = changedTexts();
    expect(changed.length).toBeGreaterThan(0);
    for (const one of changed) {
      expect(one.original).toMatch(/最|第一|顶级|极致|绝对|唯一|赶快/);
      const row = book.rows.find((candidate) => candidate['SKU'] === one.row_key);
      expect(row?.['合规检查']).toMatch(/^通过\n.*(?:已改为|已删除).*广告法/s);
    }
  });

  test('brings in no number that neither the original nor the row has', () => {
    for (const { text, original } of changedTexts()) {
      const numbers = text.match(/\d+/g) ?? [];
      expect(numbers.filter((number) => !original.includes(number))).toEqual([]);
    }
  });
});
