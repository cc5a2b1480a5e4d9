// Gives back to the system what a burst of work left in the heap.
import { Session } from 'node:inspector';

/** Less is not worth the time: some tenths of a second. */
const releasedBytesMin = 16 * 1024 * 1024;

let restingBytes = 0;

/**
 * Collects all garbage and shrinks the heap to what is in use, which Node by itself does not do while nothing happens.
 * Does nothing when the program has hardly grown since the last time.
 */
export function releaseMemory(): void {
  if (process.memoryUsage.rss() - restingBytes < releasedBytesMin) return;
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.collectGarbage', () => {
    // While it tells of the end it holds a lock that disconnecting takes, too.
    setImmediate(() => {
      session.disconnect();
      restingBytes = process.memoryUsage.rss();
    });
  });
}
