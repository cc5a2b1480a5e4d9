// How pages name where work is to be done, and which rows and cells it may touch.
import type { Scope } from '../../contract/runs.ts';
import type { ColumnRole, Target } from '../../contract/sheets.ts';
import { anyText, flag, object, oneOf, record, refuse, text, type Parse } from '../parse.ts';

const idCharactersMax = 100;
/** A sheet's name has at most 31 letters in Excel; other programs allow more. */
const sheetCharactersMax = 255;
const columnsMax = 16_384;
const rowsCharactersMax = 16_000;

const inputRoles: readonly string[] = ['key', 'picture', 'prompt', 'category', 'fact', 'ignore'];

const role: Parse<ColumnRole> = (value, at) => {
  const known = text(idCharactersMax)(value, at);
  if (inputRoles.includes(known) || known.startsWith('output:')) return known as ColumnRole;
  return refuse(at, `应为 ${inputRoles.join('、')} 或 output:列`, `must be ${inputRoles.join(', ')} or output:COLUMN`);
};

const columns: Parse<Readonly<Record<string, ColumnRole>>> = (value, at) => {
  const roles = record(role, columnsMax)(value, at);
  const bad = Object.keys(roles).find((key) => !/^(?:0|[1-9]\d{0,4})$/.test(key) || Number(key) >= columnsMax);
  return bad === undefined ? roles : refuse(at, '列号应从 0 开始', 'must name columns by their number from 0');
};

export const target: Parse<Target> = object(
  { workbook: text(idCharactersMax), recipe: text(idCharactersMax) },
  { sheet: text(sheetCharactersMax), columns },
);

/** A target whose sheet was found before. */
export const sheetTarget: Parse<Target & { readonly sheet: string }> = object(
  { workbook: text(idCharactersMax), recipe: text(idCharactersMax), sheet: text(sheetCharactersMax) },
  { columns },
);

export const scope: Parse<Scope> = object({
  rows: anyText(rowsCharactersMax),
  mode: oneOf('empty', 'all'),
  overwriteEdited: flag,
});

/** "C7", "$C$7". */
export const cell = text(20);
