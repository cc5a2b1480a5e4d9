// Rows as most programs write them, taken apart without an XML parser; whatever is not as plain is left to that.
import { parseRowNumber } from '../domain/cell-address.ts';
import type { RawCell } from './sheet-parser.ts';
import type { Attributes } from './xml.ts';

export interface PlainRow {
  readonly number: number;
  readonly attributes: Attributes;
  readonly cells: readonly RawCell[];
  /** Where the text after the row begins. */
  readonly end: number;
}

/** No references, no line ends that XML would change, nothing that XML forbids or that could be part of such. */
const TEXT = String.raw`[^<&\]\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*`;
const ROW = /[ \n\t]*<row((?: [A-Za-z][\w:]*="[\w.:, -]*")*)>/y;
const ATTRIBUTE = / ([A-Za-z][\w:]*)="([^"]*)"/g;
const CELL = new RegExp(
  String.raw`<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="(\d{1,9})")?(?: t="([A-Za-z]+)")?(?:/>|>` +
    String.raw`(?:<v>(${TEXT})</v>|<is><t(?: xml:space="preserve")?>(${TEXT})</t></is>)?</c>)`,
  'y',
);
const ROW_END = '</row>';

/** The row that begins at `from`, after white space; undefined when it is not plain or not whole. */
export function plainRow(text: string, from: number): PlainRow | undefined {
  ROW.lastIndex = from;
  const tag = ROW.exec(text);
  if (tag === null) return undefined;
  const attributes = attributesOf(tag[1] ?? '');
  const named = attributes?.['r'];
  const number = named === undefined ? undefined : parseRowNumber(named);
  if (attributes === undefined || named === undefined || number === undefined) return undefined;
  const cells: RawCell[] = [];
  let at = ROW.lastIndex;
  while (!text.startsWith(ROW_END, at)) {
    CELL.lastIndex = at;
    const found = CELL.exec(text);
    const cell = found === null ? undefined : cellOf(found, named);
    if (cell === undefined) return undefined;
    cells.push(cell);
    at = CELL.lastIndex;
  }
  return { number, attributes, cells, end: at + ROW_END.length };
}

/** undefined when one is named twice. */
function attributesOf(text: string): Attributes | undefined {
  const attributes: Record<string, string> = {};
  let count = 0;
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    attributes[name] = value;
    count += 1;
  }
  return Object.keys(attributes).length === count ? attributes : undefined;
}

function cellOf(found: RegExpExecArray, row: string): RawCell | undefined {
  const [, letters = '', digits, style, type = 'n', value, inline] = found;
  const column = columnOf(letters);
  // What is stored in another place than its type says is for the parser to understand.
  const isPlaced = type === 'inlineStr' ? value === undefined : inline === undefined;
  if (column === undefined || digits !== row || !isPlaced) return undefined;
  const stored = value ?? inline ?? '';
  return { column, style: Number(style ?? 0), type, stored, formula: undefined, richValue: undefined };
}

const COLUMNS_MAX = 16_384;

/** 0-based. */
function columnOf(letters: string): number | undefined {
  let column = 0;
  for (let index = 0; index < letters.length; index += 1) column = column * 26 + letters.charCodeAt(index) - 64;
  return column <= COLUMNS_MAX ? column - 1 : undefined;
}
