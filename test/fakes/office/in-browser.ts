// The Excel in memory as a script of a page: set up by `excelSetup`, reached from a test as `excelFake`.
import { FakeExcel, type FakeExcelOptions } from './fake-excel.ts';
import { installFakeOffice, type FakeOffice } from './fake-office.ts';

export interface ExcelSetup {
  readonly options: FakeExcelOptions;
  readonly sheet: string;
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface ExcelFake {
  readonly excel: FakeExcel;
  readonly office: FakeOffice;
}

const scope = globalThis as typeof globalThis & { readonly excelSetup: ExcelSetup; excelFake?: ExcelFake };
const excel = new FakeExcel(scope.excelSetup.options);
excel.addSheet(scope.excelSetup.sheet, scope.excelSetup.rows);
scope.excelFake = { excel, office: installFakeOffice(excel) };
