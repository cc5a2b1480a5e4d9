// Which columns a writer writes, and the description of the pictures that it works from.
import { writtenColumns, type Recipe, type RecipeColumn } from './recipe.ts';

/** The column that tells what the pictures show; recipes that have it name it so. */
export const seenKey = 'description';

const seenColumn: RecipeColumn = {
  ...{ key: seenKey, kind: 'text', headers: [], itemsMin: 0, itemsMax: 0, verbatim: false },
  instruction: {
    'zh-CN': '商品描述：品类、颜色、材质观感、版型和看得见的细节，供撰写文案用',
    'en-US': 'The product described: kind, colour, how the material looks, cut and visible details, to write copy from',
  },
  charactersMax: { 'zh-CN': 100, 'en-US': 300 },
};

/** The keys of these that a writer writes; the others need eyes. */
export function writerKeys(recipe: Recipe, keys: readonly string[]): readonly string[] {
  const marked = writtenColumns(recipe).filter(({ byWriter }) => byWriter === true);
  return keys.filter((key) => marked.some((column) => column.key === key));
}

/** The recipe with a description to write, also when the sheet has no column for it. */
export function withDescription(recipe: Recipe): Recipe {
  if (writtenColumns(recipe).some(({ key }) => key === seenKey)) return recipe;
  return { ...recipe, columns: [seenColumn, ...recipe.columns] };
}
