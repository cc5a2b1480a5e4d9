// The workbooks that pages may choose from: those of watched folders, those opened by path, those open in Excel.
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DocumentRequest } from '../contract/links.ts';
import type { Problem, WorkbookView } from '../contract/state.ts';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { workbookPath } from './workbook-path.ts';

export interface ShelfEntry {
  readonly id: string;
  readonly source: WorkbookView['source'];
  /** What the journal calls the workbook: its real path, else what tells the document apart. */
  readonly key: string;
  readonly name: string;
  /** Absolute; '' for a document that is no file of this computer. */
  readonly folder: string;
}

export interface ShelfOptions {
  /** Folders of the settings: network paths are allowed below them. */
  readonly roots: readonly string[];
  readonly onChange: () => void;
  /** Workbooks kept that were opened by path or are open in Excel. */
  readonly entriesMax: number;
}

export class WorkbookShelf {
  readonly #options: ShelfOptions;
  readonly #entries = new Map<string, ShelfEntry>();
  /** Workbooks of earlier runs that nobody has opened since: not offered, and found when a run is asked about. */
  readonly #recalled = new Map<string, ShelfEntry>();
  readonly #waiting = new Map<string, Problem>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** The workbook that a page names. Errors: `not-found`. */
  entry(id: string): ShelfEntry {
    const entry = this.#entries.get(id) ?? this.#recalled.get(id);
    if (entry === undefined) throw new RowscribeError('not-found', { what: both('这个工作簿', 'this workbook') });
    return entry;
  }

  /** The entry of a workbook that the journal knows; one that is open in Excel comes first. */
  ofKey(key: string): ShelfEntry {
    const all = [...this.#entries.values()].filter((entry) => entry.key === key);
    const entry = all.find(({ source }) => source === 'excel') ?? all[0];
    if (entry !== undefined) return entry;
    const isFile = !key.startsWith(documentPrefix);
    const recalled = isFile ? entryOf('opened', key) : documentOf(key, key.slice(documentPrefix.length), '');
    this.#recalled.set(recalled.id, recalled);
    return recalled;
  }

  views(): readonly WorkbookView[] {
    return [...this.#entries.values()].map((entry) => this.view(entry));
  }

  view({ id, name, folder, source }: ShelfEntry): WorkbookView {
    const waiting = this.#waiting.get(id);
    return { id, name, folder, source, ...(waiting && { waiting }) };
  }

  /** Says why the workbook cannot be written now; undefined when it can. */
  setWaiting({ id }: ShelfEntry, problem: Problem | undefined): void {
    if (this.#waiting.get(id)?.code === problem?.code) return;
    if (problem === undefined) this.#waiting.delete(id);
    else this.#waiting.set(id, problem);
    this.#options.onChange();
  }

  /** A workbook of a watched folder, by its real path. */
  addWatched(file: string): void {
    this.#put(entryOf('watched', file));
  }

  removeWatched(file: string): void {
    const { id } = entryOf('watched', file);
    if (this.#entries.get(id)?.source !== 'watched') return;
    this.#entries.delete(id);
    this.#waiting.delete(id);
    this.#options.onChange();
  }

  /** Errors: `workbook-path`, `workbook-missing`. */
  async open(typed: string): Promise<ShelfEntry> {
    const file = await workbookPath(typed, this.#options.roots);
    return this.#put(entryOf('opened', file));
  }

  /** A document that is open in Excel; one that is a file of this computer is the same workbook to the journal. */
  async attach({ path: place, name, instance }: DocumentRequest): Promise<ShelfEntry> {
    const file = await workbookPath(place, this.#options.roots).catch(() => undefined);
    const key = file ?? `${documentPrefix}${place === '' ? instance : place}`;
    return this.#put(documentOf(key, name, file === undefined ? '' : path.dirname(file)));
  }

  #put(entry: ShelfEntry): ShelfEntry {
    const known = this.#entries.get(entry.id);
    if (known !== undefined && known.name === entry.name) return known;
    const kept = [...this.#entries.values()].filter((one) => one.source !== 'watched');
    const oldest = kept[0];
    if (entry.source !== 'watched' && kept.length >= this.#options.entriesMax && oldest !== undefined) {
      this.#entries.delete(oldest.id);
    }
    this.#entries.set(entry.id, entry);
    this.#options.onChange();
    return entry;
  }
}

function entryOf(source: 'watched' | 'opened', file: string): ShelfEntry {
  // A workbook that was opened by its path and is then watched stays the same one.
  return { id: idOf('file', file), source, key: file, name: path.basename(file), folder: path.dirname(file) };
}

/** Begins the key of a document that is no file of this computer. */
const documentPrefix = 'excel:';

function documentOf(key: string, name: string, folder: string): ShelfEntry {
  return { id: idOf('excel', key), source: 'excel', key, name, folder };
}

const idOf = (kind: string, key: string): string =>
  createHash('sha256').update(`${kind} ${key}`).digest('hex').slice(0, 20);
