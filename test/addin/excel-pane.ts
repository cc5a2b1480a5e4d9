// A pane inside the Excel in memory, for the suites that ask it for its workbook.
import { createExcelHost, type ExcelHostOptions } from '../../addin/host/excel.ts';
import type { Host } from '../../addin/host/host.ts';
import { FakeExcel, type FakeExcelOptions } from '../fakes/office/fake-excel.ts';
import { installFakeOffice, type FakeOffice } from '../fakes/office/fake-office.ts';

export interface ExcelPane {
  readonly excel: FakeExcel;
  readonly office: FakeOffice;
  readonly host: Host;
}

type Rows = readonly (readonly (string | number | boolean | null)[])[];

/** Opens a workbook of one sheet, unless `prepare` adds others. */
export async function openExcelPane(
  sheet: string,
  rows: Rows,
  options: FakeExcelOptions & ExcelHostOptions = {},
  prepare: (excel: FakeExcel) => void = () => undefined,
): Promise<ExcelPane> {
  const excel = new FakeExcel(options);
  excel.addSheet(sheet, rows);
  prepare(excel);
  const store = new Map<string, string>();
  const sessionStorage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
  };
  Object.assign(globalThis, { sessionStorage });
  const office = installFakeOffice(excel);
  return { excel, office, host: await createExcelHost(options) };
}
