// One pass over a worksheet part: everything that decides whether and how its target cells can be written.
import { crc32 } from 'node:zlib';
import { areaHolds, parseArea, type Area } from '../domain/cell-address.ts';
import { both } from '../domain/language.ts';
import type { SheetTargets, TargetEdit } from './edits.ts';
import { attributeOf, escaped } from './markup.ts';
import type { Package } from './package.ts';
import { PartFault, decoderFor, encodingOf, type EditableAs } from './part-encoding.ts';
import { RowCutter } from './row-cells.ts';
import { SheetParser, type RawCell } from './sheet-parser.ts';
import { SheetFault, SheetSplitter, type SheetPiece } from './sheet-splitter.ts';
import { isTrue, type Attributes } from './xml.ts';
import type { ZipEntry } from './zip-directory.ts';

/** What a pass found out. Only target rows were parsed; the others were passed by as bytes. */
export interface SheetSurvey {
  readonly editableAs: EditableAs;
  /** The prefix of the sheet's elements, with its colon. */
  readonly prefix: string;
  /** The used area as the sheet states it. */
  readonly dimension: Area | undefined;
  readonly isProtected: boolean;
  readonly hasFormulas: boolean;
  /** The stored cells that are targets. */
  readonly cells: ReadonlyMap<TargetEdit, RawCell>;
  /** The style that a new cell would take: its row's, else its column's, else 0. */
  styleAt(target: TargetEdit): number;
  /** Targets inside a merged area that are not its first cell. */
  readonly merged: ReadonlySet<TargetEdit>;
  /** Targets inside the area of an array formula or a data table. */
  readonly inArray: ReadonlySet<TargetEdit>;
  /** A checksum over everything but the target cells, the rows' own tags and the head. */
  readonly untouchedCrc: number;
}

const HEAD_BYTES = 4096;

/** Surveys the sheet. Errors: SheetFault; PartFault; `workbook-unreadable`. */
export async function surveySheet(
  pkg: Package,
  entry: ZipEntry,
  targets: SheetTargets,
  signal?: AbortSignal,
): Promise<SheetSurvey> {
  const splitter = new SheetSplitter(pkg.limits.rowBytesMax);
  let survey: Survey | undefined;
  for await (const chunk of pkg.chunks(entry, signal)) {
    survey ??= new Survey(targets, chunk);
    for (const piece of splitter.push(chunk.toString('latin1'))) survey.take(piece);
  }
  splitter.end();
  if (survey === undefined) throw new PartFault(both('工作表为空', 'the sheet is empty'));
  survey.close();
  return survey;
}

class Survey implements SheetSurvey {
  readonly editableAs: EditableAs;
  prefix = '';
  dimension: Area | undefined;
  isProtected = false;
  hasFormulas = false;
  untouchedCrc = 0;
  readonly cells = new Map<TargetEdit, RawCell>();
  readonly merged = new Set<TargetEdit>();
  readonly inArray = new Set<TargetEdit>();
  readonly #targets: SheetTargets;
  readonly #decode: (bytes: Buffer) => string;
  readonly #parser: SheetParser;
  readonly #rowStyles = new Map<number, number>();
  readonly #columnStyles: { first: number; last: number; style: number }[] = [];
  #formula = /$/g;
  #cutter = new RowCutter('');
  #waiting: string[] = [];

  constructor(targets: SheetTargets, start: Buffer) {
    this.#targets = targets;
    this.editableAs = encodingOf(start).editableAs;
    if (this.editableAs === 'not')
      throw new SheetFault(both('工作表的编码不寻常', 'a sheet of it is in an unusual encoding'));
    const decoder = decoderFor(start.subarray(0, HEAD_BYTES));
    this.#decode = (bytes) => decoder.decode(bytes, { stream: true });
    this.#parser = new SheetParser({
      row: (number, attributes) => this.#row(number, attributes),
      cell: (cell, row) => this.#cell(cell, row),
      around: (name, attributes, parent) => this.#around(name, attributes, parent),
    });
  }

  take(piece: SheetPiece): void {
    if (piece.kind === 'row') return this.#takeRow(piece.text, piece.number);
    if (piece.kind === 'head') {
      this.prefix = piece.prefix;
      this.#cutter = new RowCutter(piece.prefix);
      this.#formula = new RegExp(`<${escaped(piece.prefix)}f(\\s[^>]*)?/?>`, 'g');
    } else if (piece.kind === 'tail') {
      this.#countUntouched(piece.text);
    }
    this.#parse(piece.text);
  }

  close(): void {
    this.#flush();
    this.#parser.close();
  }

  styleAt(target: TargetEdit): number {
    const columns = this.#columnStyles.find((one) => target.column >= one.first && target.column <= one.last);
    return this.#rowStyles.get(target.row) ?? columns?.style ?? 0;
  }

  #takeRow(text: string, number: number): void {
    if (text.includes(`<${this.prefix}f`)) this.#findFormulas(text);
    const targets = this.#targets.get(number);
    if (targets === undefined) return this.#countUntouched(text);
    const { cells, after } = this.#cutter.cut(text, number);
    for (const cell of cells) if (!targets.has(cell.column)) this.#countUntouched(cell.text);
    // Without its end tag: a new row has one too.
    this.#countUntouched(after.slice(0, after.lastIndexOf('</')));
    this.#parser.expectRow(number);
    this.#parse(text);
  }

  /** Array formulas and data tables own an area whose other cells show no formula of their own. */
  #findFormulas(text: string): void {
    for (const [, attributes = ''] of text.matchAll(this.#formula)) {
      this.hasFormulas = true;
      const type = attributeOf(attributes, 't');
      const area =
        type === 'array' || type === 'dataTable' ? parseArea(attributeOf(attributes, 'ref') ?? '') : undefined;
      if (area !== undefined) for (const target of targetsIn(this.#targets, area)) this.inArray.add(target);
    }
  }

  /** Untouched text is gathered, so that many short rows cost one checksum. */
  #countUntouched(text: string): void {
    this.#waiting.push(text);
    if (this.#waiting.length >= 256) this.#flush();
  }

  #flush(): void {
    this.untouchedCrc = crc32(Buffer.from(this.#waiting.join(''), 'latin1'), this.untouchedCrc);
    this.#waiting = [];
  }

  #parse(text: string): void {
    this.#parser.write(this.#decode(Buffer.from(text, 'latin1')));
  }

  #row(number: number, attributes: Attributes): void {
    if (isTrue(attributes['customFormat'])) this.#rowStyles.set(number, Number(attributes['s'] ?? 0));
  }

  #cell(cell: RawCell, row: number): void {
    const target = this.#targets.get(row)?.get(cell.column);
    if (target !== undefined) this.cells.set(target, cell);
  }

  #around(name: string, attributes: Attributes, parent: string): void {
    if (name === 'dimension') this.dimension = parseArea(attributes['ref'] ?? '');
    if (name === 'sheetProtection') this.isProtected = isTrue(attributes['sheet']);
    if (name === 'col' && parent === 'cols' && attributes['style'] !== undefined) {
      const [first, last] = [Number(attributes['min']) - 1, Number(attributes['max']) - 1];
      this.#columnStyles.push({ first, last, style: Number(attributes['style']) });
    }
    const area = name === 'mergeCell' ? parseArea(attributes['ref'] ?? '') : undefined;
    if (area === undefined) return;
    for (const target of targetsIn(this.#targets, area)) {
      if (target.row !== area.firstRow || target.column !== area.firstColumn) this.merged.add(target);
    }
  }
}

/** The targets inside an area. */
function targetsIn(targets: SheetTargets, area: Area): TargetEdit[] {
  const found: TargetEdit[] = [];
  const rows = area.lastRow - area.firstRow < targets.size ? rowsOf(targets, area) : targets.values();
  for (const row of rows) {
    for (const target of row.values()) if (areaHolds(area, target)) found.push(target);
  }
  return found;
}

function* rowsOf(targets: SheetTargets, area: Area): Generator<ReadonlyMap<number, TargetEdit>> {
  for (let row = area.firstRow; row <= area.lastRow; row += 1) {
    const targeted = targets.get(row);
    if (targeted !== undefined) yield targeted;
  }
}

/** Whether a worksheet part holds any formula; stops at the first. Errors: `workbook-unreadable`. */
export async function hasFormula(pkg: Package, entry: ZipEntry, signal?: AbortSignal): Promise<boolean> {
  const formula = /<(?:[^\s<>/:"'=!?]{1,60}:)?f[\s/>]/;
  let kept = '';
  for await (const chunk of pkg.chunks(entry, signal)) {
    const text = kept + chunk.toString('latin1');
    if (formula.test(text)) return true;
    kept = text.slice(-64);
  }
  return false;
}
