// Workbooks in memory, for tests of what stands above the files; it passes the same contract as the real ones.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { formatAddress, parseAddress } from '../../server/domain/cell-address.ts';
import type { CellPicture } from '../../server/domain/row-pictures.ts';
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

/** A picture in a sheet: as the value of its cell, or floating over it. */
export interface PlainPicture extends Pick<CellPicture, 'place'> {
  readonly cell: string;
  readonly bytes: Buffer;
}

/** A sheet as a test writes it down: values by address. */
export interface PlainSheet {
  readonly name: string;
  readonly hidden?: boolean;
  readonly cells: Readonly<Record<string, PlainValue>>;
  readonly hiddenRows?: readonly number[];
  readonly pictures?: readonly PlainPicture[];
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
      if ((options.base ?? hashOf(book)) !== hashOf(book)) throw new RowscribeError('workbook-changed', { path });
      const { after, report } = patched(book, edits);
      if (report.written.length > 0 || options.out !== undefined) books.set(target, after);
      return report;
    },
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
  };
}

function structureOf(book: Stored): WorkbookStructure {
  return {
    part: 'book',
    worksheets: book.sheets.map(({ name, hidden }) => ({ name, visible: hidden !== true, part: name })),
    stylesPart: undefined,
    sharedStringsPart: undefined,
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
    async pictures(name, signal) {
      signal?.throwIfAborted();
      const found = findWorksheet(structure, name);
      if (found === undefined) throw sheetMissing(structure, name);
      return picturesOf(book.sheets.find((one) => one.name === found.name));
    },
    async readPicture({ crc32: crc }, called, signal) {
      signal?.throwIfAborted();
      const all = book.sheets.flatMap((sheet) => sheet.pictures ?? []);
      const held = all.find(({ bytes }) => crc32(bytes) === crc);
      if (held === undefined) throw new RowscribeError('picture-missing', { path: called });
      return held.bytes;
    },
    close: async () => {},
  };
}

function picturesOf(sheet: PlainSheet | undefined): CellPicture[] {
  const found = (sheet?.pictures ?? []).flatMap(({ cell, place, bytes }) => {
    const position = parseAddress(cell);
    const picture = { part: `media/${cell}.png`, crc32: crc32(bytes), sizeBytes: bytes.length };
    return position === undefined ? [] : [{ ...position, place, picture }];
  });
  return found.toSorted((a, b) => a.row - b.row);
}

function rowsOf(sheet: PlainSheet): SheetRow[] {
  const rows = new Map<number, Map<number, Cell>>();
  for (const [address, value] of Object.entries(sheet.cells)) {
    const position = parseAddress(address);
    if (position === undefined || value === '') continue;
    const cells = rows.get(position.row) ?? new Map<number, Cell>();
    rows.set(position.row, cells.set(position.column, cellOf(value)));
  }
  for (const { row, column } of picturesOf(sheet).filter(({ place }) => place === 'in-cell')) {
    const cells = rows.get(row) ?? new Map<number, Cell>();
    rows.set(row, cells.set(column, { text: '#VALUE!', kind: 'error', rich: true }));
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
  const holdsPicture = (name: string, { row, column }: TargetEdit) =>
    picturesOf(sheets.find((one) => one.name === name)).some(
      (one) => one.place === 'in-cell' && one.row === row && one.column === column,
    );
  for (const [worksheet, rows] of sorted.sheets) {
    const cells = sheets.find((one) => one.name === worksheet.name)?.cells ?? {};
    for (const target of [...rows.values()].flatMap((row) => [...row.values()])) {
      const address = formatAddress(target);
      const now = cells[address];
      const text = now === undefined ? '' : cellOf(now).text;
      if (holdsPicture(worksheet.name, target)) refused.push(refusal(target, 'cell-picture'));
      else if (typeof now === 'object') refused.push(refusal(target, 'cell-formula'));
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
