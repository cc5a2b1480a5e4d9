// One look at a watched workbook: which of its rows need something, beside what the journal knows of them.
import type { Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import { watchWork, type WatchWork } from '../domain/watch-work.ts';
import type { Journal, LastRow } from '../ports/store.ts';
import type { Question, Tried } from '../ports/watch-memory.ts';
import type { Book, Workbooks } from '../ports/workbook.ts';
import type { Located } from './deliver.ts';
import type { FillOptions } from './fill.ts';
import { digest, productRows } from './ingest.ts';
import { adoptIfCopied, RowRecogniser, type IdentityParts } from './watch-identity.ts';
import { seePictures, type PictureParts } from './watch-pictures.ts';
import { servedSheets, type ServedSheet } from './watch-sheets.ts';

export interface ChangesParts extends PictureParts, IdentityParts {
  readonly workbooks: Workbooks;
  /** Recipes that sheets are matched with, the preferred one first; without it, that of the options alone. */
  recipes?(): Promise<readonly Recipe[]>;
}

export interface RowChange {
  readonly row: ProductRow;
  readonly work: WatchWork;
  /** SHA-256 of the pictures that the row has now, as far as they were looked at, and before. */
  readonly pictures: readonly string[];
  readonly outcome: LastRow['outcome'];
  /** Equal for the same work on the same inputs. */
  readonly identity: string;
}

/** What there is to do in one sheet. */
export interface Changes {
  readonly located: Located;
  readonly recipe: Recipe;
  readonly changes: readonly RowChange[];
}

/** What is remembered of a workbook between two looks. */
export interface BookMemory {
  /** Of the file as it was last looked at; '' before the first look. */
  sha256: string;
  /** Absolute paths of the picture files that its rows name. */
  readonly pictures: Set<string>;
}

export const newMemory = (): BookMemory => ({ sha256: '', pictures: new Set() });

/** Why a text was put back, in the journal. */
export const restoredReason = 'an older copy was saved over it';

/**
 * Looks at the workbook; undefined when its file is the one that `memory` knows and no picture is to be looked at again.
 * Sheets in which nothing is to be done are left out. Errors: those of opening and of finding the columns;
 * `workbook-in-use` when rows or the workbook itself are known under another name and somebody else is at work on them.
 */
export async function findChanges(
  parts: ChangesParts,
  options: FillOptions,
  memory: BookMemory,
  looksAtPictures: boolean,
  signal: AbortSignal,
): Promise<readonly Changes[] | undefined> {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    if (book.sha256 === memory.sha256 && !looksAtPictures) return undefined;
    const recipes = (await parts.recipes?.()) ?? [options.recipe];
    const sheets = await servedSheets(book, recipes, options.sheet, signal, options.columns);
    await adoptIfCopied(options.workbook, book, sheets, parts, signal);
    const found: Changes[] = [];
    for (const served of sheets) {
      const look = new SheetLook(parts, { ...options, recipe: served.recipe }, served, memory, looksAtPictures);
      const changes = await look.run(book, signal);
      if (changes.length > 0) found.push({ located: { sha256: book.sha256, view: served.view }, ...served, changes });
    }
    memory.sha256 = book.sha256;
    return found;
  } finally {
    await book.close();
  }
}

const nothing: ReadonlyMap<string, string> = new Map();

/** One pass over the rows of a sheet. */
class SheetLook {
  readonly #parts: ChangesParts;
  readonly #options: FillOptions;
  readonly #served: ServedSheet;
  readonly #memory: BookMemory;
  readonly #looksAtPictures: boolean;
  readonly #known: ReadonlyMap<string, LastRow>;
  readonly #tried: ReadonlyMap<string, string>;
  readonly #questions: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #changes: RowChange[] = [];
  /** Rows that need nothing any more, though they were tried. */
  readonly #settled: Tried[] = [];

  constructor(
    parts: ChangesParts,
    options: FillOptions,
    served: ServedSheet,
    memory: BookMemory,
    looksAtPictures: boolean,
  ) {
    const { sheet } = served.view;
    this.#parts = parts;
    this.#options = options;
    this.#served = served;
    this.#memory = memory;
    this.#looksAtPictures = looksAtPictures;
    this.#known = parts.journal.lastRows(options.workbook, sheet);
    this.#tried = parts.memory.tried(options.workbook, sheet);
    this.#questions = byRow(parts.memory.questions(options.workbook).filter((one) => one.sheet === sheet));
  }

  async run(book: Book, signal: AbortSignal): Promise<readonly RowChange[]> {
    const { view, recipe } = this.#served;
    const recogniser = new RowRecogniser(this.#known);
    for await (const row of productRows(book, view, signal)) {
      if (!recogniser.takes(row, recipe)) await this.#look(row, this.#known.get(row.key), signal);
    }
    for (const { row, last } of recogniser.settle(this.#options.workbook, view.sheet, recipe, this.#parts)) {
      await this.#look(row, last, signal);
    }
    this.#parts.memory.noteTried(this.#options.workbook, this.#settled);
    return this.#changes.toSorted((a, b) => a.row.number - b.row.number);
  }

  async #look(row: ProductRow, last: LastRow | undefined, signal: AbortSignal): Promise<void> {
    const { journal } = this.#parts;
    const { workbook, pictureRules, recipe } = this.#options;
    const { sheet } = this.#served.view;
    const known = this.#memory.pictures;
    const pictures = await seePictures(row, last, this.#parts, pictureRules, known, this.#looksAtPictures, signal);
    const work = watchWork(
      {
        row,
        isChanged: last !== undefined && (last.fingerprint !== row.fingerprint || pictures.areNew),
        // A row without a record has had nothing delivered: a large sheet is not looked up row by row.
        delivered: last === undefined ? nothing : journal.lastDelivered(workbook, sheet, row.key),
        version: (key) => versionOf(journal, workbook, sheet, row.key, key),
        questions: this.#questions.get(row.key) ?? nothing,
      },
      recipe,
    );
    if (work.keys.length + work.staleKeys.length + work.restored.size + work.answers.size === 0) {
      if (this.#tried.has(row.key)) this.#settled.push({ sheet, rowKey: row.key, identity: undefined });
      return;
    }
    const task = taskOf(row, work);
    const identity = `${task} ${pictures.areNew ? digest(pictures.state.join('\n')) : ''}`;
    const tried = this.#tried.get(row.key);
    if (tried === identity || (!pictures.areNew && tried?.startsWith(`${task} `) === true)) return;
    this.#changes.push({ row, work, pictures: pictures.hashes, outcome: last?.outcome ?? 'done', identity });
  }
}

/** The same for the same work on the same facts and prompt. */
function taskOf(row: ProductRow, { keys, staleKeys, restored, answers }: WatchWork): string {
  return digest(JSON.stringify([row.fingerprint, keys, staleKeys, [...restored.keys()], [...answers]]));
}

function byRow(questions: readonly Question[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const rows = new Map<string, Map<string, string>>();
  for (const { rowKey, column, text } of questions) {
    rows.set(rowKey, (rows.get(rowKey) ?? new Map<string, string>()).set(column, text));
  }
  return rows;
}

function versionOf(journal: Journal, workbook: string, sheet: string, rowKey: string, key: string) {
  const ours = journal.history(workbook, sheet, rowKey, key).filter((one) => one.isPersons !== true);
  const [newest, ...older] = ours;
  if (newest === undefined) return undefined;
  const wasRestored = ours.some((one) => one.text === newest.text && one.reason === restoredReason);
  const earlier = new Set(older.map((one) => one.text).filter((text) => text !== '' && text !== newest.text));
  return { previous: newest.previous, earlier, wasRestored };
}
