// What a watched row needs: new cells, a new look after its inputs changed, or its own text back.
import { writtenColumns, type Recipe } from './recipe.ts';
import type { ProductRow } from './row.ts';

/** The newest version of a cell that was delivered. */
export interface CellVersion {
  /** What the cell held before it. */
  readonly previous: string;
  /** Texts that were delivered before it, none of them the newest. */
  readonly earlier: ReadonlySet<string>;
  /** It was put back once already. */
  readonly wasRestored: boolean;
}

export interface WatchedRow {
  readonly row: ProductRow;
  /** The row was delivered before, and its facts, prompt or pictures are others now than those its texts are from. */
  readonly isChanged: boolean;
  /** What was last delivered, by column key. */
  readonly delivered: ReadonlyMap<string, string>;
  /** Asked for only where a cell holds something else than was delivered. */
  readonly version: (key: string) => CellVersion | undefined;
  /** A person's texts of which it is asked whether they stay, by column key, as they were when it was asked. */
  readonly questions: ReadonlyMap<string, string>;
}

export interface WatchWork {
  /** Columns for the model to write. */
  readonly keys: readonly string[];
  /** Columns with a person's words whose inputs have changed since. */
  readonly staleKeys: readonly string[];
  /** Texts to put back, by column key. */
  readonly restored: ReadonlyMap<string, string>;
  /** Columns of which it is still asked whether a person's words stay. */
  readonly openKeys: readonly string[];
  /** Questions that a person has answered in the sheet itself: by emptying the cell, or by going on writing in it. */
  readonly answers: ReadonlyMap<string, 'mine' | 'new'>;
}

/**
 * Decides about one row. Empty cells that were never filled are filled. When the inputs changed, cells that hold what was
 * delivered, now or in an older copy, are written anew; those that a person changed are kept and named. A cell that is
 * back to what it held before the delivery (an older copy of the workbook was saved over it, or a person emptied it)
 * gets its text back once; the second time it is left as it is. A cell that was asked about and is empty now is written.
 */
export function watchWork(watched: WatchedRow, recipe: Recipe): WatchWork {
  const answers = answersIn(watched);
  const keys: string[] = [];
  const staleKeys: string[] = [];
  const openKeys: string[] = [];
  let isLost = false;
  for (const { key } of writtenColumns(recipe)) {
    const current = watched.row.outputs.get(key);
    if (current === undefined) continue;
    const ours = watched.delivered.get(key);
    const isEmpty = current.trim() === '';
    if (answers.get(key) === 'new') keys.push(key);
    else if (watched.isChanged) {
      if (isEmpty || isOurs(watched, key)) keys.push(key);
      else if (ours !== undefined && ours !== '') staleKeys.push(key);
    } else if (watched.questions.has(key)) {
      if (!answers.has(key)) openKeys.push(key);
    } else if (ours === undefined) {
      if (isEmpty) keys.push(key);
    } else isLost ||= isBack(watched, key);
  }
  return { keys, staleKeys, openKeys, answers, restored: isLost ? lostTexts(watched, recipe) : new Map() };
}

/** Emptied, or one of ours again, though that was made for other inputs: a new text is wanted. */
function answersIn(watched: WatchedRow): ReadonlyMap<string, 'mine' | 'new'> {
  const answers = new Map<string, 'mine' | 'new'>();
  for (const [key, asked] of watched.questions) {
    const current = watched.row.outputs.get(key);
    if (current === undefined || current === asked) continue;
    answers.set(key, current.trim() === '' || isOurs(watched, key) ? 'new' : 'mine');
  }
  return answers;
}

/** The cell holds what was delivered into it, now or once. */
function isOurs({ row, delivered, version }: WatchedRow, key: string): boolean {
  const current = row.outputs.get(key);
  if (current === undefined) return false;
  return current === delivered.get(key) || version(key)?.earlier.has(current) === true;
}

/** The status and the check of a row whose copy was lost are put back along with it. */
function lostTexts(watched: WatchedRow, recipe: Recipe): ReadonlyMap<string, string> {
  const lost = recipe.columns.filter(({ key }) => !watched.questions.has(key) && isBack(watched, key));
  return new Map(lost.map(({ key }) => [key, watched.delivered.get(key) ?? '']));
}

/** The cell holds again what it held before the delivery. */
function isBack({ row, delivered, version }: WatchedRow, key: string): boolean {
  const [current, ours] = [row.outputs.get(key), delivered.get(key)];
  if (current === undefined || ours === undefined || current === ours) return false;
  const newest = version(key);
  return newest !== undefined && !newest.wasRestored && (current === newest.previous || newest.earlier.has(current));
}
