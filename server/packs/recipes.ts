// Loads the recipes that come with the program and a team's own beside them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecipe } from '../domain/recipe-parse.ts';
import type { Recipe } from '../domain/recipe.ts';
import { RowscribeError } from '../errors.ts';

/**
 * All recipes by id, in the order of their file names; a team's recipe replaces the shipped one of the same id.
 * Errors: `recipe-invalid` with every fault of the first faulty file.
 */
export async function loadRecipes(folder: string, teamFolder: string): Promise<ReadonlyMap<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  for (const each of [folder, teamFolder].filter((path) => path !== '')) {
    const names = await readdir(each).catch((cause: unknown) => fault(each, cause));
    for (const name of names.filter((file) => /\.ya?ml$/i.test(file)).toSorted()) {
      const recipe = await loadRecipe(join(each, name));
      recipes.set(recipe.id, recipe);
    }
  }
  return recipes;
}

async function loadRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => fault(path, cause));
  const { recipe, faults } = parseRecipe(text);
  if (recipe === undefined) throw new RowscribeError('recipe-invalid', { path, faults });
  return recipe;
}

function fault(path: string, cause: unknown): never {
  const detail = cause instanceof Error ? cause.message : String(cause);
  throw new RowscribeError('recipe-invalid', { path, faults: [detail] }, { cause });
}

/** The recipe of that id. Errors: `recipe-unknown`, naming those there are. */
export function chooseRecipe(recipes: ReadonlyMap<string, Recipe>, id: string): Recipe {
  const recipe = recipes.get(id);
  if (recipe === undefined) throw new RowscribeError('recipe-unknown', { name: id, known: [...recipes.keys()] });
  return recipe;
}

/** All recipes, the default one first. Errors: `recipe-unknown` when there is none. */
export function recipesByPreference(recipes: ReadonlyMap<string, Recipe>): readonly Recipe[] {
  const first = chooseRecipe(recipes, 'default');
  return [first, ...[...recipes.values()].filter((recipe) => recipe !== first)];
}
