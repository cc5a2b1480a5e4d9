// What the page knows of the open sheets: their revisions, and marks of the rows as they were last read.
import { supports, type Batch } from './excel-session.ts';

/** The rows of a sheet as they were read, so that a moved or changed row is recognised before it is written to. */
export interface Snapshot {
  /** The revision that was current when they were read. */
  readonly since: number;
  readonly firstColumn: number;
  readonly columnCount: number;
  readonly hasFormulas: boolean;
  /** By 1-based row number, a mark for each column. */
  readonly marks: Map<number, Int32Array>;
}

export interface KnownSheet {
  readonly id: string;
  name: string;
  revision: number;
  snapshot: Snapshot | undefined;
}

/**
 * Revisions count what others did in the sheets: the person, their colleagues, other programs; and what the page wrote.
 * They are told to the server as texts that hold for the life of this page only.
 */
export class Revisions {
  readonly #sheets = new Map<string, KnownSheet>();
  readonly #session = Math.random().toString(36).slice(2, 10);

  byId(id: string, name: string): KnownSheet {
    const known = this.#sheets.get(id) ?? { id, name, revision: 1, snapshot: undefined };
    known.name = name;
    this.#sheets.set(id, known);
    return known;
  }

  /** The sheet that bore this name when it was last read. */
  byName(name: string): KnownSheet | undefined {
    return [...this.#sheets.values()].find((sheet) => sheet.name === name);
  }

  text(sheet: KnownSheet): string {
    return `${this.#session}-${sheet.id}-${sheet.revision}`;
  }

  /** Whether a revision was told after the sheet was last read, so that the marks are of the rows that were meant. */
  isSinceReading(sheet: KnownSheet, revision: string): boolean {
    const prefix = `${this.#session}-${sheet.id}-`;
    const number = revision.startsWith(prefix) ? Number(revision.slice(prefix.length)) : Number.NaN;
    return sheet.snapshot !== undefined && number >= sheet.snapshot.since && number <= sheet.revision;
  }

  /** Counts changes of others from now on. */
  async listen({ context, sync }: Batch): Promise<void> {
    const sheets = context.workbook.worksheets;
    const count = (event: { readonly worksheetId: string }) => this.#count(event.worksheetId);
    sheets.onChanged.add(async (event) => {
      if (!isOwn(event)) count(event);
    });
    sheets.onCalculated.add(async (event) => {
      if (this.#sheets.get(event.worksheetId)?.snapshot?.hasFormulas === true) count(event);
    });
    if (supports('1.10')) {
      sheets.onRowSorted.add(async (event) => count(event));
      sheets.onColumnSorted.add(async (event) => count(event));
    }
    if (supports('1.11')) sheets.onRowHiddenChanged.add(async (event) => count(event));
    await sync();
  }

  #count(worksheetId: string): void {
    const sheet = this.#sheets.get(worksheetId);
    if (sheet !== undefined) sheet.revision += 1;
  }
}

function isOwn(event: Excel.WorksheetChangedEventArgs): boolean {
  return supports('1.14') && event.source === 'Local' && event.triggerSource === 'ThisLocalAddin';
}
