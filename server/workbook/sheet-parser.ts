// A worksheet part as events: rows, cells as they are stored, and the elements around them.
import { parseAddress, parseRowNumber } from '../domain/cell-address.ts';
import { both } from '../domain/language.ts';
import { PartFault, wrongRowNumber } from './part-encoding.ts';
import { plainRow } from './plain-row.ts';
import { isTrue, XmlParser, type Attributes } from './xml.ts';

/** A cell as the sheet part stores it. */
export interface RawCell {
  readonly column: number;
  readonly style: number;
  /** The `t` attribute; "n" when absent. */
  readonly type: string;
  /** The content of `v`, or the inline text without phonetics; not decoded. */
  readonly stored: string;
  readonly formula: { readonly text: string; readonly attributes: Attributes } | undefined;
  /** The number of the rich value that the cell holds (`vm`), counted from 1. */
  readonly richValue: number | undefined;
}

export interface SheetHandlers {
  row?(number: number, attributes: Attributes): void;
  cell?(cell: RawCell, row: number): void;
  rowEnd?(number: number): void;
  /** Elements around the rows: of depth 2, and of depth 3 with their parent's name. */
  around?(name: string, attributes: Attributes, parent: string): void;
}

interface OpenCell {
  column: number;
  style: number;
  type: string;
  richValue: number | undefined;
  stored: string;
  formula: string | undefined;
  formulaAttributes: Attributes;
}

const ROWS_START = '<sheetData>';
const ROW_START = '<row';
const ROW_END = '</row>';
/** A row that is longer than this is not waited for. */
const ROW_UNITS_MAX = 4 * 1024 * 1024;

/** Reads a worksheet part fed to it as text; plain rows by a shorter way. Errors: PartFault. */
export class SheetParser {
  readonly #xml: XmlParser;
  readonly #handlers: SheetHandlers;
  #section = '';
  #row = 0;
  #forcedRow: number | undefined;
  #column = -1;
  #cell: OpenCell | undefined;
  #phonetic = false;
  #collect: 'stored' | 'formula' | undefined;
  #depth = 0;
  /** Before the rows, right between two of them, or where every text is for the XML parser. */
  #place: 'before' | 'between' | 'anywhere' = 'before';
  /** Fed, but not taken yet. */
  #pending = '';

  constructor(handlers: SheetHandlers) {
    this.#handlers = handlers;
    this.#xml = new XmlParser({
      open: (name, attributes, depth) => {
        this.#depth = depth;
        this.#open(name, attributes, depth);
      },
      close: (name, depth) => {
        this.#depth = depth - 1;
        this.#close(name, depth);
      },
      text: (text) => this.#text(text),
    });
  }

  /** The number of the next row when rows before it were left out. From now on each text is taken at once. */
  expectRow(number: number): void {
    this.#place = 'anywhere';
    this.#parse(this.#pending.length);
    this.#forcedRow = number;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#place === 'before') this.#takeHead();
    if (this.#place === 'between') this.#takeRows();
    if (this.#place === 'anywhere') this.#parse(this.#pending.length);
  }

  close(): void {
    this.#parse(this.#pending.length);
    this.#xml.close();
  }

  /** Gives the first `length` units that are pending to the XML parser. */
  #parse(length: number): void {
    const text = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    this.#xml.write(text);
  }

  /** A start of the tag at the end waits for the rest. */
  #takeHead(): void {
    const at = this.#pending.indexOf(ROWS_START);
    if (at < 0) return this.#parse(Math.max(0, this.#pending.length - ROWS_START.length + 1));
    this.#parse(at + ROWS_START.length);
    this.#place = this.#isBetween() ? 'between' : 'anywhere';
  }

  /** The XML parser has taken everything up to here and no row is open. */
  #isBetween(): boolean {
    return this.#section === 'sheetData' && this.#depth === 2;
  }

  #takeRows(): void {
    const text = this.#pending;
    let from = 0;
    while (this.#place === 'between') {
      const row = plainRow(text, from);
      if (row !== undefined) {
        this.#row = row.number;
        this.#handlers.row?.(row.number, row.attributes);
        for (const cell of row.cells) this.#handlers.cell?.(cell, row.number);
        this.#handlers.rowEnd?.(row.number);
        from = row.end;
        continue;
      }
      const close = text.indexOf(ROW_END, from);
      if (close < 0) break;
      this.#xml.write(text.slice(from, close + ROW_END.length));
      from = close + ROW_END.length;
      if (!this.#isBetween()) this.#place = 'anywhere';
    }
    this.#pending = text.slice(from);
    if (!mayBeRow(this.#pending)) this.#place = 'anywhere';
  }

  #open(name: string, attributes: Attributes, depth: number): void {
    if (depth === 2) this.#section = name;
    const inRows = this.#section === 'sheetData';
    if (depth === 2 || (depth === 3 && !inRows)) this.#handlers.around?.(name, attributes, this.#section);
    if (!inRows) return;
    if (depth === 3 && name === 'row') this.#openRow(attributes);
    if (depth === 4 && name === 'c') this.#openCell(attributes);
    if (depth > 4 && this.#cell !== undefined) this.#openContent(this.#cell, name, attributes, depth);
  }

  #openRow(attributes: Attributes): void {
    const named = attributes['r'];
    const number = this.#forcedRow ?? (named === undefined ? this.#row + 1 : parseRowNumber(named));
    if (number === undefined) throw wrongRowNumber(named);
    this.#forcedRow = undefined;
    this.#row = number;
    this.#column = -1;
    this.#handlers.row?.(number, attributes);
  }

  #openCell(attributes: Attributes): void {
    const named = attributes['r'];
    const column = named === undefined ? this.#column + 1 : parseAddress(named)?.column;
    if (column === undefined) {
      throw new PartFault(both(`有单元格的地址是 ${named ?? ''}`, `a cell has the address ${named ?? ''}`));
    }
    this.#column = column;
    this.#cell = {
      column,
      style: Number(attributes['s'] ?? 0),
      type: attributes['t'] ?? 'n',
      richValue: attributes['vm'] === undefined ? undefined : Number(attributes['vm']),
      stored: '',
      formula: undefined,
      formulaAttributes: {},
    };
  }

  #openContent(cell: OpenCell, name: string, attributes: Attributes, depth: number): void {
    if (name === 'rPh') this.#phonetic = true;
    if (name === 'f' && depth === 5) {
      cell.formula = '';
      cell.formulaAttributes = attributes;
      this.#collect = 'formula';
    } else if (name === 'v' && depth === 5) {
      this.#collect = cell.type === 'inlineStr' ? undefined : 'stored';
    } else if (name === 't' && !this.#phonetic && cell.type === 'inlineStr') {
      this.#collect = 'stored';
    }
  }

  #text(text: string): void {
    const cell = this.#cell;
    if (cell === undefined || this.#collect === undefined) return;
    if (this.#collect === 'formula') cell.formula = (cell.formula ?? '') + text;
    else cell.stored += text;
  }

  #close(name: string, depth: number): void {
    if (this.#section !== 'sheetData') return;
    if (depth > 4) this.#collect = undefined;
    if (name === 'rPh') this.#phonetic = false;
    if (depth === 4 && this.#cell !== undefined) this.#closeCell(this.#cell);
    if (depth === 3 && name === 'row') this.#handlers.rowEnd?.(this.#row);
  }

  #closeCell(cell: OpenCell): void {
    const formula = cell.formula === undefined ? undefined : { text: cell.formula, attributes: cell.formulaAttributes };
    const { column, style, type, stored, richValue } = cell;
    this.#handlers.cell?.({ column, style, type, stored, formula, richValue }, this.#row);
    this.#cell = undefined;
  }
}

/** Whether an unfinished text may become a row and nothing else. */
function mayBeRow(text: string): boolean {
  const start = text.trimStart().slice(0, ROW_START.length);
  return ROW_START.startsWith(start) && text.length <= ROW_UNITS_MAX;
}

/** Whether a row's attributes say that it is hidden. */
export function isHiddenRow(attributes: Attributes): boolean {
  return isTrue(attributes['hidden']);
}
