// The exits of an engine's process since its last answer: how long to wait before the next start, and when to give up.
import { RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { nextStart, type BackOffRules } from './back-off.ts';

export class Restarts {
  readonly #rules: BackOffRules;
  readonly #clock: Clock;
  #exitsMs: number[] = [];
  #lastExit = '';

  constructor(rules: BackOffRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** The engine works: earlier exits no longer count. */
  answered(): void {
    this.#exitsMs = [];
  }

  /** It ended without having been told to; `detail` says how. */
  ended(detail: string): void {
    this.#exitsMs.push(this.#clock.now());
    this.#lastExit = detail;
  }

  /** Resolves when it may be started. Errors: `engine-gave-up`; the abort reason. */
  async pause(signal: AbortSignal): Promise<void> {
    const next = nextStart(this.#exitsMs, this.#clock.now(), this.#rules);
    if (next.type === 'give-up') throw new RowscribeError('engine-gave-up', { detail: this.#lastExit });
    if (next.ms > 0) await this.#clock.sleep(next.ms, signal);
  }
}
