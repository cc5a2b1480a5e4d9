// A clock that stands still until a test moves it.
import type { Clock } from '../../server/ports/clock.ts';

export interface ManualClock extends Clock {
  /** Moves the time and wakes those whose time has come. */
  advance(ms: number): void;
  /** Resolves when somebody sleeps, with the milliseconds until the first of them is woken. */
  untilAsleep(): Promise<number>;
}

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  let waiting: (() => void)[] = [];
  const first = () => Math.min(...[...sleepers].map((sleeper) => sleeper.atMs));
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = () => {
          leave();
          reject(signal?.reason as Error);
        };
        const sleeper = {
          atMs: nowMs + ms,
          wake: () => {
            leave();
            resolve();
          },
        };
        if (signal?.aborted === true) return onAbort();
        signal?.addEventListener('abort', onAbort);
        sleepers.add(sleeper);
        for (const tell of waiting.splice(0)) tell();
      }),
    advance(ms) {
      nowMs += ms;
      for (const sleeper of [...sleepers].filter(({ atMs }) => atMs <= nowMs)) sleeper.wake();
    },
    async untilAsleep() {
      while (sleepers.size === 0) await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
      return first() - nowMs;
    },
  };
}
