// Pictures of an open document: they are read from its file as last saved, and found again in the rows as they are now.
import { stat } from 'node:fs/promises';
import type { CellPicture } from '../domain/row-pictures.ts';
import { isRowscribeError } from '../errors.ts';
import type { SheetRow, Workbooks } from '../ports/workbook.ts';
import type { LiveSheet } from './live-sheet.ts';

/**
 * The pictures of a sheet by the rows where they are now. A row is the same when all that the file has in it stands in exactly
 * one row of the open sheet; pictures of other rows are left out until the document is saved.
 */
export class SavedPictures {
  readonly #files: Workbooks;
  readonly #file: string;
  readonly #known = new Map<string, { readonly state: string; readonly pictures: readonly CellPicture[] }>();

  constructor(files: Workbooks, file: string) {
    this.#files = files;
    this.#file = file;
  }

  async of(name: string, live: LiveSheet, signal: AbortSignal | undefined): Promise<readonly CellPicture[]> {
    const saved = await stat(this.#file).catch(() => undefined);
    if (saved === undefined) return [];
    const state = `${live.revision} ${saved.size} ${saved.mtimeMs}`;
    const known = this.#known.get(name);
    if (known?.state === state) return known.pictures;
    const pictures = await this.#read(name, live, signal);
    this.#known.set(name, { state, pictures });
    return pictures;
  }

  async #read(name: string, live: LiveSheet, signal: AbortSignal | undefined): Promise<readonly CellPicture[]> {
    try {
      const book = await this.#files.open(this.#file, signal);
      try {
        const pictures = await book.pictures(name, signal);
        if (pictures.length === 0) return [];
        const wanted = new Set(pictures.map(({ row }) => row));
        const rows: SheetRow[] = [];
        for await (const row of book.rows(name, signal)) if (wanted.has(row.number)) rows.push(row);
        return moved(pictures, rows, live.rows);
      } finally {
        await book.close();
      }
    } catch (error) {
      // A file that cannot be read, or lacks the sheet, has no pictures to give.
      if (isRowscribeError(error) && /^(?:workbook|sheet)-/.test(error.code)) return [];
      throw error;
    }
  }
}

function moved(pictures: readonly CellPicture[], saved: readonly SheetRow[], live: readonly SheetRow[]): CellPicture[] {
  const byText = new Map<string, SheetRow[]>();
  for (const row of live) {
    for (const mark of marksOf(row)) byText.set(mark, [...(byText.get(mark) ?? []), row]);
  }
  const places = new Map<number, number>();
  for (const row of saved) {
    const now = placeOf(row, byText);
    if (now !== undefined) places.set(row.number, now);
  }
  const rows = new Set(saved.map(({ number }) => number));
  return pictures
    .flatMap((picture) => {
      // A row that holds nothing but the picture cannot be told from others: it counts as unmoved.
      const row = rows.has(picture.row) ? places.get(picture.row) : picture.row;
      return row === undefined ? [] : [{ ...picture, row }];
    })
    .toSorted((a, b) => a.row - b.row);
}

/** Each text of a row with its column; what is no text (a picture, a formula) may look different in the open program. */
function marksOf({ cells }: SheetRow): string[] {
  const plain = [...cells].filter(([, cell]) => cell.rich !== true && cell.formula === undefined);
  return plain.map(([column, { text }]) => `${column} ${text}`);
}

function placeOf(row: SheetRow, byText: ReadonlyMap<string, readonly SheetRow[]>): number | undefined {
  const marks = marksOf(row);
  const lists = marks.map((mark) => byText.get(mark) ?? []);
  const [fewest] = lists.toSorted((a, b) => a.length - b.length);
  const same = (fewest ?? []).filter((candidate) => lists.every((list) => list.includes(candidate)));
  if (same.length === 1) return same[0]?.number;
  // Of equal rows the one that did not move is meant, if it is among them.
  return same.find(({ number }) => number === row.number)?.number;
}
