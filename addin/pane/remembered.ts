// What the pane remembers on this computer between sessions: the recipe, decisions about columns, the last path.
import type { ColumnChoices, ColumnView } from '../../server/contract/sheets.ts';

interface KeptChoice {
  readonly header: string;
  readonly role: ColumnView['role'];
}

/** A place that forgets is no fault: a private window has none, a full one refuses. */
function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`rowscribe.${key}`) ?? 'null');
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`rowscribe.${key}`, JSON.stringify(value));
  } catch {
    // The choice holds for this session.
  }
}

export function rememberedRecipe(): string | undefined {
  const kept = read('recipe');
  return typeof kept === 'string' ? kept : undefined;
}

export const rememberRecipe = (id: string): void => write('recipe', id);

/** Where decisions about columns are kept. */
export interface SheetPlace {
  readonly workbook: string;
  readonly sheet: string;
  readonly recipe: string;
}

const placeKey = ({ workbook, sheet, recipe }: SheetPlace) => `columns.${workbook}|${sheet}|${recipe}`;

/** The decisions that still fit: a column that has another header by now is recognised anew. */
export function rememberedColumns(place: SheetPlace, columns: readonly ColumnView[]): ColumnChoices {
  const kept = read(placeKey(place));
  if (typeof kept !== 'object' || kept === null) return {};
  const choices = kept as Readonly<Record<string, KeptChoice | undefined>>;
  const fitting = columns.flatMap(({ index, header }) => {
    const choice = choices[String(index)];
    return choice?.header === header ? [[String(index), choice.role] as const] : [];
  });
  return Object.fromEntries(fitting);
}

export function rememberColumns(place: SheetPlace, columns: readonly ColumnView[], choices: ColumnChoices): void {
  const kept = columns.flatMap(({ index, header }): readonly (readonly [string, KeptChoice])[] => {
    const role = choices[String(index)];
    return role === undefined ? [] : [[String(index), { header, role }]];
  });
  write(placeKey(place), Object.fromEntries(kept));
}

/** The workbook that was opened last by its path; '' when none was. */
export const rememberedPath = (): string => {
  const kept = read('path');
  return typeof kept === 'string' ? kept : '';
};

export const rememberPath = (path: string): void => write('path', path);
