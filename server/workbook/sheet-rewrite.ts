// Rewrites a worksheet part as a stream: written cells are put in, all other bytes pass through.
import { formatArea, type Area } from '../domain/cell-address.ts';
import { encodeCellText } from './cell-text.ts';
import type { CellWrite } from './decide.ts';
import { ATTRIBUTES, escaped, spliced, withoutComments } from './markup.ts';
import { RowCutter, newCell, replacedCell, widenSpans, type CellContent } from './row-cells.ts';
import type { SheetSurvey } from './sheet-survey.ts';
import { SheetSplitter, type SheetPiece } from './sheet-splitter.ts';

const OUT_UNITS = 64 * 1024;

/**
 * The new content of a worksheet part.
 *
 * @param chunks the present content
 * @param writes cells of this sheet, each once; a write of null to a cell that is not stored must be left out
 */
export async function* rewriteSheet(
  chunks: AsyncIterable<Buffer>,
  survey: SheetSurvey,
  writes: readonly CellWrite[],
  rowBytesMax: number,
): AsyncGenerator<Buffer> {
  const splitter = new SheetSplitter(rowBytesMax);
  const rewriter = new Rewriter(survey, writes);
  let texts: string[] = [];
  let units = 0;
  for await (const chunk of chunks) {
    for (const piece of splitter.push(chunk.toString('latin1'))) {
      const text = rewriter.rewrite(piece);
      texts.push(text);
      units += text.length;
      if (units < OUT_UNITS) continue;
      yield Buffer.from(texts.join(''), 'latin1');
      texts = [];
      units = 0;
    }
  }
  splitter.end();
  yield Buffer.from(texts.join(''), 'latin1');
}

interface RowWrites {
  readonly row: number;
  /** By ascending column. */
  readonly writes: readonly CellWrite[];
}

class Rewriter {
  readonly #survey: SheetSurvey;
  readonly #cutter: RowCutter;
  readonly #all: readonly CellWrite[];
  /** By ascending row. */
  readonly #rows: readonly RowWrites[];
  /** The first of them not yet reached. */
  #next = 0;
  #closeTag = '';

  constructor(survey: SheetSurvey, writes: readonly CellWrite[]) {
    this.#survey = survey;
    this.#cutter = new RowCutter(survey.prefix);
    this.#all = writes;
    const byRow = groupByRow(writes);
    this.#rows = [...byRow]
      .map(([row, some]) => ({ row, writes: some.toSorted((a, b) => a.target.column - b.target.column) }))
      .toSorted((a, b) => a.row - b.row);
  }

  rewrite(piece: SheetPiece): string {
    if (piece.kind === 'head') return this.#head(piece.text, piece.tag, piece.prefix);
    if (piece.kind === 'tail') return piece.text;
    if (piece.kind === 'close') return this.#newRows(Infinity) + (piece.text === '' ? this.#closeTag : piece.text);
    const before = this.#newRows(piece.number);
    const here = this.#rows[this.#next];
    if (here?.row !== piece.number) return before === '' ? piece.text : before + piece.text;
    this.#next += 1;
    return before + this.#row(piece.text, piece.number, here.writes);
  }

  /** A sheet without rows has one empty element in their place; it is opened here and closed before the tail. */
  #head(text: string, tag: string, prefix: string): string {
    const widened = this.#withDimension(text);
    if (!tag.endsWith('/>')) return widened;
    this.#closeTag = `</${prefix}sheetData>`;
    return widened.replace(/\s*\/>$/, '>');
  }

  #withDimension(head: string): string {
    const { dimension, prefix } = this.#survey;
    if (dimension === undefined) return head;
    const wide = this.#all.reduce(widened, dimension);
    if (wide === dimension) return head;
    const tag = new RegExp(`<${escaped(prefix)}dimension${ATTRIBUTES}\\s*/?>`).exec(withoutComments(head));
    if (tag === null) return head;
    const stated = tag[0].replace(/(\sref\s*=\s*)(?:"[^"]*"|'[^']*')/, `$1"${formatArea(wide)}"`);
    return spliced(head, tag.index, tag[0].length, stated);
  }

  #newRows(before: number): string {
    let text = '';
    const { prefix } = this.#survey;
    for (let next = this.#rows[this.#next]; next !== undefined && next.row < before; next = this.#rows[this.#next]) {
      this.#next += 1;
      const cells = next.writes.map((write) => this.#newCell(write)).join('');
      text += `<${prefix}row r="${next.row}">${cells}</${prefix}row>`;
    }
    return text;
  }

  #row(text: string, row: number, writes: readonly CellWrite[]): string {
    const { before, cells, after } = this.#cutter.cut(text, row);
    const queue = [...writes];
    let content = '';
    for (const cell of cells) {
      while (queue[0] !== undefined && queue[0].target.column < cell.column) content += this.#shiftNew(queue);
      const write = queue[0]?.target.column === cell.column ? queue.shift() : undefined;
      content += write === undefined ? cell.text : replacedCell(cell, row, this.#survey.prefix, this.#contentOf(write));
    }
    while (queue.length > 0) content += this.#shiftNew(queue);
    const columns = writes.map((write) => write.target.column);
    return widenSpans(before, Math.min(...columns), Math.max(...columns)) + content + after;
  }

  #shiftNew(queue: CellWrite[]): string {
    const write = queue.shift();
    return write === undefined ? '' : this.#newCell(write);
  }

  #newCell(write: CellWrite): string {
    const { row, column } = write.target;
    return newCell(column, row, write.style, this.#survey.prefix, this.#contentOf(write));
  }

  #contentOf({ target: { value } }: CellWrite): CellContent {
    const { prefix, editableAs } = this.#survey;
    if (value === null) return { type: undefined, inner: undefined };
    if (typeof value === 'number') return { type: undefined, inner: `<${prefix}v>${value}</${prefix}v>` };
    if (typeof value === 'boolean') return { type: 'b', inner: `<${prefix}v>${value ? 1 : 0}</${prefix}v>` };
    const text = asBytes(encodeCellText(value), editableAs === 'ascii');
    const inner = `<${prefix}is><${prefix}t xml:space="preserve">${text}</${prefix}t></${prefix}is>`;
    return { type: 'inlineStr', inner };
  }
}

function groupByRow(writes: readonly CellWrite[]): Map<number, CellWrite[]> {
  const rows = new Map<number, CellWrite[]>();
  for (const write of writes) rows.set(write.target.row, [...(rows.get(write.target.row) ?? []), write]);
  return rows;
}

function widened(area: Area, { target: { value, row, column } }: CellWrite): Area {
  const inside = row >= area.firstRow && row <= area.lastRow && column >= area.firstColumn && column <= area.lastColumn;
  if (value === null || inside) return area;
  return {
    firstRow: Math.min(area.firstRow, row),
    lastRow: Math.max(area.lastRow, row),
    firstColumn: Math.min(area.firstColumn, column),
    lastColumn: Math.max(area.lastColumn, column),
  };
}

/** UTF-8 bytes as latin1 text; in a part of a smaller encoding, references instead. */
function asBytes(text: string, ascii: boolean): string {
  if (!ascii) return Buffer.from(text, 'utf8').toString('latin1');
  return text.replace(/[^\0-\x7f]/gu, (one) => `&#${one.codePointAt(0) ?? 0xfffd};`);
}
