// When a long fill is hit, by chance with a seed: several deaths of its engine and one of the program itself.
import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from '../fixtures/command-line.ts';
import { engineOf } from '../fixtures/processes.ts';

/** By SIGKILL, a moment after so many rows had been delivered. */
export interface Kill {
  readonly of: 'engine' | 'program';
  readonly afterRows: number;
  readonly momentMs: number;
}

const momentMsMax = 3_000;
const lookAgainMs = 50;

/** One kill in each of equal parts of the run but its very end, in any order. */
export function planKills(
  rows: number,
  { engine, program }: { readonly engine: number; readonly program: number },
  random: () => number,
): readonly Kill[] {
  const count = engine + program;
  const victims = Array.from({ length: count }, (_, index) => ({ at: random(), isEngine: index < engine }));
  return victims
    .toSorted((one, other) => one.at - other.at)
    .map(({ isEngine }, index) => ({
      of: isEngine ? 'engine' : 'program',
      afterRows: Math.floor((rows * 0.9 * (index + random())) / count),
      momentMs: random() * momentMsMax,
    }));
}

/**
 * Carries out those that fall due while this process lives, taking them off the list. Ends with the process.
 * Gives the engine that a killed program had, which must follow it.
 */
export async function carryOut(
  due: Kill[],
  running: Running,
  rowsDone: () => number,
): Promise<{ readonly orphan: number | undefined }> {
  const ended = new AbortController();
  void running.finished.then(() => ended.abort());
  const pid = running.child.pid ?? 0;
  const wait = (ms: number) => delay(ms, undefined, { signal: ended.signal }).catch(() => undefined);
  while (!ended.signal.aborted) {
    const next = due[0];
    if (next === undefined || rowsDone() < next.afterRows) {
      await wait(lookAgainMs);
      continue;
    }
    await wait(next.momentMs);
    const engine = await engineOf(pid);
    // Without an engine it is being started again: the kill waits for it.
    if (ended.signal.aborted || engine === undefined) continue;
    due.shift();
    process.kill(next.of === 'engine' ? engine : pid, 'SIGKILL');
    process.stdout.write(`  after ${rowsDone()} rows: the ${next.of} is killed\n`);
    if (next.of === 'program') return { orphan: engine };
  }
  return { orphan: undefined };
}
