// Reads a workbook's rows as a stream; the shared strings are held, the sheet is not.
import type { Book, Cell, SheetRow } from '../ports/workbook.ts';
import { cellOf, type CellContext } from './cell-value.ts';
import type { CellPicture } from '../domain/row-pictures.ts';
import type { Package } from './package.ts';
import { decodedText } from './part-encoding.ts';
import { readPicture, readPictures } from './pictures.ts';
import { readSharedStrings } from './shared-strings.ts';
import { SheetParser, isHiddenRow } from './sheet-parser.ts';
import { readStyles } from './styles.ts';
import { findWorksheet, sheetMissing, type WorkbookStructure } from './workbook-part.ts';
import { partError } from './xml.ts';
import type { ZipEntry } from './zip-directory.ts';

/** What a book on disk is made of. */
export interface OpenedFile {
  readonly path: string;
  readonly sha256: string;
  readonly pkg: Package;
  readonly structure: WorkbookStructure;
  close(): Promise<void>;
}

/** The file as a Book of the port. */
export function bookOf(file: OpenedFile): Book {
  const { pkg, structure } = file;
  let context: Promise<CellContext> | undefined;
  const pictures = new Map<string, readonly CellPicture[]>();
  const worksheetOf = (sheet: string) => {
    const worksheet = findWorksheet(structure, sheet);
    if (worksheet === undefined) throw sheetMissing(structure, sheet);
    return worksheet;
  };
  return {
    path: file.path,
    sha256: file.sha256,
    sheets: structure.worksheets.map(({ name, visible }) => ({ name, visible })),
    async *rows(sheet, signal) {
      const entry = pkg.part(worksheetOf(sheet).part);
      context ??= readContext(pkg, structure);
      yield* rowsOf(pkg, entry, await context, signal);
    },
    async pictures(sheet, signal) {
      const { part } = worksheetOf(sheet);
      const found = pictures.get(part) ?? (await readPictures(pkg, structure, part, signal));
      pictures.set(part, found);
      return found;
    },
    readPicture: (picture, name, signal) => readPicture(pkg, picture, name, signal),
    close: () => file.close(),
  };
}

async function readContext(pkg: Package, structure: WorkbookStructure): Promise<CellContext> {
  const strings = await readSharedStrings(pkg, structure.sharedStringsPart);
  const styles = await readStyles(pkg, structure.stylesPart);
  return { sharedString: (index) => strings[index], styles, from1904: structure.from1904 };
}

async function* rowsOf(
  pkg: Package,
  entry: ZipEntry,
  context: CellContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<SheetRow> {
  let ready: SheetRow[] = [];
  let cells = new Map<number, Cell>();
  let hidden = false;
  const parser = new SheetParser({
    row: (_, attributes) => {
      hidden = isHiddenRow(attributes);
    },
    cell: (raw) => {
      const cell = cellOf(raw, context);
      if (cell.text !== '' || cell.formula !== undefined || cell.rich) cells.set(raw.column, cell);
    },
    rowEnd: (number) => {
      if (cells.size === 0) return;
      ready.push({ number, cells, hidden });
      cells = new Map();
    },
  });
  try {
    for await (const text of decodedText(pkg.chunks(entry, signal))) {
      parser.write(text);
      yield* ready;
      ready = [];
    }
    parser.close();
  } catch (cause) {
    throw partError(pkg, entry, cause);
  }
  yield* ready;
}
