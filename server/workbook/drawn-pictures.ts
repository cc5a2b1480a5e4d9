// Pictures that float over a sheet: which drawings it has, and where each picture is anchored.
import type { EmbeddedPicture } from '../domain/row-pictures.ts';
import { parsePart, picturesById, unlessBroken, type PictureById } from './embedded-pictures.ts';
import type { Package } from './package.ts';
import { isTrue, relationshipId, type Attributes, type XmlHandlers } from './xml.ts';

/** English Metric Units in a point, the unit of row heights. */
const EMU_PER_POINT = 12_700;

/** A picture and the rows it may reach over: all 0-based, offsets in points from the top of their row. */
export interface DrawnPicture {
  readonly picture: EmbeddedPicture;
  readonly column: number;
  readonly firstRow: number;
  readonly firstOffset: number;
  /** Where it ends: in a row, or after a height in points; neither is known of a picture that has no usable anchor. */
  readonly end: { readonly row: number; readonly offset: number } | { readonly height: number };
}

/** The floating pictures of a sheet, in the order of its drawings. A broken drawing has none. */
export async function readDrawnPictures(
  pkg: Package,
  sheetPart: string,
  signal?: AbortSignal,
): Promise<readonly DrawnPicture[]> {
  const links = await unlessBroken(pkg.relationships(sheetPart, signal), []);
  const found: DrawnPicture[] = [];
  for (const { kind, part } of links) {
    if (kind !== 'drawing' || part === undefined || pkg.find(part) === undefined) continue;
    found.push(...(await unlessBroken(readDrawing(pkg, part, signal), [])));
  }
  return found;
}

async function readDrawing(pkg: Package, part: string, signal?: AbortSignal): Promise<DrawnPicture[]> {
  const reader = new DrawingReader(await picturesById(pkg, part, signal));
  await parsePart(pkg, part, reader, signal);
  return reader.found;
}

type Corner = Record<'col' | 'row' | 'rowOff', string>;

class DrawingReader implements XmlHandlers {
  readonly found: DrawnPicture[] = [];
  readonly #pictureOf: PictureById;
  #from: Corner | undefined;
  #to: Corner | undefined;
  #heightEmu: number | undefined;
  #pictures: EmbeddedPicture[] = [];
  #corner: Corner | undefined;
  #field: keyof Corner | undefined;
  /** Depth of the picture or of the stand-in for newer drawings that is being read. */
  #pictureDepth = 0;
  #fallbackDepth = 0;
  #isHidden = false;

  constructor(pictureOf: PictureById) {
    this.#pictureOf = pictureOf;
  }

  open(name: string, attributes: Attributes, depth: number): void {
    if (depth === 2) this.#begin();
    if (name === 'from' && depth === 3) this.#corner = this.#from = { col: '', row: '', rowOff: '' };
    if (name === 'to' && depth === 3) this.#corner = this.#to = { col: '', row: '', rowOff: '' };
    if (name === 'ext' && depth === 3) this.#heightEmu = Number(attributes['cy']);
    if (this.#corner !== undefined && depth === 4 && (name === 'col' || name === 'row' || name === 'rowOff')) {
      this.#field = name;
    }
    if (name === 'Fallback' && this.#fallbackDepth === 0) this.#fallbackDepth = depth;
    if (name === 'pic' && this.#pictureDepth === 0) {
      this.#pictureDepth = depth;
      this.#isHidden = false;
    }
    if (this.#pictureDepth > 0) this.#inPicture(name, attributes);
  }

  text(text: string): void {
    if (this.#corner !== undefined && this.#field !== undefined) this.#corner[this.#field] += text;
  }

  close(name: string, depth: number): void {
    this.#field = undefined;
    if (depth === 3 && (name === 'from' || name === 'to')) this.#corner = undefined;
    if (depth === this.#pictureDepth) this.#pictureDepth = 0;
    if (depth === this.#fallbackDepth) this.#fallbackDepth = 0;
    if (depth === 2) this.#end();
  }

  #begin(): void {
    this.#from = this.#to = this.#corner = this.#heightEmu = undefined;
    this.#pictures = [];
  }

  #inPicture(name: string, attributes: Attributes): void {
    if (name === 'cNvPr') this.#isHidden = isTrue(attributes['hidden']);
    if (name !== 'blip' || this.#isHidden || this.#fallbackDepth > 0) return;
    const picture = this.#pictureOf(relationshipId(attributes, 'embed'));
    if (picture !== undefined) this.#pictures.push(picture);
  }

  #end(): void {
    const from = this.#from === undefined ? undefined : numbersOf(this.#from);
    if (from === undefined) return;
    const to = this.#to === undefined ? undefined : numbersOf(this.#to);
    const height = Math.max(0, this.#heightEmu ?? 0) / EMU_PER_POINT;
    const end = to === undefined ? { height: Number.isFinite(height) ? height : 0 } : to;
    for (const picture of this.#pictures) {
      this.found.push({ picture, column: from.column, firstRow: from.row, firstOffset: from.offset, end });
    }
  }
}

function numbersOf({ col, row, rowOff }: Corner): { column: number; row: number; offset: number } | undefined {
  const [column, rowIndex, offset] = [Number(col), Number(row), Number(rowOff) / EMU_PER_POINT];
  const isPlace = [column, rowIndex].every((one) => Number.isInteger(one) && one >= 0) && col !== '' && row !== '';
  return isPlace ? { column, row: rowIndex, offset: Number.isFinite(offset) ? Math.max(0, offset) : 0 } : undefined;
}

/**
 * The row, 1-based, that a picture belongs to: the one it begins in; but one that was dragged may begin in the lower half
 * of the row above and have more of itself in the next. `heightOf` gives the height of a 1-based row in points.
 */
export function rowOf({ firstRow, firstOffset, end }: DrawnPicture, heightOf: (row: number) => number): number {
  const first = firstRow + 1;
  const height = heightOf(first);
  const rest = height - firstOffset;
  if (rest >= height / 2) return first;
  const inNext = 'height' in end ? end.height - rest : beyond(end, first, heightOf);
  return Math.min(inNext, heightOf(first + 1)) > rest ? first + 1 : first;
}

/** How far a picture reaches into the row of a 0-based index. */
function beyond(end: { row: number; offset: number }, index: number, heightOf: (row: number) => number): number {
  return end.row > index ? heightOf(index + 1) : end.row === index ? end.offset : 0;
}
