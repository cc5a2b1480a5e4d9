// What a stored cell means to a reader.
import type { Cell } from '../ports/workbook.ts';
import { decodeCellText } from './cell-text.ts';
import { numberText } from '../domain/number-text.ts';
import type { RawCell } from './sheet-parser.ts';
import type { Styles } from './styles.ts';

/** What is needed to understand a stored cell. */
export interface CellContext {
  /** The shared string of a number; undefined when there is none. */
  sharedString(index: number): string | undefined;
  readonly styles: Styles;
  readonly from1904: boolean;
}

/** The cell as the port describes it; a cell that only has a format is of the kind `empty`, with no text. */
export function cellOf(raw: RawCell, context: CellContext): Cell {
  const text = textOf(raw, context);
  const cell: { -readonly [K in keyof Cell]: Cell[K] } = { text, kind: kindOf(raw, text) };
  if (raw.formula !== undefined) cell.formula = raw.formula.text;
  if (raw.richValue !== undefined || isPictureFormula(raw)) cell.rich = true;
  return cell;
}

/** WPS keeps a picture in a cell as a formula of its own. */
export function isPictureFormula(raw: RawCell): boolean {
  return raw.formula !== undefined && /\bDISPIMG\s*\(/i.test(raw.formula.text);
}

function textOf(raw: RawCell, context: CellContext): string {
  switch (raw.type) {
    case 's':
      return raw.stored.trim() === '' ? '' : (context.sharedString(Number(raw.stored)) ?? '');
    case 'inlineStr':
    case 'str':
      return decodeCellText(raw.stored);
    case 'b':
      return raw.stored.trim() === '' ? '' : /^\s*(1|true)\s*$/.test(raw.stored) ? 'TRUE' : 'FALSE';
    case 'e':
    case 'd':
      return raw.stored;
    default:
      return numberText(raw.stored, context.styles.shape(raw.style), context.from1904);
  }
}

function kindOf(raw: RawCell, text: string): Cell['kind'] {
  if (text === '') return 'empty';
  if (raw.type === 'b') return 'boolean';
  if (raw.type === 'e') return 'error';
  return raw.type === 'n' ? 'number' : 'text';
}
