// Which cells of a row a run may write: empty ones, and in mode "all" those that still hold what was delivered.
import { writtenColumns, type Recipe } from './recipe.ts';
import type { ProductRow } from './row.ts';

export interface WorkRule {
  readonly mode: 'empty' | 'all';
  /** The explicit yes: texts that people wrote or changed may be replaced. */
  readonly overwriteEdited: boolean;
}

export interface RowWork {
  readonly row: ProductRow;
  /** Columns for the model to write, in the order of the recipe. */
  readonly keys: readonly string[];
  /** Columns left alone because a person wrote or changed their text. */
  readonly keptKeys: readonly string[];
  /** Of columns left alone, those whose text a person changed and whose inputs have changed since. */
  readonly staleKeys?: readonly string[];
}

/** What there is to do for a row; no keys: nothing. `delivered` holds what was last delivered, by column key. */
export function workOf(
  row: ProductRow,
  recipe: Recipe,
  rule: WorkRule,
  delivered: ReadonlyMap<string, string>,
): RowWork {
  const keys: string[] = [];
  const keptKeys: string[] = [];
  for (const { key } of writtenColumns(recipe)) {
    const current = row.outputs.get(key);
    if (current === undefined) continue;
    const isOurs = current === delivered.get(key);
    if (current.trim() === '' || (rule.mode === 'all' && (isOurs || rule.overwriteEdited))) keys.push(key);
    else if (rule.mode === 'all') keptKeys.push(key);
  }
  return { row, keys, keptKeys };
}

/**
 * Whether a text may be put into a cell that now holds `current`: it is empty, it is the text already, or it still is
 * what was there when the answer was made and the run was allowed to replace that.
 */
export function mayDeliver(current: string, text: string, expected: string): boolean {
  return current.trim() === '' || current === text || current === expected;
}
