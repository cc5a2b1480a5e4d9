// Who is who in a watched folder: rows without a key whose inputs changed, workbooks that were copied or renamed.
import { writtenColumns, type Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { recogniseRows } from '../domain/same-rows.ts';
import { RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal, LastRow } from '../ports/store.ts';
import type { WatchMemory } from '../ports/watch-memory.ts';
import type { Book } from '../ports/workbook.ts';
import { productRows } from './ingest.ts';
import type { ServedSheet } from './watch-sheets.ts';

export interface IdentityParts {
  readonly journal: Journal;
  readonly memory: WatchMemory;
  readonly clock: Clock;
}

/** Rows of an unknown workbook that are compared with the known ones, and those of them that must agree. */
const sampleRowsMax = 20;
/** Rows that are read in search of them. */
const sampleReadMax = 200;
const sampleShareMin = 0.5;

const copyKeys = (recipe: Recipe) => writtenColumns(recipe).map(({ key }) => key);

/**
 * When nothing was ever delivered into the workbook but it holds copy that was delivered into another one, it takes over
 * what is known of that: it was copied or renamed. Errors: `workbook-in-use`.
 */
export async function adoptIfCopied(
  workbook: string,
  book: Book,
  sheets: readonly ServedSheet[],
  parts: IdentityParts,
  signal: AbortSignal,
): Promise<void> {
  if (parts.memory.isKnown(workbook)) return;
  for (const { view, recipe } of sheets) {
    const sample = await sampleOf(book, view, recipe, signal);
    const candidates = parts.memory.workbooksWith(view.sheet, [...sample.keys()]);
    const kin = candidates.find((other) => isCopyOf(other, view.sheet, sample, parts.journal));
    if (kin === undefined) continue;
    whileClaimed(parts.journal, workbook, () => parts.memory.adopt(kin, workbook, parts.clock.now()));
    return;
  }
}

type Texts = ReadonlyMap<string, string>;

/** The first rows with copy: their texts by column key, by row key. */
async function sampleOf(book: Book, view: ServedSheet['view'], recipe: Recipe, signal: AbortSignal) {
  const sample = new Map<string, Texts>();
  let read = 0;
  for await (const row of productRows(book, view, signal)) {
    const texts = copyKeys(recipe).map((key) => [key, row.outputs.get(key) ?? ''] as const);
    const held = texts.filter(([, text]) => text.trim() !== '');
    if (held.length > 0) sample.set(row.key, new Map(held));
    read += 1;
    if (sample.size >= sampleRowsMax || read >= sampleReadMax) break;
  }
  return sample;
}

function isCopyOf(other: string, sheet: string, sample: ReadonlyMap<string, Texts>, journal: Journal): boolean {
  const alike = [...sample].filter(([rowKey, texts]) => {
    const delivered = journal.lastDelivered(other, sheet, rowKey);
    return [...texts].some(([key, text]) => delivered.get(key) === text);
  });
  return alike.length > 0 && alike.length >= sample.size * sampleShareMin;
}

/** Collects, over one pass, the rows of a sheet without keys that nobody knows, and finds out which they were before. */
export class RowRecogniser {
  readonly #known: ReadonlyMap<string, LastRow>;
  readonly #present = new Set<string>();
  readonly #strangers: ProductRow[] = [];

  constructor(known: ReadonlyMap<string, LastRow>) {
    this.#known = known;
  }

  /** Whether the row is to be decided about after the pass. */
  takes(row: ProductRow, recipe: Recipe): boolean {
    if (!row.key.startsWith('~')) return false;
    this.#present.add(row.key);
    const isStranger = !this.#known.has(row.key);
    const isOne = isStranger && copyKeys(recipe).some((key) => (row.outputs.get(key) ?? '').trim() !== '');
    if (isOne) this.#strangers.push(row);
    return isOne;
  }

  /** The strangers with the key under which each was known before, which from now on is its present one. */
  settle(
    workbook: string,
    sheet: string,
    recipe: Recipe,
    { journal, memory }: IdentityParts,
  ): readonly { readonly row: ProductRow; readonly last: LastRow | undefined }[] {
    const gone = [...this.#known.keys()].filter((key) => key.startsWith('~') && !this.#present.has(key));
    const isWorthwhile = gone.length > 0 && this.#strangers.length > 0;
    const lost = new Map(isWorthwhile ? gone.map((key) => [key, journal.lastDelivered(workbook, sheet, key)]) : []);
    const former = recogniseRows(this.#strangers, lost, copyKeys(recipe));
    return this.#strangers.map((row) => {
      const key = former.get(row.key);
      const isSame =
        key !== undefined && whileClaimed(journal, workbook, () => memory.rekey(workbook, sheet, key, row.key));
      return { row, last: isSame ? this.#known.get(key) : undefined };
    });
  }
}

function whileClaimed<T>(journal: Journal, workbook: string, work: () => T): T {
  const release = journal.claim(workbook);
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: workbook });
  try {
    return work();
  } finally {
    release();
  }
}
