// The sheets of a watched workbook that are filled, each by the recipe whose columns it has.
import type { ColumnChoices, ColumnFault } from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { Book } from '../ports/workbook.ts';
import { columnError, headerRows, mapHeaders, type SheetView } from './ingest.ts';

export interface ServedSheet {
  readonly view: SheetView;
  readonly recipe: Recipe;
}

/**
 * Every visible sheet that has the columns of a recipe, or the named one alone, in the order of the tabs; each with the
 * recipe that finds most of its columns, the first of equals. Errors, when there is no such sheet: those of `viewSheet`.
 */
export async function servedSheets(
  book: Book,
  recipes: readonly Recipe[],
  name: string | undefined,
  signal: AbortSignal,
  choices: ColumnChoices = {},
): Promise<readonly ServedSheet[]> {
  const visible = book.sheets.filter((sheet) => sheet.visible).map((sheet) => sheet.name);
  const served: ServedSheet[] = [];
  let problem: ColumnFault | undefined;
  for (const sheet of name === undefined ? visible : [name]) {
    const found = await bestRecipe(book, sheet, recipes, signal, choices);
    if ('view' in found) served.push(found);
    else if (problem === undefined || (problem.fault === 'missing' && problem.seen.length === 0)) {
      problem = found.problem;
    }
  }
  if (served.length > 0) return served;
  throw columnError(book.path, problem ?? { fault: 'missing', roles: ['图片 / Image'], seen: [] });
}

async function bestRecipe(
  book: Book,
  sheet: string,
  recipes: readonly Recipe[],
  signal: AbortSignal,
  choices: ColumnChoices,
): Promise<ServedSheet | { readonly problem: ColumnFault | undefined }> {
  const rows = await headerRows(book, sheet, signal);
  let best: ServedSheet | undefined;
  let problem: ColumnFault | undefined;
  for (const recipe of recipes) {
    const mapping = await mapHeaders(book, sheet, rows, recipe, signal, choices);
    if ('problem' in mapping) problem ??= mapping.problem;
    else if (best === undefined || mapping.map.outputs.size > best.view.map.outputs.size) {
      best = { view: { sheet, map: mapping.map }, recipe };
    }
  }
  return best ?? { problem };
}
