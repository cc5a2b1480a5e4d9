// One watched workbook, looked at and worked on until nothing is left to do for it.
import type { Checker } from '../domain/compliance/checker.ts';
import { RowscribeError } from '../errors.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { StoredAnswer } from '../ports/store.ts';
import type { Choice } from '../ports/watch-memory.ts';
import { fill, type FillObserver, type FillOptions, type FillParts, type RowReport } from './fill.ts';
import { findChanges, type BookMemory, type Changes, type ChangesParts, type RowChange } from './watch-changes.ts';
import { OwnVersions } from './own-versions.ts';
import { deliverNotes, stillAsked } from './watch-notes.ts';

export interface WatchParts extends Omit<FillParts, 'checker'>, ChangesParts {
  /** The check over the tables as they are now: a team may have edited its lists. Asked for when there is work. */
  checker(): Promise<Checker>;
  /** Fills rows as `fill` does, and may tell others of it. */
  readonly fill?: typeof fill;
  /** Called once after work, when nothing came for a while: what only work needs may be let go. */
  onRest?(): void;
}

type WorkParts = FillParts & ChangesParts & Pick<WatchParts, 'fill'>;

/** How many rows of a workbook ended in which way. */
export type RowCounts = Record<StoredAnswer['outcome'], number>;

export interface WatchObserver {
  onLoading(): void;
  onModel(info: EngineInfo): void;
  /** Rows for the model to work on. */
  onFilling(workbook: string, rows: number): void;
  /** Texts were put back that an older copy had overwritten. */
  onRestored(workbook: string, labels: readonly string[]): void;
  /** Inputs changed under texts that a person had changed. */
  onStale(workbook: string, labels: readonly string[]): void;
  onDone(workbook: string, counts: RowCounts): void;
  /** The workbook cannot be written now; it is tried again by itself. */
  onWaiting(workbook: string, error: RowscribeError, retryAtMs: number): void;
  /** The workbook cannot be worked on until it changes. */
  onError(workbook: string, error: RowscribeError): void;
}

/**
 * Looks at the workbook and does what there is to do, again until nothing is left. Errors: those of opening, columns,
 * delivery and the engine; what was finished is in the workbook or the journal, and the next call goes on.
 */
export async function tendBook(
  parts: WatchParts,
  options: FillOptions,
  memory: BookMemory,
  looksAtPictures: boolean,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<void> {
  let found = await findChanges(parts, options, memory, looksAtPictures, signal);
  while (found !== undefined && found.length > 0) {
    const versions = new OwnVersions(parts.workbooks, memory.sha256);
    try {
      for (const changes of found) {
        await tendSheet({ ...parts, workbooks: versions.workbooks }, options, changes, observer, signal);
      }
    } catch (error) {
      memory.sha256 = '';
      throw error;
    }
    if (signal.aborted) return;
    memory.sha256 = versions.newest ?? memory.sha256;
    found = await findChanges(parts, options, memory, false, signal);
  }
}

/** Does what there is to do in one sheet. Errors: those of delivery and of the engine. */
export async function tendSheet(
  parts: WatchParts,
  { workbook, ...rest }: FillOptions,
  found: Changes,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<void> {
  const { sheet } = found.located.view;
  const options = { ...rest, workbook, sheet, recipe: found.recipe };
  const working: WorkParts = { ...parts, checker: await parts.checker() };
  askAboutStale(parts, workbook, found);
  await putNotes(working, options, found, observer, signal);
  const written = await fillRows(working, options, found, observer, signal);
  if (signal.aborted) return;
  settle(parts, workbook, { ...found, changes: found.changes.filter(({ row }) => written.has(row.key)) }, 'new');
  const tried = found.changes.map(({ row, identity }) => ({ sheet, rowKey: row.key, identity }));
  parts.memory.noteTried(workbook, tried);
}

/** Before anything is written: a question that is asked twice is the same question. */
function askAboutStale(parts: WatchParts, workbook: string, found: Changes): void {
  const { sheet } = found.located.view;
  settle(parts, workbook, found, 'mine');
  const askedAtMs = parts.clock.now();
  const questions = found.changes.flatMap(({ row, work }) =>
    work.staleKeys.map((column) => ({
      sheet,
      rowKey: row.key,
      column,
      text: row.outputs.get(column) ?? '',
      askedAtMs,
    })),
  );
  parts.memory.ask(workbook, questions);
}

function settle(parts: WatchParts, workbook: string, { located, changes }: Changes, wanted: Choice): void {
  const { sheet } = located.view;
  for (const { row, work } of changes) {
    for (const [column, choice] of work.answers) {
      if (choice !== wanted) continue;
      parts.memory.settle(workbook, { sheet, rowKey: row.key }, column, choice, parts.clock.now());
    }
  }
}

async function putNotes(
  parts: WorkParts,
  options: FillOptions,
  found: Changes,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<void> {
  const restored = found.changes.filter(({ work }) => work.restored.size > 0);
  const stale = found.changes.filter(({ work }) => work.staleKeys.length > 0);
  const answered = found.changes.filter(({ work }) => work.answers.size > 0 && work.staleKeys.length === 0);
  const noted = [...stale, ...answered].filter(({ work }) => work.keys.length === 0 && work.restored.size === 0);
  const notes = [...restored, ...noted];
  if (notes.length > 0) {
    const release = parts.journal.claim(options.workbook);
    if (release === undefined) throw new RowscribeError('workbook-in-use', { path: options.workbook });
    try {
      await deliverNotes(parts, options, found, notes, signal);
    } finally {
      release();
    }
  }
  if (restored.length > 0) observer.onRestored(options.workbook, labels(restored));
  if (stale.length > 0) observer.onStale(options.workbook, labels(stale));
}

const labels = (changes: readonly RowChange[]) => changes.map(({ row }) => row.label);

/** Gives the keys of the rows that got their texts. */
async function fillRows(
  parts: WorkParts,
  options: FillOptions,
  { changes, located }: Changes,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const wanted = new Map(changes.filter(({ work }) => work.keys.length > 0).map((change) => [change.row.key, change]));
  if (wanted.size === 0) return new Set();
  const tally = new Tally(options.workbook, observer);
  const choose: FillOptions['choose'] = (row) => {
    const change = wanted.get(row.key);
    if (change?.row.fingerprint !== row.fingerprint) return undefined;
    return { keys: change.work.keys, staleKeys: stillAsked(change.work) };
  };
  const read = { located, rows: [...wanted.values()].map(({ row }) => row) };
  const result = await (parts.fill ?? fill)(parts, { ...options, choose, read }, tally, signal);
  if (result.state === 'stopped' && tally.problem !== undefined) throw tally.problem;
  observer.onDone(options.workbook, tally.counts);
  if (result.state === 'failed' && tally.failure !== undefined) {
    const { failAlikeRowsMax: count } = options.limits;
    observer.onError(options.workbook, new RowscribeError('run-alike', { count, reason: tally.failure }));
  }
  return tally.written;
}

/** Follows a fill and counts. */
class Tally implements FillObserver {
  readonly counts: RowCounts = { done: 0, 'needs-person': 0, failed: 0 };
  readonly written = new Set<string>();
  readonly #workbook: string;
  readonly #observer: WatchObserver;
  /** What the last row that failed said. */
  failure: string | undefined;
  /** Why the last try to save failed. */
  problem: RowscribeError | undefined;

  constructor(workbook: string, observer: WatchObserver) {
    this.#workbook = workbook;
    this.#observer = observer;
  }

  onLoading(): void {
    this.#observer.onLoading();
  }

  onModel(info: EngineInfo): void {
    this.#observer.onModel(info);
  }

  onBegin({ total }: { readonly total: number }): void {
    if (total > 0) this.#observer.onFilling(this.#workbook, total);
  }

  onAnswer(answer: StoredAnswer): void {
    if (answer.outcome === 'failed') this.failure = answer.status;
  }

  onDelivered({ answer, row }: Pick<RowReport, 'answer' | 'row'>): void {
    this.counts[answer.outcome] += 1;
    if (answer.outcome !== 'failed') this.written.add(row.key);
    this.problem = undefined;
  }

  /** The look after the run finds them again. */
  onOutdated(): void {}

  onDeliveryError(error: RowscribeError, retryAtMs: number): void {
    this.problem = error;
    this.#observer.onWaiting(this.#workbook, error, retryAtMs);
  }
}
