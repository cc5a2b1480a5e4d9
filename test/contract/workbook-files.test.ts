// The Workbooks contract on real files, made by exceljs.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import excel from 'exceljs';
import { createWorkbooks } from '../../server/workbook/file.ts';
import type { PlainSheet } from '../fakes/memory-workbooks.ts';
import { withCellPictures } from '../fixtures/cell-pictures.ts';
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
      const book = await bookOf(sheets).xlsx.writeBuffer();
      writeFileSync(path, withInCellPictures(Buffer.from(book), sheets));
      return path;
    },
    fresh,
    openElsewhere: (path, by) => writeFileSync(join(dirname(path), `~$${basename(path)}`), excelOwnerFile(by)),
  };
});

function withInCellPictures(bytes: Buffer, sheets: readonly PlainSheet[]): Buffer {
  const at = sheets.findIndex((sheet) => sheet.pictures?.some(({ place }) => place === 'in-cell'));
  const inCell = sheets[at]?.pictures?.filter(({ place }) => place === 'in-cell') ?? [];
  return inCell.length === 0 ? bytes : withCellPictures(bytes, { excel: inCell, sheet: at + 1 });
}

function bookOf(sheets: readonly PlainSheet[]): excel.Workbook {
  const book = new excel.Workbook();
  for (const { name, hidden, cells, hiddenRows, pictures } of sheets) {
    const sheet = book.addWorksheet(name, { state: hidden === true ? 'hidden' : 'visible' });
    for (const [cell, value] of Object.entries(cells)) sheet.getCell(cell).value = value;
    for (const row of hiddenRows ?? []) sheet.getRow(row).hidden = true;
    for (const { cell, place, bytes } of pictures ?? []) {
      // exceljs declares a Buffer of its own.
      const buffer = bytes as unknown as excel.Buffer;
      if (place === 'floating') sheet.addImage(book.addImage({ buffer, extension: 'png' }), `${cell}:${cell}`);
    }
  }
  return book;
}
