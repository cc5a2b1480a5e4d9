// The Workbooks contract on real files, made by exceljs.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import excel from 'exceljs';
import { createWorkbooks } from '../../server/workbook/file.ts';
import type { PlainSheet } from '../fakes/memory-workbooks.ts';
import { excelOwnerFile } from '../workbook/owner-file.ts';
import { testFolder } from '../workbook/make-workbook.ts';
import { workbookContract } from './workbook-contract.ts';

workbookContract('the workbooks on disk', () => {
  const folder = testFolder();
  let count = 0;
  const fresh = () => join(folder, `工作簿 ${(count += 1)}.xlsx`);
  return {
    workbooks: createWorkbooks(),
    async make(sheets) {
      const path = fresh();
      await bookOf(sheets).xlsx.writeFile(path);
      return path;
    },
    fresh,
    openElsewhere: (path, by) => writeFileSync(join(dirname(path), `~$${basename(path)}`), excelOwnerFile(by)),
  };
});

function bookOf(sheets: readonly PlainSheet[]): excel.Workbook {
  const book = new excel.Workbook();
  for (const { name, hidden, cells, hiddenRows } of sheets) {
    const sheet = book.addWorksheet(name, { state: hidden === true ? 'hidden' : 'visible' });
    for (const [cell, value] of Object.entries(cells)) sheet.getCell(cell).value = value;
    for (const row of hiddenRows ?? []) sheet.getRow(row).hidden = true;
  }
  return book;
}
