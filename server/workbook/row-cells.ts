// One stored row, cut into its cells on its bytes, and put together again with some of them replaced.
import { columnLetters, parseAddress } from '../domain/cell-address.ts';
import { both } from '../domain/language.ts';
import { ATTRIBUTES, attributeOf, escaped } from './markup.ts';
import { SheetFault } from './sheet-splitter.ts';

/** The texts of `before`, all cells' `text` and `after` together are the row. */
export interface RowCells {
  /** White space and the row's start tag, in its form with an end tag. */
  readonly before: string;
  readonly cells: readonly StoredCell[];
  /** What follows the last cell, with the end tag. */
  readonly after: string;
}

export interface StoredCell {
  readonly column: number;
  /** With the white space before it. */
  readonly text: string;
  /** The attributes of its start tag, as they stand there. */
  readonly attributes: string;
}

/** Cuts rows of one sheet, whose elements have `prefix` ("" or "x:"). */
export class RowCutter {
  readonly #prefix: string;
  readonly #rowTag: RegExp;
  readonly #cellTag: RegExp;
  readonly #cellEnd: RegExp;
  readonly #restStart: RegExp;

  constructor(prefix: string) {
    const name = escaped(prefix);
    this.#prefix = prefix;
    this.#rowTag = new RegExp(`\\s*<${name}row(${ATTRIBUTES})\\s*(/?)>`, 'y');
    this.#cellTag = new RegExp(`\\s*<${name}c(${ATTRIBUTES})\\s*(/?)>`, 'y');
    this.#cellEnd = new RegExp(`</${name}c\\s*>`, 'g');
    this.#restStart = new RegExp(`\\s*<(?:/${name}row\\s*>|${name}extLst[\\s/>])`, 'y');
  }

  /** Errors: SheetFault when the row holds what must not be edited around. */
  cut(row: string, number: number): RowCells {
    this.#rowTag.lastIndex = 0;
    const tag = this.#rowTag.exec(row);
    if (tag === null) throw new SheetFault(both(`第 ${number} 行的写法不寻常`, `its row ${number} is unusual`));
    if (tag[2] === '/') {
      const before = row.replace(/\s*\/>$/, '>');
      return { before, cells: [], after: `</${this.#prefix}row>` };
    }
    const cells: StoredCell[] = [];
    let at = this.#rowTag.lastIndex;
    for (let cell = this.#next(row, at, number); cell !== undefined; cell = this.#next(row, at, number)) {
      const column = columnOf(cell.attributes, cells.at(-1)?.column ?? -1, number);
      cells.push({ column, text: row.slice(at, cell.end), attributes: cell.attributes });
      at = cell.end;
    }
    return { before: tag[0], cells, after: row.slice(at) };
  }

  #next(row: string, at: number, number: number): { attributes: string; end: number } | undefined {
    this.#cellTag.lastIndex = at;
    const tag = this.#cellTag.exec(row);
    if (tag === null) {
      this.#restStart.lastIndex = at;
      if (this.#restStart.test(row)) return undefined;
      throw new SheetFault(both(`第 ${number} 行中不只有单元格`, `its row ${number} holds more than cells`));
    }
    const attributes = tag[1] ?? '';
    if (tag[2] === '/') return { attributes, end: this.#cellTag.lastIndex };
    this.#cellEnd.lastIndex = this.#cellTag.lastIndex;
    if (this.#cellEnd.exec(row) === null)
      throw new SheetFault(both(`第 ${number} 行的写法不寻常`, `its row ${number} is unusual`));
    return { attributes, end: this.#cellEnd.lastIndex };
  }
}

function columnOf(attributes: string, previous: number, row: number): number {
  const named = attributeOf(attributes, 'r');
  if (named === undefined) return previous + 1;
  const position = parseAddress(named);
  if (position === undefined || position.row !== row) {
    throw new SheetFault(both(`第 ${row} 行中有单元格 ${named}`, `row ${row} holds a cell ${named}`));
  }
  if (position.column <= previous) {
    throw new SheetFault(both(`第 ${row} 行的单元格顺序有误`, `the cells of its row ${row} are out of order`));
  }
  return position.column;
}

/** What a cell shall hold: its `t` attribute and its content. Both are undefined for an empty cell. */
export interface CellContent {
  readonly type: string | undefined;
  readonly inner: string | undefined;
}

/** The text of a cell that keeps its place and format and holds new content. */
export function replacedCell(cell: StoredCell, row: number, prefix: string, content: CellContent): string {
  const kept = cell.attributes.replace(/\s(?:t|cm|vm|ph)\s*=\s*(?:"[^"]*"|'[^']*')/g, '');
  const placed = attributeOf(kept, 'r') === undefined ? ` r="${columnLetters(cell.column)}${row}"${kept}` : kept;
  return cellText(placed, prefix, content);
}

/** The text of a cell where there was none. Style 0 is the default and is not written. */
export function newCell(column: number, row: number, style: number, prefix: string, content: CellContent): string {
  const styled = style === 0 ? '' : ` s="${style}"`;
  return cellText(` r="${columnLetters(column)}${row}"${styled}`, prefix, content);
}

function cellText(attributes: string, prefix: string, { type, inner }: CellContent): string {
  if (inner === undefined) return `<${prefix}c${attributes}/>`;
  const typed = type === undefined ? attributes : `${attributes} t="${type}"`;
  return `<${prefix}c${typed}>${inner}</${prefix}c>`;
}

/** The row's start with `spans`, if it has them, widened to the given columns (0-based). */
export function widenSpans(before: string, firstColumn: number, lastColumn: number): string {
  const spans = attributeOf(before, 'spans');
  const bounds = spans?.match(/\d+/g)?.map(Number);
  if (spans === undefined || bounds === undefined || bounds.length < 2) return before;
  const low = Math.min(...bounds, firstColumn + 1);
  const high = Math.max(...bounds, lastColumn + 1);
  if (low === Math.min(...bounds) && high === Math.max(...bounds)) return before;
  return before.replace(/(\sspans\s*=\s*)(?:"[^"]*"|'[^']*')/, `$1"${low}:${high}"`);
}
