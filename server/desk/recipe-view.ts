// A recipe as pages see it: its columns by the names that a sheet would have.
import type { RecipeView } from '../contract/state.ts';
import { inBoth } from '../domain/language.ts';
import { headerOf, type Recipe } from '../domain/recipe.ts';

export function recipeView({ id, name, about, columns }: Recipe): RecipeView {
  return {
    ...{ id, name, about },
    columns: columns.map((column) => ({
      key: column.key,
      name: inBoth((language) => headerOf(column, language)),
      kind: column.kind,
    })),
  };
}
