// The read model of a run: counts, rate, time left.
import type { Outcome } from '../domain/job.ts';

export interface RunStatus {
  readonly total: number;
  readonly finished: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly rowsPerMinute?: number;
  readonly secondsLeft?: number;
}

/** Rows whose pace is looked at: old ones say little about a model that has warmed up or a card that got hot. */
const paceRowsMax = 20;

/** Follows a run by the times at which its rows got their answers. */
export class RunMeter {
  readonly #total: number;
  readonly #times: number[];
  readonly #counts: Record<Outcome, number> = { done: 0, 'needs-person': 0, failed: 0 };

  constructor(total: number, nowMs: number) {
    this.#total = total;
    this.#times = [nowMs];
  }

  add(outcome: Outcome, nowMs: number): void {
    this.#counts[outcome] += 1;
    this.#times.push(nowMs);
    if (this.#times.length > paceRowsMax + 1) this.#times.shift();
  }

  status(): RunStatus {
    const finished = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    const first = this.#times[0] ?? 0;
    const last = this.#times.at(-1) ?? first;
    const base = { total: this.#total, finished, counts: { ...this.#counts } };
    // One row says little: its time holds everything that happens once.
    if (finished < 2 || last === first) return base;
    const msPerRow = (last - first) / (this.#times.length - 1);
    return { ...base, rowsPerMinute: 60_000 / msPerRow, secondsLeft: ((this.#total - finished) * msPerRow) / 1000 };
  }
}
