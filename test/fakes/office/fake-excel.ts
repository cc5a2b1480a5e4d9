// An Excel in memory: a workbook that a person and their colleagues edit while the add-in works in it.
import { parseAddress } from '../../../server/domain/cell-address.ts';
import { addressOf, entered, FakeSheet, type CellValue, type FakeCell } from './fake-grid.ts';
import { OfficeError } from './fake-requests.ts';

export type EventName = 'onChanged' | 'onCalculated' | 'onRowSorted' | 'onColumnSorted' | 'onRowHiddenChanged';
type Handler = (event: never) => Promise<void>;

export interface FakeExcelOptions {
  readonly url?: string;
  readonly name?: string;
  /** Newest set of functions of ExcelApi, e.g. "1.9". */
  readonly api?: string;
  readonly language?: string;
  readonly background?: string;
}

type Place = readonly [sheet: FakeSheet, row: number, column: number];
/** What cells held before a step of the add-in. */
type Step = Map<string, { readonly place: Place; readonly cell: FakeCell }>;

/** The person's side of the workbook, and what a test looks at afterwards. */
export class FakeExcel {
  readonly options: Required<FakeExcelOptions>;
  readonly sheets: FakeSheet[] = [];
  active = '';
  selection: readonly string[] = ['A1'];
  payloadBytesMax = 5 * 1024 * 1024;
  syncCount = 0;
  /** Batches that ran at the same time at most. */
  runsAtOnceMax = 0;
  /** Texts that this Excel takes for something else, beside those that every Excel does. */
  readonly misread = new Map<string, CellValue>();
  /** Called before each sync is carried out: the moment for a person to come in between. */
  beforeSync: () => void | Promise<void> = () => undefined;
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #undo: Step[] = [];
  #step: Step | undefined;
  #editing: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  #runs = 0;
  #events: Promise<unknown> = Promise.resolve();

  constructor(options: FakeExcelOptions = {}) {
    const defaults = { url: '', name: 'Book1', api: '1.15', language: 'zh-CN', background: '#FFFFFF' };
    this.options = { ...defaults, ...options };
  }

  addSheet(name: string, rows: readonly (readonly (CellValue | null)[])[] = []): FakeSheet {
    const sheet = new FakeSheet(`{${this.sheets.length + 1}}`, name);
    rows.forEach((row, r) =>
      row.forEach((value, c) => value !== null && sheet.put(r, c, { value, format: 'General' })),
    );
    this.sheets.push(sheet);
    if (this.active === '') this.active = name;
    return sheet;
  }

  sheet(name: string): FakeSheet {
    const found = this.sheets.find((sheet) => sheet.name === name);
    if (found === undefined) throw new OfficeError('ItemNotFound', `There is no sheet ${name}`);
    return found;
  }

  cell(sheet: string, address: string): FakeCell {
    const { row, column } = parseAddress(address) ?? { row: 1, column: 0 };
    return this.sheet(sheet).cell(row - 1, column);
  }

  /** A person types something into a cell here, or a colleague does elsewhere. */
  type(sheet: string, address: string, input: CellValue, source: 'Local' | 'Remote' = 'Local'): void {
    const found = this.sheet(sheet);
    const { row, column } = parseAddress(address) ?? { row: 1, column: 0 };
    found.put(row - 1, column, entered(input, found.cell(row - 1, column), found));
    this.#changed(found, { changeType: 'RangeEdited', address, source });
  }

  insertRows(sheet: string, number: number, count = 1): void {
    this.sheet(sheet).insertRows(number - 1, count);
    this.#changed(this.sheet(sheet), { changeType: 'RowInserted', address: `${number}:${number}`, source: 'Local' });
  }

  deleteRows(sheet: string, number: number, count = 1): void {
    this.sheet(sheet).deleteRows(number - 1, count);
    this.#changed(this.sheet(sheet), { changeType: 'RowDeleted', address: `${number}:${number}`, source: 'Local' });
  }

  /** Sorts everything below the first row. */
  sortRows(sheet: string, column: number, isDescending = false): void {
    this.sheet(sheet).sortRows(1, column, isDescending);
    this.emit('onRowSorted', { worksheetId: this.sheet(sheet).id });
  }

  hideRows(sheet: string, numbers: readonly number[]): void {
    for (const number of numbers) this.sheet(sheet).hiddenRows.add(number - 1);
    this.emit('onRowHiddenChanged', { worksheetId: this.sheet(sheet).id });
  }

  select(sheet: string, address: string): void {
    this.active = sheet;
    this.selection = address.split(',');
    this.emit('onSelectionChanged', {});
  }

  /** A person begins to type in a cell; gives the function with which they finish. */
  beginEditing(): () => void {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#editing = { over, end };
    return () => {
      this.#editing = undefined;
      end();
    };
  }

  /** Takes back what the last step of the add-in wrote. False when there was none. */
  undo(): boolean {
    const step = this.#undo.pop();
    for (const { place, cell } of step?.values() ?? []) place[0].put(place[1], place[2], cell);
    return step !== undefined;
  }

  get undoCount(): number {
    return this.#undo.length;
  }

  supports(set: string, version: string): boolean {
    if (set === 'SharedRuntime') return version === '1.1';
    const minor = (text: string) => Number(text.split('.')[1] ?? 0);
    return set === 'ExcelApi' && minor(version) <= minor(this.options.api);
  }

  handlers(name: string): Set<Handler> {
    const handlers = this.#handlers.get(name) ?? new Set<Handler>();
    this.#handlers.set(name, handlers);
    return handlers;
  }

  /** Events come a moment later, as they do in Excel. */
  emit(name: EventName | 'onSelectionChanged', event: object): void {
    this.#events = this.#events.then(async () => {
      for (const handler of this.handlers(name)) await handler(event as never);
    });
  }

  /** When all events have been handled. */
  async settled(): Promise<void> {
    for (let events = this.#events; ; events = this.#events) {
      await events;
      if (events === this.#events) return;
    }
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#runs += 1;
    this.runsAtOnceMax = Math.max(this.runsAtOnceMax, this.#runs);
    try {
      return await work();
    } finally {
      this.#runs -= 1;
    }
  }

  /** Waits, or fails, while a person is typing in a cell. */
  async enterSync(isDelayed: boolean): Promise<void> {
    await this.beforeSync();
    if (this.#editing === undefined) return;
    if (!isDelayed) throw new OfficeError('InvalidOperationInCellEditMode', 'Excel is in cell-editing mode');
    if (this.#runs > 1) throw new OfficeError('GeneralException', 'Several batches are delayed');
    await this.#editing.over;
  }

  /** All changes of one sync are one step of the undo list. */
  inOneStep(work: () => void): void {
    const step: Step = new Map();
    this.#step = step;
    try {
      work();
    } finally {
      this.#step = undefined;
      if (step.size > 0) this.#undo.push(step);
    }
  }

  /** A change by the add-in. */
  change(sheet: FakeSheet, row: number, column: number, cell: FakeCell): void {
    const key = `${sheet.id} ${row} ${column}`;
    if (this.#step?.has(key) === false)
      this.#step.set(key, { place: [sheet, row, column], cell: sheet.cell(row, column) });
    sheet.put(row, column, cell);
    const triggerSource = this.supports('ExcelApi', '1.14') ? { triggerSource: 'ThisLocalAddin' } : {};
    const address = addressOf({ row, column, rows: 1, columns: 1 });
    this.#changed(sheet, { changeType: 'RangeEdited', address, source: 'Local', ...triggerSource });
  }

  #changed(
    sheet: FakeSheet,
    event: { readonly changeType: string; readonly address: string; readonly source: string },
  ) {
    this.emit('onChanged', { triggerSource: 'Unknown', ...event, worksheetId: sheet.id });
  }
}
