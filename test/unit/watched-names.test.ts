// Which files of a watched folder matter.
import { describe, expect, test } from 'vitest';
import { isIgnoredFolder, isPictureName, isWorkbookName, workbookOfOwnerFile } from '../../server/watch/names.ts';

describe('the name of a file', () => {
  test.each(['book.xlsx', '夏装 2026.XLSX', 'a.b.xlsm', '~draft.xlsx'])('%s is a workbook’s', (name) => {
    expect(isWorkbookName(name)).toBe(true);
  });

  test.each([
    ...['~$book.xlsx', '.~book.xlsx', '.~lock.book.xlsx#', '.book.xlsx.3f2a-77-0badcafe.tmp', 'A1B2C3D4', 'book.tmp'],
    ...['book.xls', 'book.xlsx.part', 'book.csv', '.hidden.xlsx'],
  ])('%s is none', (name) => {
    expect(isWorkbookName(name)).toBe(false);
  });

  test.each([
    ['/a/~$book.xlsx', '/a/book.xlsx'],
    ['/a/.~book.xlsx', '/a/book.xlsx'],
    ['/a/.~lock.书.xlsm#', '/a/书.xlsm'],
    ['/a/book.xlsx', undefined],
    ['/a/~$letter.docx', undefined],
  ])('%s tells that %s is open', (owner, workbook) => {
    expect(workbookOfOwnerFile(owner)).toBe(workbook);
  });

  test.each(['a.jpg', 'B.JPEG', 'c.webp', 'd.png'])('%s is a picture’s', (name) => {
    expect(isPictureName(name)).toBe(true);
  });

  test.each(['.a.jpg', '~a.jpg', 'a.jpg.tmp', 'a.gif'])('%s is not a picture’s', (name) => {
    expect(isPictureName(name)).toBe(false);
  });

  test('tells folders of machines from those of people', () => {
    expect(['.git', '$RECYCLE.BIN', '@eaDir', '#recycle', 'node_modules'].filter(isIgnoredFolder)).toHaveLength(5);
    expect(['photos', '夏装', 'A.B'].filter(isIgnoredFolder)).toEqual([]);
  });
});
