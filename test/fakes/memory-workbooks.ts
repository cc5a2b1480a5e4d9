// Workbooks in memory, for tests of what stands above the files; it passes the same contract as the real ones.
import { createHash } from 'node:crypto';
import { formatAddress, parseAddress } from '../../server/domain/cell-address.ts';
import { RowscribeError, type ErrorCode } from '../../server/errors.ts';
import type {
  Book,
  Cell,
  CellEdit,
  CellRefusal,
  PatchReport,
  SheetRow,
  Workbooks,
} from '../../server/ports/workbook.ts';
import { refusal, sortEdits, type TargetEdit } from '../../server/workbook/edits.ts';
import { findWorksheet, sheetMissing, type WorkbookStructure } from '../../server/workbook/workbook-part.ts';

type PlainValue = string | number | boolean | { readonly formula: string; readonly result: string };

/** A sheet as a test writes it down: values by address. */
export interface PlainSheet {
  readonly name: string;
  readonly hidden?: boolean;
  readonly cells: Readonly<Record<string, PlainValue>>;
  readonly hiddenRows?: readonly number[];
}

export interface MemoryWorkbooks extends Workbooks {
  /** Puts a workbook at a path, in the place of what was there. */
  put(path: string, sheets: readonly PlainSheet[]): void;
  /** The text of every cell that has one, by sheet and address: "Sheet1!A2". */
  texts(path: string): Record<string, string>;
  /** From now on, until told otherwise, someone has the workbook open. */
  setOpenBy(path: string, by: string | undefined): void;
  /** The next patch fails with this. */
  failNextPatch(error: RowscribeError<ErrorCode>): void;
}

interface Stored {
  readonly sheets: readonly PlainSheet[];
}

export function createMemoryWorkbooks(): MemoryWorkbooks {
  const books = new Map<string, Stored>();
  const openBy = new Map<string, string>();
  let failure: RowscribeError<ErrorCode> | undefined;
  const stored = (path: string): Stored => {
    const book = books.get(path);
    if (book === undefined) throw new RowscribeError('workbook-missing', { path });
    return book;
  };
  return {
    put: (path, sheets) => void books.set(path, { sheets }),
    texts: (path) => textsOf(stored(path)),
    setOpenBy: (path, by) => void (by === undefined ? openBy.delete(path) : openBy.set(path, by)),
    failNextPatch: (error) => void (failure = error),
    async open(path, signal) {
      signal?.throwIfAborted();
      return bookOf(path, stored(path));
    },
    async patch(path, edits, options = {}) {
      options.signal?.throwIfAborted();
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
      const target = options.out ?? path;
      const book = stored(path);
      const by = openBy.get(target);
      if (by !== undefined) throw new RowscribeError('workbook-open', { path: target, by });
      const { after, report } = patched(book, edits);
      if (report.written.length > 0 || options.out !== undefined) books.set(target, after);
      return report;
    },
  };
}

function structureOf(book: Stored): WorkbookStructure {
  return {
    part: 'book',
    worksheets: book.sheets.map(({ name, hidden }) => ({ name, visible: hidden !== true, part: name })),
    stylesPart: undefined,
    sharedStringsPart: undefined,
    async replace(path, { from, sha256, replaces }, signal) {
      signal?.throwIfAborted();
      const by = openBy.get(path);
      if (by !== undefined) throw new RowscribeError('workbook-open', { path, by });
      const [now, next] = [books.get(path), books.get(from)];
      if ((now && hashOf(now)) !== replaces) throw new RowscribeError('workbook-changed', { path });
      if (next === undefined || hashOf(next) !== sha256) throw new RowscribeError('backup-damaged', { path: from });
      books.set(path, next);
    },
    openedBy: async (path) => openBy.get(path),
    hasCalculationChain: false,
    from1904: false,
    calculatesOnLoad: false,
  };
}

function bookOf(path: string, book: Stored): Book {
  const structure = structureOf(book);
  return {
    path,
    sha256: hashOf(book),
    sheets: structure.worksheets.map(({ name, visible }) => ({ name, visible })),
    async *rows(name, signal) {
      const found = findWorksheet(structure, name);
      const sheet = book.sheets.find((one) => one.name === found?.name);
      if (sheet === undefined) throw sheetMissing(structure, name);
      for (const row of rowsOf(sheet)) {
        signal?.throwIfAborted();
        yield row;
      }
    },
    close: async () => {},
  };
}

function rowsOf(sheet: PlainSheet): SheetRow[] {
  const rows = new Map<number, Map<number, Cell>>();
  for (const [address, value] of Object.entries(sheet.cells)) {
    const position = parseAddress(address);
    if (position === undefined || value === '') continue;
    const cells = rows.get(position.row) ?? new Map<number, Cell>();
    rows.set(position.row, cells.set(position.column, cellOf(value)));
  }
  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([number, cells]) => ({
      number,
      cells: new Map([...cells].toSorted(([a], [b]) => a - b)),
      hidden: sheet.hiddenRows?.includes(number) ?? false,
    }));
}

function cellOf(value: PlainValue): Cell {
  if (typeof value === 'object') return { text: value.result, kind: 'text', formula: value.formula };
  if (typeof value === 'boolean') return { text: value ? 'TRUE' : 'FALSE', kind: 'boolean' };
  return { text: String(value), kind: typeof value === 'number' ? 'number' : 'text' };
}

function patched(book: Stored, edits: readonly CellEdit[]): { after: Stored; report: PatchReport } {
  const sorted = sortEdits(edits, structureOf(book));
  const refused: CellRefusal[] = [...sorted.refused];
  const written: TargetEdit[] = [];
  const sheets = book.sheets.map((sheet) => ({ ...sheet, cells: { ...sheet.cells } }));
  for (const [worksheet, rows] of sorted.sheets) {
    const cells = sheets.find((one) => one.name === worksheet.name)?.cells ?? {};
    for (const target of [...rows.values()].flatMap((row) => [...row.values()])) {
      const address = formatAddress(target);
      const now = cells[address];
      const text = now === undefined ? '' : cellOf(now).text;
      if (typeof now === 'object') refused.push(refusal(target, 'cell-formula'));
      else if (target.expected !== undefined && target.expected !== text) refused.push(refusal(target, 'cell-changed'));
      else {
        written.push(target);
        cells[address] = target.value ?? '';
      }
    }
  }
  const after = written.length > 0 ? { sheets } : book;
  const list = written.toSorted((a, b) => a.order - b.order).map(({ sheet, cell }) => ({ sheet, cell }));
  return { after, report: { written: list, refused, sha256: hashOf(after) } };
}

function textsOf(book: Stored): Record<string, string> {
  return Object.fromEntries(
    book.sheets.flatMap((sheet) =>
      rowsOf(sheet).flatMap((row) =>
        [...row.cells].map(([column, cell]) => [
          `${sheet.name}!${formatAddress({ row: row.number, column })}`,
          cell.text,
        ]),
      ),
    ),
  );
}

function hashOf(book: Stored): string {
  return createHash('sha256').update(JSON.stringify(book)).digest('hex');
}
