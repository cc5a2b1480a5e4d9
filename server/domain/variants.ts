// Texts meant to be tested against each other, such as the titles A, B and C, and whether they differ enough for that.
import { writtenColumns, type Recipe } from './recipe.ts';

/**
 * From here on two texts say the same. Three titles of one product share its name: those of a demo workbook that argue
 * differently measured up to 0.71, their first paragraphs up to 0.48.
 */
const alikeMin = 0.75;

export interface Alike {
  /** The later of the two, in the order of the recipe, unless only the earlier one may be written. */
  readonly key: string;
  readonly other: string;
}

/**
 * Pairs of variants that are too much alike, of which at least one is among `keys`. Variants are columns whose keys
 * differ in a last letter: `title_a`, `title_b`. `texts` may hold texts that are not written now.
 */
export function alikeVariants(texts: ReadonlyMap<string, string>, recipe: Recipe, keys: readonly string[]): Alike[] {
  const columns = writtenColumns(recipe).map(({ key }) => key);
  const pairs = columns.flatMap((key, index) =>
    columns.slice(0, index).flatMap((other) => (isVariant(key, other) ? [{ key, other }] : [])),
  );
  return pairs
    .map(({ key, other }) => (keys.includes(key) ? { key, other } : { key: other, other: key }))
    .filter(({ key }) => keys.includes(key))
    .filter(({ key, other }) => similarity(texts.get(key) ?? '', texts.get(other) ?? '') >= alikeMin);
}

function isVariant(key: string, other: string): boolean {
  const stem = /^(.+_)[a-z]$/.exec(key)?.[1];
  return stem !== undefined && stem === /^(.+_)[a-z]$/.exec(other)?.[1];
}

/** 0–1: Dice's coefficient over pairs of neighbouring letters and digits; 0 when a text has none. */
export function similarity(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  if (left.length === 0 || right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const pair of left) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of right) {
    const count = counts.get(pair) ?? 0;
    if (count > 0) shared += 1;
    counts.set(pair, count - 1);
  }
  return (2 * shared) / (left.length + right.length);
}

function pairsOf(text: string): readonly string[] {
  const letters = text.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? [];
  return letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`);
}
