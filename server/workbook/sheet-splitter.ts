// Cuts a worksheet part into head, rows and tail, on its bytes, so that what is not edited can pass through unread.
import { ROWS_MAX, parseRowNumber } from '../domain/cell-address.ts';
import { both } from '../domain/language.ts';
import { Fault } from './fault.ts';
import { ATTRIBUTES, escaped } from './markup.ts';
import { PartFault, wrongRowNumber } from './part-encoding.ts';

/**
 * One piece of a worksheet part; the texts of all pieces together are the part. Texts are latin1: one unit, one byte.
 *
 * - `head`: up to and with the start tag of the rows' element, which is given alone as `tag`.
 * - `row`: one row with the white space before it.
 * - `close`: the end tag of the rows' element; "" when its start tag closed itself.
 * - `tail`: what follows, in any number of pieces.
 */
export type SheetPiece =
  | { readonly kind: 'head'; readonly text: string; readonly tag: string; readonly prefix: string }
  | { readonly kind: 'row'; readonly text: string; readonly number: number }
  | { readonly kind: 'close'; readonly text: string }
  | { readonly kind: 'tail'; readonly text: string };

/** What cannot be edited without understanding more of the sheet than is safe. */
export class SheetFault extends Fault {}

const DATA_TAG = new RegExp(`<([^\\s<>/:"'=!?]+:)?sheetData${ATTRIBUTES}\\s*/?>`, 'y');
/** The same tag while it is still incomplete. */
const DATA_START = /<(?:[^\s<>/:"'=!?]+:)?sheetData[\s/>]/y;
const ROW_NUMBER = /\sr\s*=\s*["']\s*(\d+)\s*["']/;

/** Fed with latin1 text; gives the pieces that are complete. Errors: SheetFault; PartFault when the part is broken. */
export class SheetSplitter {
  readonly #bytesMax: number;
  #state: 'head' | 'rows' | 'tail' = 'head';
  #pending = '';
  /** Up to where the head was looked at. */
  #scanned = 0;
  #row = 0;
  #rowTag = /$/y;
  #rowClose = '';
  #dataClose = '';

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The pieces that `text` completes. */
  push(text: string): SheetPiece[] {
    const pieces: SheetPiece[] = [];
    this.#pending += text;
    if (this.#state === 'head') this.#takeHead(pieces);
    if (this.#state === 'rows') this.#takeRows(pieces);
    if (this.#state === 'tail') this.#takeTail(pieces);
    if (this.#pending.length > this.#bytesMax) throw new SheetFault(both('有一行过大', 'a row of it is too large'));
    return pieces;
  }

  /** Called when the part has ended. */
  end(): void {
    if (this.#state === 'head') throw new SheetFault(both('工作表中没有放置行的位置', 'a sheet has no place for rows'));
    if (this.#state === 'rows') throw new PartFault(both('工作表不完整', 'the sheet is cut off'));
  }

  #takeHead(pieces: SheetPiece[]): void {
    const text = this.#pending;
    while (this.#state === 'head') {
      const start = text.indexOf('<', this.#scanned);
      this.#scanned = start < 0 ? text.length : start;
      DATA_TAG.lastIndex = this.#scanned;
      const tag = DATA_TAG.exec(text);
      if (tag !== null) return this.#endHead(pieces, tag[0], tag[1] ?? '');
      DATA_START.lastIndex = this.#scanned;
      const end = start < 0 || DATA_START.test(text) ? -1 : markupEnd(text, start);
      if (end < 0) return;
      this.#scanned = end;
    }
  }

  #endHead(pieces: SheetPiece[], tag: string, prefix: string): void {
    const end = this.#scanned + tag.length;
    pieces.push({ kind: 'head', text: this.#pending.slice(0, end), tag, prefix });
    this.#pending = this.#pending.slice(end);
    this.#state = tag.endsWith('/>') ? 'tail' : 'rows';
    if (this.#state === 'tail') pieces.push({ kind: 'close', text: '' });
    this.#prepare(prefix);
  }

  #prepare(prefix: string): void {
    const name = escaped(`${prefix}row`);
    this.#rowTag = new RegExp(`<${name}${ATTRIBUTES}\\s*(/?)>`, 'y');
    this.#rowClose = `</${prefix}row`;
    this.#dataClose = `</${prefix}sheetData`;
  }

  #takeRows(pieces: SheetPiece[]): void {
    const text = this.#pending;
    const mark = firstMark(text);
    let from = 0;
    for (;;) {
      const start = afterWhiteSpace(text, from);
      if (text.startsWith(this.#dataClose, start)) {
        from = this.#close(pieces, text, from);
        break;
      }
      const end = this.#rowEnd(text, start, mark);
      if (end === undefined) break;
      pieces.push({ kind: 'row', text: text.slice(from, end.at), number: this.#numberOf(end.tag) });
      from = end.at;
    }
    this.#pending = text.slice(from);
  }

  /** White space before the end tag goes with it. Gives where the tail begins, or `from` while the tag is incomplete. */
  #close(pieces: SheetPiece[], text: string, from: number): number {
    const end = text.indexOf('>', from) + 1;
    if (end === 0) return from;
    pieces.push({ kind: 'close', text: text.slice(from, end) });
    this.#state = 'tail';
    return end;
  }

  /** Where the row that begins at `start` ends; undefined when more text is needed to say. */
  #rowEnd(text: string, start: number, mark: number): { at: number; tag: string } | undefined {
    this.#rowTag.lastIndex = start;
    const tag = this.#rowTag.exec(text);
    if (tag === null) {
      this.#checkStart(text, start);
      return undefined;
    }
    const tagEnd = start + tag[0].length;
    if (tag[1] === '/') return { at: tagEnd, tag: tag[0] };
    const close = text.indexOf(this.#rowClose, tagEnd);
    const at = close < 0 ? -1 : text.indexOf('>', close);
    if (at < 0) return undefined;
    if (text.slice(close + this.#rowClose.length, at).trim() !== '') {
      throw new SheetFault(both('有一行的写法不寻常', 'a row of it is unusual'));
    }
    if (mark < close) throw new SheetFault(both('行内有注释或 CDATA', 'comments or CDATA stand inside its rows'));
    return { at: at + 1, tag: tag[0] };
  }

  /** Between rows nothing may stand but a row; what is still incomplete is left to the next piece of text. */
  #checkStart(text: string, start: number): void {
    const begin = text.slice(start, start + this.#dataClose.length + 1);
    const rowBegin = `<${this.#rowClose.slice(2)}`;
    const after = begin.charAt(rowBegin.length);
    const couldBeRow = rowBegin.startsWith(begin) || (begin.startsWith(rowBegin) && /^[\s/>]?$/.test(after));
    if (couldBeRow || this.#dataClose.startsWith(begin)) return;
    throw new SheetFault(
      begin.startsWith('<!')
        ? both('行与行之间有注释', 'comments stand between its rows')
        : both('行与行之间有其他内容', 'something other than rows stands between its rows'),
    );
  }

  #numberOf(tag: string): number {
    const named = ROW_NUMBER.exec(tag)?.[1];
    const number = named === undefined ? this.#row + 1 : parseRowNumber(named);
    if (number === undefined || number > ROWS_MAX) throw wrongRowNumber(named);
    if (number <= this.#row)
      throw new SheetFault(both(`第 ${number} 行的顺序有误`, `its rows are out of order at row ${number}`));
    this.#row = number;
    return number;
  }

  #takeTail(pieces: SheetPiece[]): void {
    if (this.#pending !== '') pieces.push({ kind: 'tail', text: this.#pending });
    this.#pending = '';
  }
}

/** Where the tag, comment or section that begins at `start` ends; -1 when more text is needed to say. */
function markupEnd(text: string, start: number): number {
  if (start + 9 > text.length) return -1;
  const close = text.startsWith('<!--', start) ? '-->' : text.startsWith('<![CDATA[', start) ? ']]>' : '>';
  const end = text.indexOf(close, start + 1);
  return end < 0 ? -1 : end + close.length;
}

function afterWhiteSpace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) break;
  }
  return at;
}

/** Where the first comment, CDATA section or processing instruction begins: each could hide tags from a scanner. */
function firstMark(text: string): number {
  const first = ['!', '?'].map((mark) => {
    let at = text.indexOf(mark);
    while (at > 0 && text.charCodeAt(at - 1) !== 0x3c) at = text.indexOf(mark, at + 1);
    return at < 0 ? text.length : at;
  });
  return Math.min(...first);
}
