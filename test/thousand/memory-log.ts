// The memory of a program and of its engine once a second, through all their restarts, and whether it grows.
import { engineOf, residentMegabytes } from '../fixtures/processes.ts';
import { slopeOf } from '../soak/memory.ts';

const everyMs = 1_000;
/** Samples of a process while it warms up say nothing about growth. */
const warmUpMinutes = 1;

interface Reading {
  readonly pid: number;
  readonly minute: number;
  readonly megabytes: number;
}

export interface Growth {
  readonly firstQuarter: number;
  readonly lastQuarter: number;
  readonly most: number;
  /** Of the process that lived longest, after it had warmed up; undefined when none lived long enough. */
  readonly megabytesPerMinute: number | undefined;
  readonly lifeMinutes: number;
}

export class MemoryLog {
  readonly #beganMs = performance.now();
  readonly #program: Reading[] = [];
  readonly #engine: Reading[] = [];

  /** Reads once a second until the process has ended. */
  async follow(pid: number, ended: Promise<unknown>): Promise<void> {
    let isOver = false;
    void ended.then(() => (isOver = true));
    while (!isOver) {
      const engine = await engineOf(pid);
      await this.#read(this.#program, pid);
      if (engine !== undefined) await this.#read(this.#engine, engine);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  async #read(readings: Reading[], pid: number): Promise<void> {
    const megabytes = await residentMegabytes(pid);
    if (megabytes > 0) readings.push({ pid, minute: (performance.now() - this.#beganMs) / 60_000, megabytes });
  }

  growth(): Readonly<Record<'program' | 'engine', Growth>> {
    return { program: growthOf(this.#program), engine: growthOf(this.#engine) };
  }
}

function growthOf(readings: readonly Reading[]): Growth {
  const quarter = Math.ceil(readings.length / 4);
  const pids = new Set(readings.map(({ pid }) => pid));
  const lives = [...pids].map((pid) => readings.filter((reading) => reading.pid === pid));
  const longest = lives.toSorted((a, b) => minutesOf(b) - minutesOf(a))[0] ?? [];
  const fromMinute = (longest[0]?.minute ?? 0) + warmUpMinutes;
  const warm = longest.filter(({ minute }) => minute >= fromMinute);
  return {
    firstQuarter: median(readings.slice(0, quarter)),
    lastQuarter: median(readings.slice(-quarter)),
    most: Math.max(0, ...readings.map(({ megabytes }) => megabytes)),
    megabytesPerMinute: minutesOf(warm) < 1 ? undefined : slopeOf(warm, ({ megabytes }) => megabytes),
    lifeMinutes: minutesOf(longest),
  };
}

const minutesOf = (life: readonly Reading[]) => (life.at(-1)?.minute ?? 0) - (life[0]?.minute ?? 0);

function median(readings: readonly Reading[]): number {
  const sorted = readings.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
