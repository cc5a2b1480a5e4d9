// One run as pages see it: where it stands, how fast it is, which rows it is at.
import type { RowRef, RunRequest, RunRowView, RunView } from '../contract/runs.ts';
import type { Problem } from '../contract/state.ts';
import type { ProductRow } from '../domain/row.ts';
import { RowscribeError } from '../errors.ts';
import type { FillBegin, FillObserver, RowReport } from '../jobs/fill.ts';
import type { RunHandle } from '../jobs/runner.ts';
import { RunMeter } from '../jobs/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { StoredAnswer } from '../ports/store.ts';
import type { CellRefusal } from '../ports/workbook.ts';
import { problemOf } from '../problem.ts';
import { rowRefOf, runRowOf, type RunRowPlace } from './run-rows.ts';
import type { Job } from './targets.ts';

export interface DeskRunEvents {
  onRun(run: DeskRun): void;
  onRow(run: DeskRun, row: RunRowView): void;
  /** Saving waits for something, or no longer does. */
  onWaiting(run: DeskRun, problem: Problem | undefined): void;
}

export type RunOrder = Omit<RunRequest, 'kind'> & {
  readonly kind: RunView['kind'];
  /** The number in the journal of the run that is taken back. */
  readonly undoes?: number;
  /** Only what an earlier run left in the journal is delivered; rows that it did not come to stay. */
  readonly isDeliveryOnly?: true;
  /** The watch began it. */
  readonly isWatched?: true;
};

const ended: readonly RunView['state'][] = ['finished', 'stopped', 'failed'];

export class DeskRun implements FillObserver {
  readonly id: string;
  readonly order: RunOrder;
  readonly job: Job;
  /** Aborts when the run is to stop. */
  readonly stopping = new AbortController();
  /** Cells that were left alone, by row key: the journal does not hold them. */
  readonly refused = new Map<string, readonly CellRefusal[]>();
  /** Rows of a preview: the journal holds none of them. */
  readonly shown: RunRowView[] = [];
  /** The number in the journal, once it has one. */
  journalId: number | undefined;
  readonly #clock: Clock;
  readonly #events: DeskRunEvents;
  readonly #startedAtMs: number;
  /** What a row of the model took before this run. */
  readonly #secondsPerRow: number | undefined;
  readonly #current = new Map<string, RowRef>();
  #endedAtMs: number | undefined;
  #state: RunView['state'] = 'queued';
  #handle: RunHandle | undefined;
  #total = 0;
  #meter: RunMeter;
  #place: RunRowPlace | undefined;
  #problem: Problem | undefined;
  #lastFailure = '';
  #canUndo = false;
  readonly #over = new AbortController();
  /** The model that wrote; '' before it is known. */
  model = '';

  constructor(
    id: string,
    order: RunOrder,
    job: Job,
    clock: Clock,
    events: DeskRunEvents,
    secondsPerRow: number | undefined,
  ) {
    this.id = id;
    this.order = order;
    this.job = job;
    this.#clock = clock;
    this.#events = events;
    this.#secondsPerRow = secondsPerRow;
    this.#startedAtMs = clock.now();
    this.#meter = new RunMeter(0, this.#startedAtMs);
  }

  get state(): RunView['state'] {
    return this.#state;
  }

  get isOver(): boolean {
    return ended.includes(this.#state);
  }

  /** Aborts when the run has ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Seconds a row took in this run; undefined before it can be told. */
  get pace(): number | undefined {
    const { rowsPerMinute } = this.#meter.status();
    return rowsPerMinute === undefined ? undefined : 60 / rowsPerMinute;
  }

  view(): RunView {
    const { finished, counts, rowsPerMinute, secondsLeft } = this.#meter.status();
    const { target, scope, kind, isWatched } = this.order;
    const left = secondsLeft ?? (this.#secondsPerRow && this.#secondsPerRow * (this.#total - finished));
    return {
      ...{ id: this.id, kind, target, scope, workbookName: this.job.entry.name, state: this.#state },
      ...{ total: this.#total, finished, counts },
      ...(rowsPerMinute !== undefined && { rowsPerMinute }),
      ...(left !== undefined && !this.isOver && { secondsLeft: left }),
      startedAtMs: this.#startedAtMs,
      ...(this.#endedAtMs !== undefined && { endedAtMs: this.#endedAtMs }),
      current: [...this.#current.values()],
      ...(this.#problem && { problem: this.#problem }),
      canUndo: this.isOver && this.#canUndo,
      ...(isWatched && { isWatched }),
    };
  }

  begin(): void {
    this.#become('running');
  }

  wait(error: RowscribeError): void {
    this.#problem = problemOf(error);
    this.#become('queued');
  }

  pause(): void {
    this.#handle?.pause();
    this.#become('paused');
  }

  resume(): void {
    this.#become('running');
    this.#handle?.resume();
  }

  stop(reason: RowscribeError): void {
    if (!this.isOver) this.#become('stopping');
    this.stopping.abort(reason);
    this.#handle?.hurry();
  }

  /** What saving waited for may be there now. */
  hurry(): void {
    this.#handle?.hurry();
  }

  end(state: 'finished' | 'stopped' | 'failed', error?: unknown): void {
    this.#current.clear();
    this.#handle = undefined;
    this.#endedAtMs = this.#clock.now();
    if (error !== undefined) this.#problem = problemOf(error);
    else if (state === 'failed' && this.#lastFailure !== '') this.#problem = problemOf(this.#alike());
    else if (state === 'finished') this.#problem = undefined;
    this.#become(state);
    this.#over.abort();
  }

  /** Its effect was taken back. */
  undone(): void {
    this.#canUndo = false;
    this.#events.onRun(this);
  }

  // What follows is called by the job itself.

  readonly onHandle = (handle: RunHandle): void => {
    this.#handle = handle;
    if (this.#state === 'paused') handle.pause();
  };

  onLoading(): void {
    if (this.#state !== 'paused' && this.#state !== 'stopping') this.#become('loading');
  }

  onModel({ model }: Pick<EngineInfo, 'model'>): void {
    this.model = model;
    // Loading is no part of the pace.
    this.#meter = new RunMeter(this.#total, this.#clock.now());
    if (this.#state === 'loading') this.#become('running');
  }

  onBegin({ runId, total, view }: Pick<FillBegin, 'total' | 'view'> & { readonly runId?: number }): void {
    this.journalId = runId;
    this.#total = total;
    this.#meter = new RunMeter(total, this.#clock.now());
    this.#place = { workbook: this.job.entry.id, view };
    this.#problem = undefined;
    this.#events.onRun(this);
  }

  onRow(row: ProductRow): void {
    this.#current.set(row.key, rowRefOf(row, this.job.entry.id));
    this.#events.onRun(this);
  }

  onPutBack(row: ProductRow): void {
    this.#current.delete(row.key);
    this.#events.onRun(this);
  }

  onAnswer(answer: StoredAnswer, row: ProductRow): void {
    this.#current.delete(row.key);
    if (answer.outcome === 'failed') this.#lastFailure = answer.status;
    this.#meter.add(answer.outcome, this.#clock.now());
    this.#tellRow(row, answer, false);
    this.#events.onRun(this);
  }

  onDelivered({ row, answer, refused }: RowReport): void {
    this.#canUndo ||= this.order.kind === 'fill';
    if (refused.length > 0) this.refused.set(row.key, refused);
    if (this.#problem !== undefined) {
      this.#problem = undefined;
      this.#events.onWaiting(this, undefined);
    }
    this.#tellRow(row, answer, true);
    this.#events.onRun(this);
  }

  onOutdated(): void {
    this.#events.onRun(this);
  }

  onDeliveryError(error: RowscribeError): void {
    this.#problem = problemOf(error);
    this.#events.onWaiting(this, this.#problem);
    this.#events.onRun(this);
  }

  #tellRow(row: ProductRow, answer: StoredAnswer, isDelivered: boolean): void {
    if (this.#place === undefined) return;
    const view = runRowOf(row, answer, isDelivered, this.refused.get(row.key) ?? [], this.#place);
    if (this.order.kind === 'preview') this.shown.push(view);
    this.#events.onRow(this, view);
  }

  #become(state: RunView['state']): void {
    this.#state = state;
    this.#events.onRun(this);
  }

  #alike(): RowscribeError {
    const { failAlikeRowsMax: count } = this.job.options.limits;
    return new RowscribeError('run-alike', { count, reason: this.#lastFailure });
  }
}
