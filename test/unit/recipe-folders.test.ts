// Recipes from folders: the shipped ones, and a team's own in their place.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import { shippedRecipeFiles } from '../fixtures/recipe.ts';

const shipped = fileURLToPath(new URL('../../templates/recipes/', import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), 'rowscribe-recipes-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const team = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(path.join(home, 'team-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
};
const fab = readFileSync(path.join(shipped, 'fab.yaml'), 'utf8');

test('the shipped recipes are there by their ids', async () => {
  const recipes = await loadRecipes(shipped, '');
  expect([...recipes.keys()].map((id) => `${id}.yaml`)).toEqual(shippedRecipeFiles);
});

test('a team’s recipe is added, or takes the place of the shipped one of its id', async () => {
  const folder = team({
    'ours.yml': fab.replace('id: fab', 'id: ours'),
    'fab.yaml': fab.replace('temperature: 0.3', 'temperature: 1'),
    'notes.txt': 'no recipe',
  });
  const recipes = await loadRecipes(shipped, folder);
  expect(recipes.size).toBe(shippedRecipeFiles.length + 1);
  expect(chooseRecipe(recipes, 'fab').temperature).toBe(1);
  expect(chooseRecipe(recipes, 'ours').id).toBe('ours');
});

test('a faulty recipe is named with its faults', async () => {
  const folder = team({ 'bad.yaml': 'id: bad\n' });
  const loading = loadRecipes(shipped, folder);
  await expect(loading).rejects.toMatchObject({
    code: 'recipe-invalid',
    facts: { path: path.join(folder, 'bad.yaml') },
  });
  await expect(loading).rejects.toThrow(/line 1: "columns" must be a list/);
});

test('a folder that is not there is said', async () => {
  const loading = loadRecipes(shipped, path.join(home, 'nowhere'));
  await expect(loading).rejects.toMatchObject({ code: 'recipe-invalid' });
});

test('an unknown recipe is answered with those there are', async () => {
  const recipes = await loadRecipes(shipped, '');
  expect(() => chooseRecipe(recipes, 'poem')).toThrow(/“poem”.*default/);
});
