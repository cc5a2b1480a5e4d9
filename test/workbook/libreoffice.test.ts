// LibreOffice, where it is installed, as a second independent reader of patched workbooks.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import excel from 'exceljs';
import { expect, test } from 'vitest';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { cellsOf, testFolder } from './make-workbook.ts';

const run = promisify(execFile);
const office = 'soffice';
const installed = spawnSync(office, ['--version']).status === 0;
test.skipIf(!installed)(
  'LibreOffice (skipped where soffice is not installed) sees every cell of patched workbooks',
  async () => {
    const folder = testFolder();
    const path = join(folder, 'patched.xlsx');
    const book = new excel.Workbook();
    const sheet = book.addWorksheet('Sheet1');
    sheet.addRow(['款号', '图片', '描述']);
    for (let row = 2; row <= 40; row += 1)
      sheet.addRow([`S-${row}`, `${row}.jpg`, { formula: `LEN(A${row})`, result: 0 }]);
    sheet.mergeCells('E1:F2');
    sheet.addTable({ name: 'T', ref: 'H1', columns: [{ name: 'a' }, { name: 'b' }], rows: [[1, 2]] });
    await book.xlsx.writeFile(path);
    const texts = { D2: '=1+1', D3: ' 垂感 阔腿裤\n第二行 ', E50: '🧵 & <b>', A3: '_x0041_', B1: 'Bild' };
    const edits = Object.entries(texts).map(([cell, value]) => ({ sheet: 'Sheet1', cell, value }));
    const report = await createWorkbooks().patch(path, [...edits, { sheet: 'Sheet1', cell: 'G7', value: 3.25 }]);
    expect(report.refused).toEqual([]);
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
    const out = join(folder, 'out');
    await run(office, [profile, '--headless', '--convert-to', 'xlsx', '--outdir', out, path], { timeout: 50_000 });
    const seen = await cellsOf(createWorkbooks(), join(out, 'patched.xlsx'));
    for (const [cell, text] of Object.entries(texts)) expect(seen.get(cell)?.text).toBe(text);
    expect(seen.get('G7')?.text).toBe('3.25');
    expect(seen.get('A40')?.text).toBe('S-40');
    expect(seen.get('C40')?.formula).toContain('LEN');
    expect(seen.get('H1')?.text).toBe('a');
  },
);
