// Few slots, many callers: turns by priority and then in the order of asking, bounded, and given up by an abort signal.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { Priority } from '../ports/engine.ts';

/** Gives the slot back. Calling it again does nothing. */
type Release = () => void;

interface Waiter {
  readonly priority: Priority;
  readonly go: () => void;
  readonly fail: (reason: unknown) => void;
}

export interface Turns {
  /** Resolves when it is the caller's turn. Errors: `engine-rejected` when too many wait; the signal's reason. */
  take(signal?: AbortSignal, priority?: Priority): Promise<Release>;
  /** How many may have their turn at once; 1 at first. */
  resize(slots: number): void;
  /** Rejects everyone who waits, now and later. */
  close(reason: Error): void;
}

export function createTurns(waitingMax: number): Turns {
  const waiting = new Set<Waiter>();
  let slots = 1;
  let busy = 0;
  let closed: Error | undefined;

  const next = (): Waiter | undefined =>
    [...waiting].find((one) => one.priority === 'interactive') ?? waiting.values().next().value;
  const fillSlots = (): void => {
    for (let first = next(); first !== undefined && busy < slots; first = next()) {
      busy += 1;
      first.go();
    }
  };
  const releaseOnce = (): Release => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      busy -= 1;
      fillSlots();
    };
  };

  return {
    take(signal, priority = 'bulk') {
      if (closed) return Promise.reject(closed);
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (busy < slots) {
        busy += 1;
        return Promise.resolve(releaseOnce());
      }
      if (waiting.size >= waitingMax) {
        const detail = both(`已有 ${waitingMax} 个请求在等待`, `${waitingMax} requests are waiting already`);
        return Promise.reject(new RowscribeError('engine-rejected', { detail }));
      }
      return new Promise((resolve, reject) => {
        const onAbort = (): void => entry.fail(signal?.reason);
        const leave = (): void => {
          waiting.delete(entry);
          signal?.removeEventListener('abort', onAbort);
        };
        const entry = {
          priority,
          go: () => (leave(), resolve(releaseOnce())),
          fail: (reason: unknown) => (leave(), reject(reason)),
        };
        waiting.add(entry);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    resize(to) {
      slots = to;
      fillSlots();
    },
    close(reason) {
      closed = reason;
      for (const entry of waiting) entry.fail(reason);
    },
  };
}
