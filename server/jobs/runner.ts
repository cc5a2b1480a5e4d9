// The one loop that performs the scheduler's decisions.
import type { RunState } from '../domain/job.ts';
import { isRowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoredAnswer } from '../ports/store.ts';
import {
  crashWeight,
  initialState,
  schedule,
  type Decision,
  type SchedulerEvent,
  type SchedulerLimits,
} from './scheduler.ts';

/** What the loop can do; every method may be slow, none is called twice for the same row at once. */
export interface Effects {
  /** Works on a row and puts its answer into the journal. Throws `engine-crashed`, the abort reason, or a fatal error. */
  work(key: string, signal: AbortSignal): Promise<StoredAnswer>;
  /** Puts a row that could not be finished back into the queue of the journal; 0 when the engine did not die. */
  putBack(key: string, crashWeight: number): void;
  /** The answer of a row under which the engine died too often, put into the journal. */
  quarantine(key: string): StoredAnswer;
  /** Delivers answers and records them; gives the keys that left the list of ready rows. */
  deliver(keys: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Saving failed and will be tried again at `retryAtMs`, unless nothing else is left and it failed too often. */
  onDeliveryError(error: unknown, retryAtMs: number): void;
}

/** What may be done to a run from outside while it is on; each takes effect at once. */
export interface RunHandle {
  pause(): void;
  resume(): void;
  /** Saving that waits for its next try is tried now. */
  hurry(): void;
}

export interface RunInput {
  readonly keys: readonly string[];
  readonly readyKeys: readonly string[];
  readonly crashes: ReadonlyMap<string, number>;
  readonly limits: SchedulerLimits;
  /** Receives the run's handle before the first row is begun. */
  readonly onHandle?: (handle: RunHandle) => void;
}

/** Waits between tries to save, in seconds; the last one repeats. */
const deliveryBackOffS = [1, 2, 5, 10];

/**
 * Runs rows until nothing is left. `signal` stops the run: what is in flight is given up, what is ready is delivered.
 * Rejects with the first fatal error, after delivering what is ready.
 */
export function run(input: RunInput, effects: Effects, clock: Clock, signal: AbortSignal): Promise<RunState> {
  return new Promise((resolve, reject) => {
    new Loop(input, effects, clock, signal, resolve, reject).begin();
  });
}

class Loop {
  readonly #input: RunInput;
  readonly #effects: Effects;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #resolve: (state: RunState) => void;
  readonly #reject: (error: unknown) => void;
  readonly #rows = new AbortController();
  readonly #events: SchedulerEvent[] = [];
  #state;
  #isDraining = false;
  #alarm = new AbortController();
  #deliveryFailures = 0;
  /** Settles when no delivery is under way. */
  #delivery: Promise<unknown> = Promise.resolve();
  #fatal: unknown;

  constructor(
    input: RunInput,
    effects: Effects,
    clock: Clock,
    signal: AbortSignal,
    resolve: (state: RunState) => void,
    reject: (error: unknown) => void,
  ) {
    this.#input = input;
    this.#effects = effects;
    this.#clock = clock;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#state = { ...initialState, crashes: input.crashes };
  }

  begin(): void {
    this.#signal.addEventListener('abort', this.#onStop, { once: true });
    this.#input.onHandle?.({
      pause: () => this.#dispatch({ event: 'pause' }),
      resume: () => this.#dispatch({ event: 'resume' }),
      hurry: () => this.#dispatch({ event: 'hurry' }),
    });
    this.#dispatch({ event: 'rows', keys: this.#input.keys, readyKeys: this.#input.readyKeys });
    if (this.#signal.aborted) this.#onStop();
  }

  readonly #onStop = () => this.#dispatch({ event: 'stop', state: 'stopped' });

  #dispatch(event: SchedulerEvent): void {
    this.#events.push(event);
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#take(next);
    } catch (error) {
      // An effect that must not fail did (the journal): nothing can be promised any more.
      this.#abandon(error);
    } finally {
      this.#isDraining = false;
    }
  }

  #take(event: SchedulerEvent): void {
    const { state, decisions } = schedule(this.#state, event, this.#input.limits, this.#clock.now());
    this.#state = state;
    for (const decision of decisions) this.#perform(decision);
  }

  #perform(decision: Decision): void {
    switch (decision.do) {
      case 'start':
        return void this.#work(decision.key);
      case 'quarantine':
        return this.#answered(decision.key, this.#effects.quarantine(decision.key));
      case 'abort':
        return this.#rows.abort(this.#signal.reason ?? this.#fatal);
      case 'deliver':
        return void this.#deliver(decision.keys);
      case 'wake':
        return void this.#wake(decision.atMs);
      case 'finish':
        return this.#finish(decision.state);
    }
  }

  async #work(key: string): Promise<void> {
    try {
      this.#answered(key, await this.#effects.work(key, this.#rows.signal));
    } catch (error) {
      this.#onRowError(key, error);
    }
  }

  #answered(key: string, answer: StoredAnswer): void {
    this.#dispatch({ event: 'answered', key, outcome: answer.outcome, reason: answer.reason });
  }

  #onRowError(key: string, error: unknown): void {
    try {
      const isCrash = isRowscribeError(error, 'engine-crashed') && !this.#rows.signal.aborted;
      const killed = isCrash && (error.facts.killed === true || error.facts.shared === true);
      this.#effects.putBack(key, isCrash ? crashWeight(killed) : 0);
      if (!isCrash && !this.#rows.signal.aborted) {
        this.#fatal ??= error;
        this.#dispatch({ event: 'stop', state: 'failed' });
      }
      this.#dispatch(isCrash ? { event: 'crashed', key, killed } : { event: 'aborted', key });
    } catch (failure) {
      this.#abandon(failure);
    }
  }

  async #deliver(keys: readonly string[]): Promise<void> {
    try {
      const delivery = this.#effects.deliver(keys, neverAborted);
      this.#delivery = delivery.catch(() => undefined);
      const gone = await delivery;
      this.#deliveryFailures = 0;
      this.#dispatch({ event: 'delivered', keys: gone });
    } catch (error) {
      if (!isRowscribeError(error) || !error.retryable) return this.#abandon(error);
      const waitS = deliveryBackOffS[Math.min(this.#deliveryFailures, deliveryBackOffS.length - 1)] ?? 10;
      this.#deliveryFailures += 1;
      const retryAtMs = this.#clock.now() + waitS * 1000;
      try {
        this.#effects.onDeliveryError(error, retryAtMs);
      } catch (failure) {
        return this.#abandon(failure);
      }
      this.#dispatch({ event: 'not-delivered', keys, retryAtMs });
    }
  }

  async #wake(atMs: number): Promise<void> {
    this.#alarm.abort();
    this.#alarm = new AbortController();
    try {
      await this.#clock.sleep(Math.max(0, atMs - this.#clock.now()), this.#alarm.signal);
    } catch {
      // A newer alarm replaced this one.
      return;
    }
    this.#dispatch({ event: 'time' });
  }

  #finish(state: RunState): void {
    this.#cleanUp();
    if (this.#fatal === undefined) this.#resolve(state);
    else this.#reject(this.#fatal);
  }

  /** Ends the run at once, but for a file that is being replaced; the next run takes up what is in the journal. */
  #abandon(error: unknown): void {
    this.#cleanUp();
    this.#rows.abort(error);
    void this.#delivery.then(() => this.#reject(error));
  }

  #cleanUp(): void {
    this.#signal.removeEventListener('abort', this.#onStop);
    this.#alarm.abort();
    this.#state = { ...this.#state, finished: true };
  }
}

/** A replacement of the user's file is never cut off half-way: it takes moments and is atomic. */
const neverAborted = new AbortController().signal;
