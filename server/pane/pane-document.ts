// One document that is open in Excel: what its pane told of its sheets, and edits made through the pane.
import type { LinkAnswer } from '../contract/links.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type {
  Book,
  CellEdit,
  CellRefusal,
  PatchOptions,
  PatchReport,
  SheetInfo,
  Workbooks,
} from '../ports/workbook.ts';
import type { Ask, Link } from './links.ts';
import { liveSheet, versionOf, withEdits, type LiveSheet } from './live-sheet.ts';
import { findSheet, refusal, sortEdits, type PaneEdit } from './pane-edits.ts';
import { SavedPictures } from './saved-pictures.ts';

type Written = Extract<LinkAnswer, { answer: 'written' }>;
type Why = Written['refused'][number]['why'];

const refusalCodes = {
  changed: 'cell-changed',
  formula: 'cell-formula',
  merged: 'cell-merged',
  protected: 'cell-protected',
  rich: 'cell-picture',
} as const satisfies Record<Exclude<Why, 'too-long'>, string>;

/** Times that edits without a base are made anew because the sheet changed meanwhile. */
const changedTriesMax = 5;

export class PaneDocument {
  readonly link: Link;
  readonly #key: string;
  /** Where the document was last saved, when that is on this computer. */
  readonly #file: string | undefined;
  readonly #files: Workbooks;
  readonly #saved: SavedPictures | undefined;
  #names: readonly SheetInfo[] = [];
  /** Never changed, only replaced: open books keep theirs. */
  #sheets: ReadonlyMap<string, LiveSheet> = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(key: string, file: string | undefined, link: Link, files: Workbooks) {
    this.#key = key;
    this.#file = file;
    this.link = link;
    this.#files = files;
    this.#saved = file === undefined ? undefined : new SavedPictures(files, file);
  }

  get name(): string {
    return this.link.name;
  }

  open(signal: AbortSignal | undefined): Promise<Book> {
    return this.#inTurn(async () => {
      await this.#refresh(signal);
      return this.#book();
    }, signal);
  }

  patch(edits: readonly CellEdit[], { base, signal }: PatchOptions): Promise<PatchReport> {
    return this.#inTurn(async () => {
      if (base === undefined || this.#sheets.size === 0) await this.#refresh(signal);
      for (let tries = 1; ; tries += 1) {
        if ((base ?? this.#version) !== this.#version) throw this.#changed();
        try {
          return await this.#write(edits, signal);
        } catch (error) {
          const isOver = base !== undefined || tries >= changedTriesMax;
          if (isOver || !isRowscribeError(error, 'workbook-changed')) throw error;
          await this.#refresh(signal);
        }
      }
    }, signal);
  }

  get #version(): string {
    return versionOf(this.#key, this.#sheets);
  }

  #changed(): RowscribeError {
    return new RowscribeError('workbook-changed', { path: this.name });
  }

  /** One thing at a time: what a pane is asked rests on what it answered before. */
  #inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const turn = this.#turn.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** The sheets as they are now: the visible ones, and hidden ones that somebody has asked for before. */
  async #refresh(signal: AbortSignal | undefined): Promise<void> {
    const told = await this.#ask({ ask: 'sheets' }, '', signal);
    if (told.answer.answer !== 'sheets') throw this.#odd(told.answer);
    this.#names = told.answer.sheets;
    const sheets = new Map<string, LiveSheet>();
    for (const { name, visible } of this.#names) {
      const known = this.#sheets.get(name);
      if (visible || known !== undefined) sheets.set(name, await this.#read(name, known, signal));
    }
    this.#sheets = sheets;
  }

  async #read(sheet: string, known: LiveSheet | undefined, signal: AbortSignal | undefined): Promise<LiveSheet> {
    const ask: Ask = { ask: 'read', sheet, ...(known && { ifRevision: known.revision }) };
    const { answer } = await this.#ask(ask, sheet, signal);
    if (answer.answer === 'sheet') return liveSheet(answer);
    if (answer.answer === 'unchanged' && known !== undefined) return known;
    throw this.#odd(answer);
  }

  async #write(edits: readonly CellEdit[], signal: AbortSignal | undefined): Promise<PatchReport> {
    const names = this.#names.map(({ name }) => name);
    const { bySheet, refused } = sortEdits(edits, names);
    const refusals: CellRefusal[] = [...refused];
    const done = new Set<CellEdit>();
    for (const [sheet, targets] of bySheet) {
      const live = this.#sheets.get(sheet) ?? (await this.#load(sheet, signal));
      const answer = await this.#writeSheet(sheet, live, targets, signal);
      const whys = new Map(answer.refused.map(({ cell, why }) => [cell, why]));
      const written = targets.filter(({ link }) => !whys.has(link.cell));
      for (const { edit, link } of targets) {
        const why = whys.get(link.cell);
        if (why === undefined) done.add(edit);
        else refusals.push(refusalOf(edit, why));
      }
      const after = withEdits(
        live,
        answer.revision,
        written.map(({ link }) => link),
      );
      this.#sheets = new Map([...this.#sheets, [sheet, after]]);
    }
    const list = edits.filter((edit) => done.has(edit)).map(({ sheet, cell }) => ({ sheet, cell }));
    return { written: list, refused: refusals, sha256: this.#version };
  }

  async #writeSheet(
    sheet: string,
    { revision }: LiveSheet,
    targets: readonly PaneEdit[],
    signal: AbortSignal | undefined,
  ): Promise<Written> {
    const ask: Ask = { ask: 'write', sheet, revision, edits: targets.map(({ link }) => link) };
    const { answer, isRepeated } = await this.#ask(ask, sheet, signal);
    if (answer.answer === 'changed') throw this.#changed();
    if (answer.answer !== 'written') throw this.#odd(answer);
    // The first asking may have written already: a new look tells our own text from a person's.
    if (isRepeated && answer.refused.some(({ why }) => why === 'changed')) throw this.#changed();
    return answer;
  }

  /** A hidden sheet that nobody has asked for before. */
  async #load(sheet: string, signal: AbortSignal | undefined): Promise<LiveSheet> {
    const live = await this.#read(sheet, undefined, signal);
    this.#sheets = new Map([...this.#sheets, [sheet, live]]);
    return live;
  }

  async #ask(ask: Ask, sheet: string, signal: AbortSignal | undefined) {
    const answered = await this.link.ask(ask, signal);
    const { answer } = answered;
    if (answer.answer !== 'failed') return answered;
    const path = this.name;
    if (answer.why === 'editing') throw new RowscribeError('excel-editing', { path });
    if (answer.why === 'protected') throw new RowscribeError('excel-protected', { path, sheet });
    if (answer.why === 'missing') throw this.#missing(sheet);
    throw new RowscribeError('excel-failed', { path, detail: answer.detail });
  }

  #missing(sheet: string): RowscribeError {
    return new RowscribeError('sheet-missing', { sheet, known: this.#names.map(({ name }) => name) });
  }

  #odd({ answer }: LinkAnswer): RowscribeError {
    return new RowscribeError('excel-failed', { path: this.name, detail: `answer ${answer}` });
  }

  #book(): Book {
    const names = this.#names;
    const sheets = this.#sheets;
    const sheetOf = async (name: string, signal: AbortSignal | undefined) => {
      signal?.throwIfAborted();
      const found = findSheet(
        names.map((one) => one.name),
        name,
      );
      if (found === undefined) throw this.#missing(name);
      return { name: found, live: sheets.get(found) ?? (await this.#inTurn(() => this.#load(found, signal), signal)) };
    };
    return {
      path: this.#key,
      sha256: versionOf(this.#key, sheets),
      sheets: names,
      async *rows(name, signal) {
        for (const row of (await sheetOf(name, signal)).live.rows) {
          signal?.throwIfAborted();
          yield row;
        }
      },
      pictures: async (name, signal) => {
        const { name: found, live } = await sheetOf(name, signal);
        return (await this.#saved?.of(found, live, signal)) ?? [];
      },
      readPicture: async (picture, called, signal) => {
        if (this.#file === undefined) throw new RowscribeError('picture-missing', { path: called });
        const book = await this.#files.open(this.#file, signal);
        try {
          return await book.readPicture(picture, called, signal);
        } finally {
          await book.close();
        }
      },
      close: async () => {},
    };
  }
}

function refusalOf(edit: CellEdit, why: Why): CellRefusal {
  const { sheet, cell, value } = edit;
  if (why !== 'too-long') return refusal(edit, refusalCodes[why]);
  const length = typeof value === 'string' ? value.length : 0;
  return { sheet, cell, error: new RowscribeError('cell-too-long', { sheet, cell, length }) };
}
