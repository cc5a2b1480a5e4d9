// Several requests at once: so many in bulk, one more for a person who waits, the rest in the order of asking.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';

/** Gives the slot back. Calling it again does nothing. */
type Release = () => void;

export interface Slots {
  /**
   * Resolves when there is a slot. Someone who waits in person goes before all bulk work and may take one slot more than
   * bulk work can. Errors: `engine-rejected` when too many wait; the signal's reason.
   */
  take(isUrgent: boolean, signal?: AbortSignal): Promise<Release>;
  /** Changes the number of slots for bulk work; requests that run are not touched. */
  resize(slots: number): void;
  /** Requests that hold a slot. */
  readonly busy: number;
  /** Rejects everyone who waits, now and later. */
  close(reason: Error): void;
}

interface Waiter {
  readonly isUrgent: boolean;
  readonly go: () => void;
  readonly fail: (reason: unknown) => void;
}

export function createSlots(count: number, waitingMax: number): Slots {
  const waiting = new Set<Waiter>();
  let slots = count;
  let busy = 0;
  let closed: Error | undefined;

  const hasRoom = (isUrgent: boolean): boolean => busy < (isUrgent ? slots + 1 : slots);
  const next = (): Waiter | undefined => {
    for (const waiter of waiting) if (waiter.isUrgent) return waiter;
    return waiting.values().next().value;
  };
  const fillSlots = (): void => {
    for (let first = next(); first !== undefined && hasRoom(first.isUrgent); first = next()) {
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

  const wait = (isUrgent: boolean, signal: AbortSignal | undefined): Promise<Release> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => entry.fail(signal?.reason);
      const leave = (): void => {
        waiting.delete(entry);
        signal?.removeEventListener('abort', onAbort);
      };
      const entry: Waiter = {
        isUrgent,
        go: () => (leave(), resolve(releaseOnce())),
        fail: (reason: unknown) => (leave(), reject(reason as Error)),
      };
      waiting.add(entry);
      signal?.addEventListener('abort', onAbort, { once: true });
      fillSlots();
    });

  return {
    get busy() {
      return busy;
    },
    take(isUrgent, signal) {
      if (closed) return Promise.reject(closed);
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (!hasRoom(isUrgent) && waiting.size >= waitingMax) {
        const detail = both(`已有 ${waitingMax} 个请求在等待`, `${waitingMax} requests are waiting already`);
        return Promise.reject(new RowscribeError('engine-rejected', { detail }));
      }
      return wait(isUrgent, signal);
    },
    resize(to) {
      slots = to;
      fillSlots();
    },
    close(reason) {
      closed = reason;
      for (const waiter of waiting) waiter.fail(reason);
    },
  };
}
