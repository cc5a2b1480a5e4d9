// People and the watch at work on the same folder for a while, by hand: npm run soak -- --minutes 20 --seed 1.
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createWorkbooks } from '../server/workbook/file.ts';
import { openJournal } from '../server/store/sqlite.ts';
import { start, type Running } from './fixtures/command-line.ts';
import { demoPhotos } from './fixtures/product-book.ts';
import { mulberry32 } from './fixtures/random.ts';
import { violations } from './soak/ledger.ts';
import { cpuSeconds, sampleMemory, slopeOf, type Sample } from './soak/memory.ts';
import { People, type Shop } from './soak/people.ts';

const booksAtStart = 4;
/** Minutes that count as warming up, and the growth after it that counts as a leak. */
const warmUpMinutes = 5;
const slopeMegabytesMax = 2;
/** The watch has nothing left to do when it said nothing for so long. */
const quietMs = 45_000;
const quietWithinMs = 600_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function soak(minutes: number, seed: number, isVerbose: boolean): Promise<number> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'rowscribe-soak-')));
  const [folder, data] = [path.join(base, 'shop'), path.join(base, 'data')];
  await cp(demoPhotos, path.join(folder, 'photos'), { recursive: true });
  const people = new People(folder, mulberry32(seed));
  await people.begin(booksAtStart);
  const watching = start(['watch', folder, '--json'], { ROWSCRIBE_DATA_FOLDER: data, ROWSCRIBE_DELIVER_AFTER_S: '2' });
  await watching.seen(/Watching/);
  const log = new EventLog(watching);
  say(`soak: ${minutes} minutes, seed ${seed}, ${folder}`);
  const invalid: string[] = [];
  const samples = await work(people, watching, log, minutes, isVerbose ? say : () => {}, invalid);
  const isQuiet = await log.untilQuiet();
  watching.child.kill('SIGINT');
  const { code } = await watching.finished;
  const journal = openJournal(data);
  const found = [...invalid, ...(await violations(people.shop, journal))];
  journal.close();
  if (!isQuiet) found.push('the watch did not come to rest');
  if (code !== 0) found.push(`the watch ended with ${code}`);
  found.push(...growth(samples));
  conclude(people.shop, log, samples, found);
  if (found.length === 0) await rm(base, { recursive: true, force: true });
  return found.length === 0 ? 0 : 1;
}

async function work(
  people: People,
  watching: Running,
  log: EventLog,
  minutes: number,
  note: (line: string) => void,
  invalid: string[],
): Promise<readonly Sample[]> {
  const pid = watching.child.pid ?? 0;
  const beganMs = Date.now();
  const samples: Sample[] = [];
  const workbooks = createWorkbooks();
  while (Date.now() < beganMs + minutes * 60_000) {
    note(`${((Date.now() - beganMs) / 1000).toFixed(1)} ${await people.act()}`);
    await pause(1500);
    for (const file of people.shop.saved.keys()) {
      const opened = await workbooks.open(file).catch((error: unknown) => String(error));
      if (typeof opened === 'string') invalid.push(`${path.basename(file)} was not whole: ${opened}`);
      else await opened.close();
    }
    const minute = Math.floor((Date.now() - beganMs) / 60_000);
    if (minute <= (samples.at(-1)?.minute ?? 0)) continue;
    const sample = await sampleMemory(pid, minute);
    samples.push(sample);
    const { saveCount, edits } = people.shop;
    const cpu = ((await cpuSeconds(pid)) / ((Date.now() - beganMs) / 1000)) * 100;
    say(
      `minute ${minute}: program ${sample.programMegabytes} MB, engine ${sample.engineMegabytes} MB, ` +
        `CPU ${cpu.toFixed(0)} %, ${saveCount} saves, ${edits} copy edits, ${log.summary()}`,
    );
  }
  return samples;
}

/** What the watch told, one JSON object a line. */
class EventLog {
  readonly #counts = new Map<string, number>();
  #lastMs = Date.now();
  #rest = '';

  constructor({ child }: Running) {
    child.stdout?.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  #take(line: string): void {
    this.#lastMs = Date.now();
    const event = JSON.parse(line) as { event: string; done?: number };
    this.#count(event.event, 1);
    this.#count('rows', event.done ?? 0);
    if (event.event === 'error') say(line);
  }

  #count = (name: string, by: number) => void this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);

  summary = (): string => [...this.#counts].map(([name, count]) => `${name} ${count}`).join(', ');

  async untilQuiet(): Promise<boolean> {
    const untilMs = Date.now() + quietWithinMs;
    await pause(quietMs);
    while (Date.now() < untilMs) {
      if (Date.now() - this.#lastMs > quietMs) return true;
      await pause(1000);
    }
    return false;
  }
}

function growth(samples: readonly Sample[]): string[] {
  const warm = samples.filter(({ minute }) => minute >= warmUpMinutes);
  if (warm.length < 10) return [];
  return (['programMegabytes', 'engineMegabytes'] as const).flatMap((of) => {
    const slope = slopeOf(warm, (sample) => sample[of]);
    return slope > slopeMegabytesMax ? [`${of} grow by ${slope.toFixed(2)} a minute`] : [];
  });
}

function conclude(shop: Shop, log: EventLog, samples: readonly Sample[], found: readonly string[]): void {
  const warm = samples.filter(({ minute }) => minute >= warmUpMinutes);
  const slope = (of: 'programMegabytes' | 'engineMegabytes') => slopeOf(warm, (sample) => sample[of]).toFixed(2);
  say(
    `\n${shop.saveCount} saves, ${shop.edits} edits of copy, ${shop.saved.size} workbooks at the end; ${log.summary()}`,
  );
  say(
    `growth after minute ${warmUpMinutes}: program ${slope('programMegabytes')}, engine ${slope('engineMegabytes')} MB/min`,
  );
  say(`lost edits: ${found.filter((one) => one.includes('LOST EDIT')).length}`);
  say(found.length === 0 ? 'all held' : `NOT HELD (the folder is kept):\n${found.join('\n')}`);
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    verbose: { type: 'boolean', default: false },
  },
});
process.exitCode = await soak(Number(values.minutes), Number(values.seed), values.verbose);
