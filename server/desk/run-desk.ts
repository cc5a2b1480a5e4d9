// The runs of this server: one at a time for each workbook, begun, paused, stopped and taken back on demand.
import type { RunRowsAnswer, RunView } from '../contract/runs.ts';
import type { ServerEvent } from '../contract/state.ts';
import { RowscribeError } from '../errors.ts';
import { fill } from '../jobs/fill.ts';
import { viewSheet } from '../jobs/ingest.ts';
import type { RunHistory } from '../ports/history.ts';
import type { ShelfEntry } from './shelf.ts';
import { DeskRun, type RunOrder } from './desk-run.ts';
import { earlierRun, earlierRuns } from './earlier-runs.ts';
import { notePace, perform, rowsOfRun } from './perform.ts';
import { pageOf, recordedRows, type RowsQuestion } from './run-rows.ts';
import { RunTeller } from './run-teller.ts';
import { everything, jobOf, notNow, type Job, type TargetParts } from './targets.ts';
import { performWatched } from './watched-fill.ts';

export interface RunDeskParts extends TargetParts {
  readonly history: RunHistory;
  readonly publish: (event: ServerEvent) => void;
  /** A row of the model now takes this long. */
  readonly onPace: (secondsPerRow: number) => void;
  readonly secondsPerRow: () => number | undefined;
}

/** Runs told of in the state. */
const runsShownMax = 20;
/** Runs of this session that are remembered after their end. */
const runsKeptMax = 200;
/** Runs that may wait or be on at once. */
const runsOpenMax = 100;

export class RunDesk {
  readonly #parts: RunDeskParts;
  readonly #teller: RunTeller;
  readonly #session: string;
  readonly #runs = new Map<string, DeskRun>();
  /** What is on or waits, by the journal's name of the workbook; the first is on. */
  readonly #queues = new Map<string, DeskRun[]>();
  readonly #ends = new Set<Promise<void>>();
  #count = 0;

  constructor(parts: RunDeskParts) {
    this.#parts = parts;
    this.#session = parts.clock.now().toString(36);
    this.#teller = new RunTeller(parts.clock, parts.publish, (entry, problem) =>
      parts.shelf.setWaiting(entry, problem),
    );
  }

  /** Newest first; those of earlier sessions, and of other processes, after those of this one. */
  views(): readonly RunView[] {
    const own = [...this.#runs.values()].toReversed();
    const known = new Set(own.map((run) => run.journalId));
    const earlier = earlierRuns(this.#parts, runsShownMax).filter((run) => !known.has(Number(run.id)));
    return [...own.map((run) => run.view()), ...earlier].slice(0, runsShownMax);
  }

  /** Errors: `not-found`. */
  view(id: string): RunView {
    return this.#runs.get(id)?.view() ?? earlierRun(this.#parts, id);
  }

  /**
   * Begins a run, or puts it behind the one that is on in the same workbook. An equal one that waits or is on is given
   * instead. Errors: those of `jobOf`, of opening and of columns; `runs-too-many`.
   */
  async start(order: RunOrder, signal: AbortSignal): Promise<RunView> {
    const job = await jobOf(this.#parts, order.target, order.scope);
    const book = await job.parts.workbooks.open(job.options.workbook, signal);
    try {
      const { recipe, sheet, columns } = job.options;
      const view = await viewSheet(book, recipe, sheet, signal, columns);
      return await this.#enqueue({ ...order, target: { ...order.target, sheet: view.sheet } });
    } finally {
      await book.close();
    }
  }

  pause(id: string): RunView {
    const run = this.#ownRun(id);
    if (run.state !== 'running' && run.state !== 'loading') notNow('它没有在运行', 'it is not running');
    if (run.order.kind !== 'fill') notNow('只有填写可以暂停', 'only a fill can be paused');
    run.pause();
    return run.view();
  }

  /** A paused run goes on; one that ended before everything was done is taken up by a new one. */
  async resume(id: string): Promise<RunView> {
    const run = this.#runs.get(id);
    if (run?.state === 'paused') {
      run.resume();
      return run.view();
    }
    const { kind, target, scope, state } = this.view(id);
    if (kind !== 'fill') notNow('只有填写可以继续', 'only a fill can go on');
    if (state !== 'stopped' && state !== 'failed') notNow('它没有停下', 'it has not stopped');
    return this.#enqueue({ kind, target, scope });
  }

  stop(id: string): RunView {
    const run = this.#ownRun(id);
    if (run.order.isWatched === true)
      notNow('监视会自己继续，可以暂停它', 'the watch goes on by itself; pause it instead');
    if (run.state === 'queued') this.#dropQueued(run);
    else if (!run.isOver) run.stop(new RowscribeError('interrupted', {}));
    return run.view();
  }

  /** A new run over the rows of this one that failed. */
  async retry(id: string): Promise<RunView> {
    const view = this.view(id);
    if (view.kind !== 'fill') notNow('只有填写可以重试', 'only a fill can be tried again');
    if (!isOver(view)) notNow('它还在进行', 'it is still going on');
    const failed = this.#records(id).filter((row) => row.answer?.outcome === 'failed');
    if (failed.length === 0) notNow('没有失败的行', 'no row has failed');
    return this.#enqueue(
      { kind: 'fill', target: view.target, scope: view.scope },
      new Set(failed.map(({ key }) => key)),
    );
  }

  /** A new run that takes back what this one wrote. */
  async undo(id: string): Promise<RunView> {
    const view = this.view(id);
    if (!isOver(view)) notNow('请先停止它', 'stop it first');
    const journalId = this.#journalId(id);
    if (!view.canUndo || journalId === undefined) notNow('没有可以撤销的内容', 'there is nothing to undo');
    return this.#enqueue({ kind: 'undo', target: view.target, scope: view.scope, undoes: journalId });
  }

  async rows(id: string, question: RowsQuestion, signal: AbortSignal): Promise<RunRowsAnswer> {
    const run = this.#runs.get(id);
    if (run !== undefined && run.order.kind !== 'fill') return pageOf(run.shown, question);
    const { target, scope } = this.view(id);
    const job = run?.job ?? (await jobOf(this.#parts, target, scope));
    const records = this.#records(id);
    const rows = await recordedRows(job, target.sheet, records, run?.refused ?? new Map(), signal);
    const { sheet } = target;
    const acceptance = sheet === undefined ? undefined : this.#parts.journal.acceptance(job.entry.key, sheet);
    return { ...pageOf(rows, question), ...(acceptance && { acceptance }) };
  }

  /** Fills for the watch, shown as a run that is paused here and otherwise is the watch's own. Errors: those of `fill`. */
  readonly fillWatched: typeof fill = async (parts, options, observer, signal) => {
    const { workbook, sheet, recipe } = options;
    const entry = this.#parts.shelf.ofKey(workbook);
    const target = { workbook: entry.id, recipe: recipe.id, ...(sheet !== undefined && { sheet }) };
    const order: RunOrder = { kind: 'fill', target, scope: everything, isWatched: true };
    const run = this.#newRun(order, { entry, parts, options });
    // A run that was cut off, as by a workbook that is open, goes on as the same one.
    const onShown = (journalId: number) => {
      for (const old of this.#runs.values()) if (old.journalId === journalId) this.#runs.delete(old.id);
      this.#remember(run);
    };
    try {
      return await performWatched({ fill, run, onShown }, [parts, options, observer, signal]);
    } finally {
      notePace(run, this.#parts);
    }
  };

  /** Excel's pane of this document is there (again): what waited for it is saved at once. */
  hurry({ key }: Pick<ShelfEntry, 'key'>): void {
    for (const run of this.#queues.get(key) ?? []) run.hurry();
  }

  /** Stops everything; resolves when it has ended. */
  async close(): Promise<void> {
    for (const queue of this.#queues.values()) {
      for (const run of queue.toReversed()) this.stop(run.id);
    }
    await Promise.all(this.#ends);
  }

  /**
   * Writes what earlier runs had finished when the document was closed, with the guards of any delivery. Nothing is done
   * while a run is on here: it delivers by itself. What cannot be taken up (a recipe that is gone) stays in the journal.
   */
  async deliverLeft({ id, key }: Pick<ShelfEntry, 'id' | 'key'>): Promise<void> {
    if (this.#queues.has(key)) return;
    const { history } = this.#parts;
    const left = history
      .runs({ workbook: key, runsMax: runsShownMax })
      .filter((run) => run.waiting > 0 && !run.isAlive);
    for (const { sheet, recipe, mode, rows } of left.toReversed()) {
      const scope = { rows, mode, overwriteEdited: false };
      const order: RunOrder = { kind: 'fill', target: { workbook: id, sheet, recipe }, scope, isDeliveryOnly: true };
      await this.#enqueue(order, new Set()).catch(() => undefined);
    }
  }

  async #enqueue(order: RunOrder, onlyKeys?: ReadonlySet<string>): Promise<RunView> {
    const job = await jobOf(this.#parts, order.target, order.scope);
    const open = [...this.#queues.values()].flat();
    const same =
      order.kind === 'preview' || onlyKeys !== undefined ? undefined : open.find((run) => isSame(run.order, order));
    if (same !== undefined) return same.view();
    if (open.length >= runsOpenMax) throw new RowscribeError('runs-too-many', { countMax: runsOpenMax });
    const run = this.#newRun(order, rowsOfRun(job, onlyKeys));
    this.#remember(run);
    // A look at a few rows writes nothing, so it waits for nobody.
    const key = order.kind === 'preview' ? `preview ${run.id}` : job.entry.key;
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, [...queue, run]);
    this.#teller.onRun(run);
    if (queue.length === 0) this.#begin(key, run);
    return run.view();
  }

  #newRun(order: RunOrder, job: Job): DeskRun {
    const id = `${this.#session}-${(this.#count += 1)}`;
    const { clock, secondsPerRow } = this.#parts;
    return new DeskRun(id, order, job, clock, this.#teller, secondsPerRow());
  }

  #begin(key: string, run: DeskRun): void {
    const onUndone = (journalId: number) => this.#ofJournal(journalId)?.undone();
    const end = perform(run, this.#parts, onUndone).then(() => this.#next(key, run));
    this.#ends.add(end);
    void end.finally(() => this.#ends.delete(end));
  }

  #next(key: string, run: DeskRun): void {
    const queue = (this.#queues.get(key) ?? []).filter((other) => other !== run);
    const [first] = queue;
    if (first === undefined) {
      this.#queues.delete(key);
      return;
    }
    this.#queues.set(key, queue);
    this.#begin(key, first);
  }

  #dropQueued(run: DeskRun): void {
    const { key } = run.job.entry;
    const queue = this.#queues.get(key) ?? [];
    // The first one waits for a claim, and hears of it there.
    if (queue[0] === run) return run.stop(new RowscribeError('interrupted', {}));
    this.#queues.set(
      key,
      queue.filter((other) => other !== run),
    );
    run.end('stopped');
  }

  #remember(run: DeskRun): void {
    this.#runs.set(run.id, run);
    for (const old of this.#runs.values()) {
      if (this.#runs.size <= runsKeptMax) break;
      if (old.isOver) this.#runs.delete(old.id);
    }
  }

  #ownRun(id: string): DeskRun {
    const run = this.#runs.get(id);
    if (run !== undefined) return run;
    // It is there, but not ours to steer.
    this.view(id);
    return notNow('它不是由这个窗口启动的', 'it was not started here');
  }

  #ofJournal(journalId: number): DeskRun | undefined {
    return [...this.#runs.values()].findLast((run) => run.journalId === journalId && run.order.kind === 'fill');
  }

  #journalId(id: string): number | undefined {
    return this.#runs.has(id) ? this.#runs.get(id)?.journalId : Number(id);
  }

  #records(id: string) {
    const journalId = this.#journalId(id);
    return journalId === undefined ? [] : this.#parts.journal.rows(journalId);
  }
}

const isOver = ({ state }: RunView) => state === 'finished' || state === 'stopped' || state === 'failed';

function isSame(one: RunOrder, other: RunOrder): boolean {
  const essence = ({ kind, target, scope, undoes }: RunOrder) => JSON.stringify([kind, target, scope, undoes]);
  return essence(one) === essence(other);
}
