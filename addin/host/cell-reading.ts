// What a cell of the open workbook means to the server: the text that the file's reader would give, and its kind.
import type { LinkCell } from '../../server/contract/links.ts';
import { numberText, shapeOf, type NumberShape } from '../../server/domain/number-text.ts';

/** A cell as the spreadsheet program tells it. */
export interface RawCell {
  readonly value: unknown;
  /** The formula with "=", or the constant itself. */
  readonly formula: unknown;
  /** "String", "Double", "RichValue", … as Excel tells them. */
  readonly type: string;
  readonly format: string;
}

/** A row of matrices, as they are loaded. */
export interface RawRows {
  readonly values: readonly (readonly unknown[])[];
  readonly formulas: readonly (readonly unknown[])[];
  readonly valueTypes: readonly (readonly string[])[];
  readonly numberFormat: readonly (readonly unknown[])[];
}

export function rawCell(rows: RawRows, row: number, column: number): RawCell {
  return {
    value: rows.values[row]?.[column] ?? '',
    formula: rows.formulas[row]?.[column] ?? '',
    type: rows.valueTypes[row]?.[column] ?? 'Empty',
    format: formatOf(rows.numberFormat[row]?.[column]),
  };
}

/** A text that begins with "=" is told as its own formula, which no formula's result ever is. */
export function isFormula({ formula, value }: RawCell): boolean {
  return typeof formula === 'string' && formula.startsWith('=') && formula !== value;
}

export function isRich(cell: RawCell): boolean {
  return cell.type === 'RichValue' || (isFormula(cell) && /\bDISPIMG\s*\(/i.test(String(cell.formula)));
}

/** The text a reader sees: numbers plain, dates and times as a person would type them. */
export function cellText({ value, format }: RawCell): string {
  if (typeof value === 'number') return numberText(String(value), numberShape(format), false);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return typeof value === 'string' ? value : '';
}

/** undefined for a cell that holds nothing. */
export function linkCell(column: number, cell: RawCell): LinkCell | undefined {
  const text = cellText(cell);
  if (!isFormula(cell)) return text === '' && !isRich(cell) ? undefined : [column, text, kindOf(cell)];
  return [column, text, kindOf(cell), String(cell.formula).slice(1)];
}

function kindOf(cell: RawCell): LinkCell[2] {
  if (isRich(cell)) return 'rich';
  if (cell.type === 'Error') return 'error';
  if (typeof cell.value === 'boolean') return 'boolean';
  return typeof cell.value === 'number' ? 'number' : 'text';
}

/** A number that is the same for the same content: how a row is recognised again without being kept. */
export function contentMark(formula: unknown): number {
  const text = `${typeof formula} ${String(formula)}`;
  let mark = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) mark = Math.imul(mark ^ text.charCodeAt(index), 0x01000193);
  return mark;
}

const shapes = new Map<string, NumberShape>();

function numberShape(format: string): NumberShape {
  const known = shapes.get(format);
  if (known !== undefined) return known;
  const shape = shapeOf(format);
  shapes.set(format, shape);
  return shape;
}

const formatOf = (format: unknown) => (typeof format === 'string' ? format : 'General');
