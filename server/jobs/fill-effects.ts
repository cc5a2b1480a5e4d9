// The runner's effects in a fill: rows, journal, workbook and observer together.
import type { ProductRow } from '../domain/row.ts';
import type { RowWork } from '../domain/work.ts';
import { RowscribeError } from '../errors.ts';
import type { Journal, RowRecord, StoredAnswer } from '../ports/store.ts';
import { deliver, type DeliverContext, type Located } from './deliver.ts';
import type { FillObserver, FillOptions, FillParts } from './fill.ts';
import type { FillPlan } from './fill-plan.ts';
import { runError } from './run-error.ts';
import { failedAnswer, runRow, type RowContext, type RowTimes } from './run-row.ts';
import type { Effects } from './runner.ts';

/** The runner's effects on a real engine, journal and workbook. */
export class FillEffects implements Effects {
  readonly #rowContext: RowContext | undefined;
  readonly #journal: Journal;
  readonly #observer: FillObserver;
  readonly #runId: number;
  readonly #delivery: DeliverContext;
  readonly #work: ReadonlyMap<string, RowWork>;
  readonly #answers = new Map<string, { row: ProductRow; answer: StoredAnswer; times?: RowTimes }>();
  readonly #crashes: Map<string, number>;
  /** Of rows that an earlier run left behind: a person may have written into their cells since. */
  readonly #replaceable: ReadonlyMap<string, ReadonlyMap<string, string>>;
  #located: Located;

  constructor(
    parts: FillParts,
    options: FillOptions,
    plan: FillPlan,
    crashes: ReadonlyMap<string, number>,
    runId: number,
    /** Absent when there is no row to work on. */
    context: RowContext | undefined,
    observer: FillObserver,
  ) {
    this.#rowContext = context;
    this.#journal = parts.journal;
    this.#observer = observer;
    this.#runId = runId;
    this.#delivery = { ...parts, ...options, runId };
    this.#work = new Map(plan.work.map((work) => [work.row.key, work]));
    this.#crashes = new Map(crashes);
    this.#located = plan.located;
    this.#replaceable = new Map(plan.left.map((one) => [one.row.key, one.replaceable]));
    for (const one of plan.left) this.#answers.set(one.row.key, one);
  }

  async work(key: string, signal: AbortSignal): Promise<StoredAnswer> {
    const work = this.#workOf(key);
    this.#put(work.row, 'working');
    this.#observer.onRow?.(work.row);
    const { answer, times } = await runRow({ ...work, rewrites: [] }, this.#context, signal);
    return this.#answer(work.row, answer, times);
  }

  putBack(key: string, crashWeight: number): void {
    this.#crashes.set(key, (this.#crashes.get(key) ?? 0) + crashWeight);
    const { row } = this.#workOf(key);
    this.#put(row, 'queued');
    this.#observer.onPutBack?.(row);
  }

  quarantine(key: string): StoredAnswer {
    const { row } = this.#workOf(key);
    this.#put(row, 'working');
    const error = new RowscribeError('row-quarantined', {});
    return this.#answer(row, failedAnswer(error, this.#context, this.#context.clock.now()));
  }

  async deliver(keys: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const answered = keys
      .flatMap((key) => this.#answers.get(key) ?? [])
      .map((one) => ({ ...one, reason: '', replaceable: this.#replaceable.get(one.row.key) ?? one.row.outputs }));
    const delivery = await deliver(answered, this.#located, this.#delivery, signal);
    this.#located = delivery.located;
    for (const [key, refused] of delivery.delivered) {
      const one = this.#answers.get(key);
      if (one !== undefined) this.#observer.onDelivered({ ...one, times: one.times, refused });
    }
    const outdated = delivery.outdated.flatMap((key) => this.#answers.get(key)?.row ?? []);
    for (const row of outdated) this.#put(row, 'queued');
    if (outdated.length > 0) this.#observer.onOutdated(outdated);
    for (const key of keys) this.#answers.delete(key);
    return keys;
  }

  onDeliveryError(error: unknown, retryAtMs: number): void {
    if (!(error instanceof RowscribeError)) return;
    this.#journal.noteError(this.#runId, runError(error));
    this.#observer.onDeliveryError(error, retryAtMs);
  }

  get #context(): RowContext {
    if (this.#rowContext === undefined) throw new RowscribeError('internal', { detail: 'no row to work on' });
    return this.#rowContext;
  }

  #workOf(key: string): RowWork {
    const work = this.#work.get(key);
    if (work === undefined) throw new RowscribeError('internal', { detail: `row ${key} is not part of the run` });
    return work;
  }

  #answer(row: ProductRow, answer: StoredAnswer, times?: RowTimes): StoredAnswer {
    this.#answers.set(row.key, { row, answer, ...(times && { times }) });
    this.#put(row, 'answered', answer);
    this.#observer.onAnswer(answer, row);
    return answer;
  }

  #put(row: ProductRow, state: RowRecord['state'], answer?: StoredAnswer): void {
    const crashes = this.#crashes.get(row.key) ?? 0;
    this.#journal.putRow(this.#runId, {
      key: row.key,
      fingerprint: row.fingerprint,
      state,
      crashes,
      ...(answer && { answer }),
    });
  }
}
