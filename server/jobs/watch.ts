// The watch: a queue of workbooks that settled, worked on one after the other, the oldest event first.
import { asRowscribeError, isRowscribeError, type RowscribeError } from '../errors.ts';
import type { FillOptions } from './fill.ts';
import { isFatal } from './run-row.ts';
import { tendBook, type WatchObserver, type WatchParts } from './watch-book.ts';
import { newMemory, type BookMemory } from './watch-changes.ts';

/** What a watched folder tells. Paths are absolute and real. */
export interface FolderEvents {
  /** A workbook appeared or changed, and is quiet now. */
  onWorkbook(workbook: string): void;
  /** It was deleted, and no other came in its place. */
  onGone(workbook: string): void;
  /** The program that had it open has closed it. */
  onClosed(workbook: string): void;
  /** A picture file appeared or changed. */
  onPicture(picture: string): void;
}

export interface WatchTimes {
  /** Between tries to write a workbook that somebody has open, or that cannot be written for another reason. */
  readonly retryMs: number;
  /** Between tries to read a workbook that is not whole, as while it is being copied; then it counts as broken. */
  readonly unreadableMs: readonly number[];
  /** After work, so long without any is a rest. */
  readonly restAfterMs: number;
}

export const defaultWatchTimes: WatchTimes = {
  retryMs: 30_000,
  unreadableMs: [1000, 2000, 5000, 10_000],
  restAfterMs: 3000,
};

interface Watched {
  readonly memory: BookMemory;
  /** When the event came that is to be answered; undefined when there is nothing to do. */
  sinceMs: number | undefined;
  /** Not to be worked on before. */
  notBeforeMs: number;
  looksAtPictures: boolean;
  unreadable: number;
  /** It could not be written: worth trying as soon as it is closed. */
  isWaiting: boolean;
  /** What was last said to be wrong: it is said once. */
  problem: string;
}

export class Watch implements FolderEvents {
  readonly #parts: WatchParts;
  readonly #optionsFor: (workbook: string) => FillOptions;
  readonly #observer: WatchObserver;
  readonly #times: WatchTimes;
  readonly #books = new Map<string, Watched>();
  #wake = new AbortController();
  #isResting = false;

  constructor(
    parts: WatchParts,
    optionsFor: (workbook: string) => FillOptions,
    observer: WatchObserver,
    times: WatchTimes = defaultWatchTimes,
  ) {
    this.#parts = parts;
    this.#optionsFor = optionsFor;
    this.#observer = observer;
    this.#times = times;
  }

  onWorkbook(workbook: string): void {
    const known = this.#books.get(workbook);
    if (known !== undefined) known.unreadable = 0;
    else {
      this.#books.set(workbook, {
        ...{ sinceMs: undefined, notBeforeMs: 0, looksAtPictures: true, unreadable: 0, isWaiting: false, problem: '' },
        memory: newMemory(),
      });
    }
    this.#due(workbook);
  }

  onGone(workbook: string): void {
    this.#books.delete(workbook);
  }

  onClosed(workbook: string): void {
    if (this.#books.get(workbook)?.isWaiting === true) this.#due(workbook);
  }

  onPicture(picture: string): void {
    for (const [workbook, book] of this.#books) {
      if (!book.memory.pictures.has(picture)) continue;
      book.looksAtPictures = true;
      this.#due(workbook);
    }
  }

  /** Works until `signal` aborts. Rejects when nothing can be done for any workbook: no engine, no journal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wake = (this.#wake = new AbortController());
      const next = this.#next();
      if (next !== undefined && next.notBeforeMs <= this.#parts.clock.now()) await this.#work(next.workbook, signal);
      else await this.#sleep(next?.notBeforeMs, AbortSignal.any([signal, wake.signal]));
    }
  }

  /** Works on what is due now and returns; gives the workbooks that wait for something. */
  async runOnce(signal: AbortSignal): Promise<number> {
    for (let next = this.#next(); next !== undefined && !signal.aborted; next = this.#next()) {
      if (next.notBeforeMs > this.#parts.clock.now()) break;
      await this.#work(next.workbook, signal);
    }
    return [...this.#books.values()].filter((book) => book.sinceMs !== undefined).length;
  }

  #due(workbook: string): void {
    const book = this.#books.get(workbook);
    if (book === undefined) return;
    book.sinceMs ??= this.#parts.clock.now();
    book.notBeforeMs = 0;
    this.#wake.abort();
  }

  /** Of those that may be worked on now, the one that waits longest; else the one whose time comes first. */
  #next(): { workbook: string; notBeforeMs: number } | undefined {
    const nowMs = this.#parts.clock.now();
    let best: { workbook: string; notBeforeMs: number; sinceMs: number } | undefined;
    for (const [workbook, { sinceMs, notBeforeMs: due }] of this.#books) {
      if (sinceMs === undefined) continue;
      const notBeforeMs = Math.max(due, nowMs);
      const isSooner = best === undefined || notBeforeMs < best.notBeforeMs;
      const isOlder = best?.notBeforeMs === notBeforeMs && sinceMs < best.sinceMs;
      if (isSooner || isOlder) best = { workbook, notBeforeMs, sinceMs };
    }
    return best;
  }

  async #sleep(untilMs: number | undefined, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const ms = untilMs === undefined ? longSleepMs : Math.max(0, untilMs - clock.now());
    const { restAfterMs } = this.#times;
    if (this.#isResting || ms < restAfterMs) return clock.sleep(ms, signal).catch(() => {});
    await clock.sleep(restAfterMs, signal).catch(() => {});
    if (signal.aborted) return;
    this.#isResting = true;
    this.#parts.onRest?.();
  }

  async #work(workbook: string, signal: AbortSignal): Promise<void> {
    const book = this.#books.get(workbook);
    if (book === undefined) return;
    this.#isResting = false;
    const looksAtPictures = book.looksAtPictures;
    Object.assign(book, { sinceMs: undefined, looksAtPictures: false, isWaiting: false });
    try {
      const options = this.#optionsFor(workbook);
      await tendBook(this.#parts, options, book.memory, looksAtPictures, this.#observer, signal);
      Object.assign(book, { unreadable: 0, problem: '' });
    } catch (error) {
      book.looksAtPictures ||= looksAtPictures;
      if (signal.aborted) return;
      if (isFatal(error)) throw error;
      this.#onError(workbook, book, asRowscribeError(error));
    }
  }

  #onError(workbook: string, book: Watched, error: RowscribeError): void {
    const { unreadableMs, retryMs } = this.#times;
    const nowMs = this.#parts.clock.now();
    if (isRowscribeError(error, 'workbook-missing')) return;
    const soonMs = isRowscribeError(error, 'workbook-unreadable') ? unreadableMs[book.unreadable] : undefined;
    if (soonMs !== undefined) {
      book.unreadable += 1;
      this.#later(book, nowMs + soonMs);
      return;
    }
    if (error.retryable) {
      this.#later(book, nowMs + retryMs);
      book.isWaiting = true;
    }
    if (book.problem === error.message) return;
    book.problem = error.message;
    if (error.retryable) this.#observer.onWaiting(workbook, error, nowMs + retryMs);
    else this.#observer.onError(workbook, error);
  }

  /** An event that came meanwhile is answered at once. */
  #later(book: Watched, atMs: number): void {
    if (book.sinceMs !== undefined) return;
    book.sinceMs = this.#parts.clock.now();
    book.notBeforeMs = atMs;
  }
}

/** Nothing is due: an event wakes the loop. */
const longSleepMs = 24 * 60 * 60 * 1000;
