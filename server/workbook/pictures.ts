// The pictures of a sheet by cell: Excel's and WPS's pictures in cells, and those that float over it.
import type { CellPicture, EmbeddedPicture } from '../domain/row-pictures.ts';
import { RowscribeError } from '../errors.ts';
import { readDrawnPictures, rowOf, type DrawnPicture } from './drawn-pictures.ts';
import { unlessBroken } from './embedded-pictures.ts';
import type { Package } from './package.ts';
import { decodedText } from './part-encoding.ts';
import { readRichPictures } from './rich-pictures.ts';
import { SheetParser, isHiddenRow, type RawCell } from './sheet-parser.ts';
import type { WorkbookStructure } from './workbook-part.ts';
import { readWpsPictures, wpsPictureId } from './wps-pictures.ts';
import { partError, type Attributes } from './xml.ts';

/** Height in points of a row of which nothing else is said. */
const ROW_HEIGHT = 15;

/** The pictures of a sheet part, by row, then as stored. A workbook without pictures costs no pass over the sheet. */
export async function readPictures(
  pkg: Package,
  structure: WorkbookStructure,
  sheetPart: string,
  signal?: AbortSignal,
): Promise<readonly CellPicture[]> {
  const links = await pkg.relationships(structure.part, signal);
  const rich = await unlessBroken(readRichPictures(pkg, links, signal), undefined);
  const wps = await unlessBroken(readWpsPictures(pkg, structure.part, links, signal), undefined);
  const drawn = await readDrawnPictures(pkg, sheetPart, signal);
  if (rich === undefined && wps === undefined && drawn.length === 0) return [];
  const pictureOf = ({ richValue, formula }: RawCell): EmbeddedPicture | undefined => {
    const id = formula === undefined ? undefined : wpsPictureId(formula.text);
    return (richValue === undefined ? undefined : rich?.(richValue)) ?? (id === undefined ? undefined : wps?.get(id));
  };
  const heights = new RowHeights(drawn.length > 0);
  const found: CellPicture[] = [];
  const parser = new SheetParser({
    around: (name, attributes) => heights.around(name, attributes),
    row: (number, attributes) => heights.row(number, attributes),
    cell: (cell, row) => {
      const picture = pictureOf(cell);
      if (picture !== undefined) found.push({ row, column: cell.column, place: 'in-cell', picture });
    },
  });
  const lastRow = rich === undefined && wps === undefined ? lastRowOf(drawn) : Number.POSITIVE_INFINITY;
  await parseSheet(pkg, sheetPart, parser, () => heights.lastRow > lastRow, signal);
  found.push(...drawn.map((one) => floating(one, heights)));
  return found.toSorted((a, b) => a.row - b.row);
}

/** The last row, 1-based, whose height matters. */
const lastRowOf = (drawn: readonly DrawnPicture[]) =>
  drawn.reduce((last, { firstRow }) => Math.max(last, firstRow + 2), 0);

async function parseSheet(
  pkg: Package,
  part: string,
  parser: SheetParser,
  isEnough: () => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const entry = pkg.part(part);
  try {
    for await (const text of decodedText(pkg.chunks(entry, signal))) {
      parser.write(text);
      if (isEnough()) return;
    }
    parser.close();
  } catch (cause) {
    throw partError(pkg, entry, cause);
  }
}

/** Heights of rows in points; nothing is kept where nothing floats. */
class RowHeights {
  lastRow = 0;
  readonly #isNeeded: boolean;
  readonly #heights = new Map<number, number>();
  #usual = ROW_HEIGHT;

  constructor(isNeeded: boolean) {
    this.#isNeeded = isNeeded;
  }

  around(name: string, attributes: Attributes): void {
    const usual = name === 'sheetFormatPr' ? Number(attributes['defaultRowHeight']) : Number.NaN;
    if (usual > 0) this.#usual = usual;
  }

  row(number: number, attributes: Attributes): void {
    this.lastRow = number;
    if (!this.#isNeeded) return;
    const height = isHiddenRow(attributes) ? 0 : Number(attributes['ht']);
    if (height >= 0) this.#heights.set(number, height);
  }

  of(row: number): number {
    return this.#heights.get(row) ?? this.#usual;
  }
}

function floating(drawn: DrawnPicture, heights: RowHeights): CellPicture {
  const row = rowOf(drawn, (number) => heights.of(number));
  return { row, column: drawn.column, place: 'floating', picture: drawn.picture };
}

/**
 * The bytes of a picture that was listed in this or an earlier version of the file. Errors: `picture-missing`,
 * `picture-too-large`, `workbook-unreadable`.
 */
export async function readPicture(
  pkg: Package,
  { part, crc32, sizeBytes }: EmbeddedPicture,
  name: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { pictureBytesMax } = pkg.limits;
  if (sizeBytes > pictureBytesMax) {
    const facts = { megabytes: megabytes(sizeBytes), megabytesMax: megabytes(pictureBytesMax) };
    throw new RowscribeError('picture-too-large', { path: name, ...facts });
  }
  const named = pkg.find(part);
  const candidates = named === undefined ? pkg.directory.entries : [named, ...pkg.directory.entries];
  const entry = candidates.find((one) => one.crc32 === crc32 && one.inflatedBytes === sizeBytes);
  if (entry === undefined) throw new RowscribeError('picture-missing', { path: name });
  return pkg.bytes(entry, signal);
}

/** For people: with one decimal, never less than it is. */
const megabytes = (bytes: number): number => Math.ceil((bytes / 2 ** 20) * 10) / 10;
