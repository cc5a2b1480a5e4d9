// A long fill that nobody looks after, hit by kills of its engine and of itself: npm run test:thousand -- --engine llama-server.
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { start, type Finished } from './fixtures/command-line.ts';
import { isRunning } from './fixtures/engine-probe.ts';
import { llamaServer } from './fixtures/llama-server.ts';
import { createProductBook, type ProductBook } from './fixtures/product-book.ts';
import { mulberry32 } from './fixtures/random.ts';
import { accountOf, type Account } from './thousand/account.ts';
import { carryOut, planKills, type Kill } from './thousand/kills.ts';
import { MemoryLog, type Growth } from './thousand/memory-log.ts';
import { writeVariedPhotos } from './thousand/varied-photos.ts';

type EngineName = 'embedded' | 'llama-server';

/** Every row done, or every row done or waiting for a person. */
const goodExits: readonly (number | null)[] = [0, 4];
const orphanMsMax = 10_000;
/**
 * What a process may hold more in the last quarter than in the first. Heaps grow to their working size; llama-server keeps the
 * prompts of earlier rows in main memory, with the demo model up to 256 MiB of them.
 */
const growthMegabytesMax: Readonly<Record<EngineName, { readonly program: number; readonly engine: number }>> = {
  embedded: { program: 64, engine: 64 },
  'llama-server': { program: 64, engine: 64 + 268 },
};

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Outcome {
  readonly minutes: number;
  readonly starts: number;
  readonly kills: readonly Kill[];
  readonly memory: Readonly<Record<'program' | 'engine', Growth>>;
  readonly faults: readonly string[];
}

interface Wishes {
  readonly rowCount: number;
  readonly engine: EngineName;
  readonly kills: { readonly engine: number; readonly program: number };
  readonly seed: number;
}

async function thousandRows(wishes: Wishes): Promise<number> {
  const { rowCount, engine, seed } = wishes;
  const keys = Array.from({ length: rowCount }, (_, index) => `T-${String(index + 1).padStart(4, '0')}`);
  const made = await createProductBook(
    keys.map((key, index) => [key, `photos/v-${String(index + 1).padStart(4, '0')}.jpg`]),
  );
  await writeVariedPhotos(path.join(made.folder, 'photos'), rowCount);
  say(`${rowCount} rows, each with a picture of its own, on ${engine}, seed ${seed}, ${made.folder}`);
  const outcome = await fillThroughKills(made, wishes);
  const account = await accountOf(made, keys);
  const faults = [...outcome.faults, ...account.faults, ...growthFaults(outcome.memory, engine)];
  report(engine, outcome, account);
  say(faults.length === 0 ? 'all held' : `NOT HELD (the folder is kept):\n${faults.slice(0, 40).join('\n')}`);
  if (faults.length === 0) await made.remove();
  return faults.length === 0 ? 0 : 1;
}

/** Starts the program, and again after it was killed, until it ends by itself. */
async function fillThroughKills(made: ProductBook, { rowCount, engine, kills, seed }: Wishes): Promise<Outcome> {
  const planned = planKills(rowCount, kills, mulberry32(seed));
  const due = [...planned];
  const [memory, told, faults] = [new MemoryLog(), new Told(), [] as string[]];
  const fromMs = performance.now();
  let starts = 0;
  let isKilled = true;
  while (isKilled) {
    starts += 1;
    const running = start(['fill', made.book, '--json'], environmentOf(made, engine));
    running.child.stdout?.on('data', (text: string) => told.take(text));
    const [{ orphan }, end] = await Promise.all([
      carryOut(due, running, () => told.keys.size),
      running.finished,
      memory.follow(running.child.pid ?? 0, running.finished),
    ]);
    isKilled = end.signal === 'SIGKILL';
    if (!isKilled && !goodExits.includes(end.code)) faults.push(endedBadly(end));
    if (orphan !== undefined && !(await isGone(orphan))) faults.push('an engine outlived its program');
  }
  if (due.length > 0) faults.push(`${due.length} kills did not fall due`);
  if (told.doubled.length > 0) faults.push(`told of twice: ${told.doubled.join(', ')}`);
  const minutes = (performance.now() - fromMs) / 60_000;
  return { minutes, starts, kills: planned, memory: memory.growth(), faults };
}

/** The rows that the program told of as delivered, one JSON object a line. */
class Told {
  readonly keys = new Set<string>();
  readonly doubled: string[] = [];
  #rest = '';

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const { key } = JSON.parse(line) as { key: string };
      if (this.keys.has(key)) this.doubled.push(key);
      this.keys.add(key);
    }
  }
}

function environmentOf(made: ProductBook, engine: EngineName): Record<string, string> {
  return {
    ROWSCRIBE_DATA_FOLDER: made.data,
    ROWSCRIBE_ENGINE: engine,
    ...(engine === 'llama-server' && { ROWSCRIBE_LLAMA_SERVER: llamaServer ?? '' }),
  };
}

function endedBadly({ code, signal, stderr }: Finished): string {
  return `the fill ended with ${signal ?? `exit code ${code}`}: ${stderr.slice(-1000)}`;
}

async function isGone(pid: number): Promise<boolean> {
  const untilMs = performance.now() + orphanMsMax;
  while (await isRunning(pid)) {
    if (performance.now() > untilMs) return false;
    await delay(100);
  }
  return true;
}

function growthFaults(memory: Outcome['memory'], engine: EngineName): string[] {
  return (['program', 'engine'] as const)
    .filter((of) => memory[of].lastQuarter > memory[of].firstQuarter + growthMegabytesMax[engine][of])
    .map((of) => `the ${of} grew from ${memory[of].firstQuarter} to ${memory[of].lastQuarter} MB`);
}

function report(engine: EngineName, { minutes, starts, kills, memory }: Outcome, account: Account): void {
  const held = ({ firstQuarter, lastQuarter, most }: Growth) => `${firstQuarter} → ${lastQuarter} MB, most ${most} MB`;
  const slope = ({ megabytesPerMinute, lifeMinutes }: Growth) =>
    `${megabytesPerMinute?.toFixed(2) ?? '–'} MB/min over its longest life, ${lifeMinutes.toFixed(1)} min`;
  const { rows, done, needPerson, filledCells, deliveries, doubledCells, crashedRows } = account;
  const ofEngine = kills.filter(({ of }) => of === 'engine').length;
  const lines: readonly (readonly [string, string])[] = [
    ['rows', `${rows}: ${done} done, ${needPerson} need a person`],
    ['duration', `${minutes.toFixed(1)} min, ${(rows / minutes).toFixed(0)} rows/min`],
    ['kills', `${ofEngine} of the engine, ${kills.length - ofEngine} of the program; ${starts} starts`],
    ['rows under which the engine died', String(crashedRows)],
    ['deliveries', `${deliveries} for ${filledCells} filled cells`],
    ['doubled cells', String(doubledCells)],
    ['program, median of the first → last quarter', held(memory.program)],
    ['program, growth', slope(memory.program)],
    ['engine, median of the first → last quarter', held(memory.engine)],
    ['engine, growth', slope(memory.engine)],
  ];
  say(`\n${engine}`);
  for (const [name, value] of lines) say(`  ${name.padEnd(46)}${value}`);
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    engine: { type: 'string', default: 'embedded' },
    'engine-kills': { type: 'string', default: '3' },
    'program-kills': { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const engine = values.engine === 'llama-server' ? 'llama-server' : 'embedded';
if (engine === 'llama-server' && llamaServer === undefined) {
  say('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER');
  process.exitCode = 2;
} else {
  process.exitCode = await thousandRows({
    ...{ rowCount: Number(values.rows), engine, seed: Number(values.seed) },
    kills: { engine: Number(values['engine-kills']), program: Number(values['program-kills']) },
  });
}
