// rowscribe demo, and what comes along with the program: the demo's workbook and the starters.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphemeCount } from '../../server/domain/graphemes.ts';
import { mapColumns } from '../../server/domain/columns.ts';
import { loadRecipes } from '../../server/packs/recipes.ts';
import { run, type Finished } from '../fixtures/command-line.ts';
import { outputHeaders, readProductBook } from '../fixtures/product-book.ts';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));
const office = 'soffice';
const isOfficeInstalled = spawnSync(office, ['--version']).status === 0;

let folder: string;
let end: Finished;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rowscribe-demo-'));
  end = await run(['demo'], { ROWSCRIBE_DATA_FOLDER: path.join(folder, 'data') }, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The demo calls the check column as the recipe does first. */
const demoHeaders = outputHeaders.map((header) => (header === '合规检查' ? '合规' : header));
const demoBook = () => path.join(folder, 'out', 'demo', 'demo.xlsx');

async function expectFilled(book: string): Promise<void> {
  const { rows } = await readProductBook(book);
  expect(rows.length).toBeGreaterThanOrEqual(12);
  for (const row of rows) {
    for (const header of demoHeaders) expect(row[header], `${row['SKU']} ${header}`).toBeTruthy();
    for (const letter of ['A', 'B', 'C']) {
      expect(graphemeCount(row[`标题${letter}`] ?? '')).toBeLessThanOrEqual(12);
      expect(graphemeCount(row[`首段${letter}`] ?? '')).toBeLessThanOrEqual(80);
    }
  }
}

describe('the demo', () => {
  test('fills every cell, prints a table, names the model and how to get a real one, and says where the file is', async () => {
    expect(end.code, end.stderr).toBe(0);
    expect(end.stdout).toMatch(/Product +Status +描述/);
    expect(end.stdout).toContain('RS-012');
    expect(end.stderr).toContain('Product Copy Demo');
    expect(end.stderr).toContain('Qwen2.5-VL-7B');
    expect(end.stderr).toContain(demoBook());
    await expectFilled(demoBook());
  });

  test.skipIf(!isOfficeInstalled)(
    'LibreOffice (skipped where soffice is not installed) sees the same filled cells',
    async () => {
      const out = path.join(folder, 'office');
      const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, 'profile')).href}`;
      const words = [profile, '--headless', '--convert-to', 'xlsx', '--outdir', out, demoBook()];
      await promisify(execFile)(office, words, { timeout: 50_000 });
      await expectFilled(path.join(out, 'demo.xlsx'));
      expect((await readProductBook(path.join(out, 'demo.xlsx'))).rows).toEqual(
        (await readProductBook(demoBook())).rows,
      );
    },
  );
});

describe('the starter workbooks', () => {
  test.each(['starter.xlsx', 'starter.en-US.xlsx'])(
    '%s has a sheet for every recipe, with all of its columns',
    async (name) => {
      const recipes = await loadRecipes(path.join(templates, 'recipes'), '');
      const workbook = new ExcelJS.Workbook();
      await workbook.xlsx.readFile(path.join(templates, name));
      for (const recipe of recipes.values()) {
        const complete = workbook.worksheets.filter((sheet) => {
          const values = Array.from(sheet.getRow(1).values as unknown[], String);
          const headers = values.map((text, index) => [index, text] as const).slice(1);
          const mapping = mapColumns([{ number: 1, texts: new Map(headers) }], recipe);
          return 'map' in mapping && mapping.map.absent.length === 0;
        });
        expect(complete.length, `no sheet of ${name} fits ${recipe.id}: run npm run templates`).toBeGreaterThan(0);
      }
      // The recipe that is used without --recipe comes first.
      expect(workbook.worksheets[0]?.name).toMatch(name.includes('en') ? /^Default$/ : /^默认$/);
    },
  );
});
