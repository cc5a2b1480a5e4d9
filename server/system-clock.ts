// The clock of the real world.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './ports/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node rejects with an AbortError of its own; callers are promised the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
