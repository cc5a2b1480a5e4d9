// What a process said last on its error stream, and which line of it looks like the reason of its end.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface LastWords {
  /** The newest line that looks like a reason. */
  reason(): string | undefined;
  /** Whether any kept line matches. */
  said(pattern: RegExp): boolean;
}

const linesMax = 40;
const lineCharsMax = 300;
const reasonPattern = /error|abort|assert|fail|terminate|fatal|out of memory|exception|cannot/i;

/** Listens to streams until they end; nothing more than the last lines is kept. */
export function hearLastWords(...streams: readonly (Readable | null)[]): LastWords {
  const lines: string[] = [];
  for (const stream of streams) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line.slice(0, lineCharsMax));
      if (lines.length > linesMax) lines.shift();
    });
  }
  return {
    reason: () => lines.findLast((line) => reasonPattern.test(line))?.trim(),
    said: (pattern) => lines.some((line) => pattern.test(line)),
  };
}
