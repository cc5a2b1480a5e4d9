// Waiting that ends when its signal says so, on real time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => untilAborted(sleep(ms, undefined, signal ? { signal } : {}), signal),
};

/** The promise's outcome, or the signal's reason as soon as it aborts; the promise itself goes on unheard. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
