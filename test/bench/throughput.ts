// Rows a minute of a fill on llama-server against a naive client and against the bare engine: `npx tsx test/bench/throughput.ts [ROWS]`.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { buildPrompt } from '../../server/domain/prompt.ts';
import { writtenColumns } from '../../server/domain/recipe.ts';
import type { ProductRow } from '../../server/domain/row.ts';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createLlamaServerEngine } from '../../server/engines/llama-server.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill, type FillOptions, type FillParts } from '../../server/jobs/fill.ts';
import { lookAt, requestOf } from '../../server/jobs/look.ts';
import { regenerate } from '../../server/jobs/regenerate.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import type { Engine, GenerateRequest, GenerateResult } from '../../server/ports/engine.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { silentObserver } from '../fixtures/bench-observer.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { createProductBook, demoPhotos, type ProductBook } from '../fixtures/product-book.ts';

const slots = 4;
const warmUpRows = 8;
const regenerations = 8;
const template = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
const forever = new AbortController().signal;

/** The engine's program: llama-server itself, or a script that gives it a core of its own. */
type Program = string;

interface Call {
  readonly request: GenerateRequest;
  readonly result: GenerateResult;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A fresh llama-server: nothing of an earlier run is in its memory. The calls that go through it are kept. */
function freshEngine(binary: Program): { readonly engine: Engine; readonly calls: Call[] } {
  const real = createLlamaServerEngine({ ...demoModel(), binary, slots });
  const calls: Call[] = [];
  const generate: Engine['generate'] = async (request, signal, onText) => {
    const fromMs = performance.now();
    const result = await real.generate(request, signal, onText);
    calls.push({ request, result, fromMs, toMs: performance.now() });
    return result;
  };
  return { calls, engine: { start: (signal) => real.start(signal), generate, close: () => real.close() } };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function partsOn(made: ProductBook, engine: Engine) {
  const journal = openJournal(made.data);
  const backups = openBackups(made.data, { keptMax: 2 });
  const checker = await openCompliancePacks({ folder: template('compliance') }).current();
  const parts: FillParts = {
    ...{ workbooks: createWorkbooks(), images: createImages(), checker, clock: systemClock, journal, backups, engine },
  };
  return { parts, close: () => (backups.close(), journal.close()) };
}

async function optionsFor(made: ProductBook): Promise<FillOptions> {
  return {
    ...{ workbook: made.book, mode: 'empty', overwriteEdited: false, rows: '', seed: 7, isWanted: () => true },
    recipe: chooseRecipe(await loadRecipes(template('recipes'), ''), 'default'),
    pictureRules: { baseDir: made.folder, roots: [], picturesPerRowMax: 4 },
    limits: {
      ...{ inFlightMax: 2, crashesMax: 2, deliveryTriesMax: 3 },
      ...{ deliverRowsMax: 20, deliverAfterMs: 10_000, failAlikeRowsMax: 3 },
    },
  };
}

/** The product: from the workbook to its cells. Then some of its cells once more. */
async function ours(made: ProductBook, program: Program) {
  const { engine, calls } = freshEngine(program);
  await engine.start();
  const { parts, close } = await partsOn(made, engine);
  const options = await optionsFor(made);
  const fillMs = await timed(() => fill(parts, options, silentObserver, forever));
  const filled = [...calls];
  const again: { readonly ms: number; readonly call: Call | undefined }[] = [];
  for (let row = 2; row < 2 + regenerations; row += 1) {
    const from = calls.length;
    const ms = await timed(() => regenerate(parts, { ...options, cell: `D${row}`, reason: '更短' }, forever));
    again.push({ ms, call: calls[from] });
  }
  const { imageTokensMin } = await engine.start();
  await engine.close();
  close();
  return { fillMs, filled, again, imageTokensMin };
}

/** One row alone on an idle engine: what a regeneration is compared with. */
async function oneRow(made: ProductBook, program: Program): Promise<number> {
  const { engine } = freshEngine(program);
  await engine.start();
  const { parts, close } = await partsOn(made, engine);
  const ms = await timed(async () => fill(parts, await optionsFor(made), silentObserver, forever));
  await engine.close();
  close();
  return ms;
}

/** What somebody writes in an afternoon: a call for each column, with the picture each time, one after the other. */
async function naive(made: ProductBook, photos: readonly string[], program: Program): Promise<number> {
  const { engine } = freshEngine(program);
  const info = await engine.start();
  const { recipe, pictureRules, seed } = await optionsFor(made);
  const images = createImages();
  const ms = await timed(async () => {
    for (const [index, photo] of photos.entries()) {
      const look = await lookAt([{ path: `photos/${photo}` }], images, pictureRules, info, forever);
      const row: ProductRow = { ...blankRow, key: `B-${index}` };
      for (const { key } of writtenColumns(recipe)) {
        const prompt = buildPrompt({ recipe, row, keys: [key], language: 'zh-CN' });
        await engine.generate(requestOf(prompt, look, recipe.temperature, seed));
      }
    }
  });
  await engine.close();
  return ms;
}

/** The same requests as the fill's, straight to the engine, as many at once. */
async function bare(requests: readonly GenerateRequest[], program: Program): Promise<number> {
  const { engine } = freshEngine(program);
  await engine.start();
  const queue = [...requests];
  const worker = async (): Promise<void> => {
    for (let request = queue.shift(); request; request = queue.shift()) await engine.generate(request);
  };
  const ms = await timed(() => Promise.all(Array.from({ length: slots }, worker)));
  await engine.close();
  return ms;
}

const blankRow: ProductRow = {
  ...{ number: 1, key: '', label: '', fingerprint: '', prompt: '', category: '', pictures: [], facts: [] },
  values: new Map(),
  outputs: new Map(),
};

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A workbook of `count` rows with a picture each, no two alike: the demo photos, then their mirror images. */
async function bookOf(count: number): Promise<{ readonly made: ProductBook; readonly photos: readonly string[] }> {
  const names = (await readdir(demoPhotos)).filter((name) => name.endsWith('.jpg'));
  const mirrored = names.map((name) => `mirrored-${name}`);
  const photos = [...names, ...mirrored].slice(0, count);
  const made = await createProductBook(photos.map((name, index) => [`B-${index + 1}`, `photos/${name}`]));
  for (const name of names) {
    const to = path.join(made.folder, 'photos', `mirrored-${name}`);
    await sharp(path.join(demoPhotos, name)).flop().jpeg({ quality: 92 }).toFile(to);
  }
  return { made, photos };
}

/** All of it in one go, on one machine, with one model. A program that has been running for a while is measured. */
async function compare(rowCount: number, program: Program, title: string): Promise<void> {
  const warmUp = await bookOf(warmUpRows);
  await ours(warmUp.made, program);
  const { made, photos } = await bookOf(rowCount);
  const first = await ours(made, program);
  const requests = first.filled.map(({ request }) => request);
  const bareMs = await bare(requests, program);
  const naiveMs = await naive(made, photos, program);
  const singles = [];
  for (const _ of [1, 2, 3]) {
    const single = await bookOf(1);
    singles.push(await oneRow(single.made, program));
    await single.made.remove();
  }
  await made.remove();
  await warmUp.made.remove();
  print(title, photos.length, first, bareMs, naiveMs, median(singles));
}

/**
 * The engine on the first core and this program on the others, as they are where a graphics card does the engine's work.
 * Undefined where a program cannot be tied to a core.
 */
async function onItsOwnCore(folder: string): Promise<Program | undefined> {
  if (process.platform !== 'linux') return undefined;
  await promisify(execFile)('taskset', ['-a', '-c', '-p', '1-1023', String(process.pid)]);
  await mkdir(folder, { recursive: true });
  const script = path.join(folder, 'llama-server');
  await writeFile(script, `#!/bin/sh\nexec /usr/bin/taskset -c 0 '${llamaServer ?? ''}' "$@" -t 1 -tb 1\n`);
  await chmod(script, 0o755);
  return script;
}

/** Prints the ratios twice: everything on the same cores, and the engine on a core of its own. */
export async function benchThroughput(rowCount: number): Promise<void> {
  if (llamaServer === undefined)
    return void process.stdout.write('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER\n');
  await compare(rowCount, llamaServer, 'engine and program on the same cores');
  const { made } = await bookOf(1);
  const program = await onItsOwnCore(path.join(made.folder, 'engine'));
  if (program !== undefined) await compare(rowCount, program, 'the engine on a core of its own');
  await made.remove();
}

function print(
  title: string,
  rows: number,
  first: Awaited<ReturnType<typeof ours>>,
  bareMs: number,
  naiveMs: number,
  singleMs: number,
) {
  const { fillMs, filled, again, imageTokensMin } = first;
  const flowMs = Math.max(...filled.map(({ toMs }) => toMs)) - Math.min(...filled.map(({ fromMs }) => fromMs));
  const inEngine = filled.reduce((sum, { result }) => sum + result.promptMs + result.outputMs, 0) / flowMs;
  const perMinute = (ms: number) => `${((rows / ms) * 60_000).toFixed(0)} rows/min`;
  const againMs = median(again.map(({ ms }) => ms));
  const encoded = again.filter(({ call }) => (call?.result.cachedTokens ?? 0) <= imageTokensMin).length;
  const lines: readonly (readonly [string, string])[] = [
    ['fill, 4 slots', `${perMinute(fillMs)}, ${filled.length} generations`],
    ['naive client', perMinute(naiveMs)],
    ['bare engine, the same requests', perMinute(bareMs)],
    ['fill ÷ naive (aim: 2.7 at least)', (naiveMs / fillMs).toFixed(2)],
    ['fill ÷ bare, from the file to the file (aim: 0.95 at least)', (bareMs / fillMs).toFixed(2)],
    ['fill ÷ bare, from the first look to the last', (bareMs / flowMs).toFixed(2)],
    ['requests in the engine at once, on average', inEngine.toFixed(1)],
    ['one row alone, first fill', `${singleMs.toFixed(0)} ms`],
    ['one cell regenerated', `${againMs.toFixed(0)} ms`],
    ['regenerate ÷ fill (aim: 0.35 at most)', (againMs / singleMs).toFixed(2)],
    [`pictures encoded again in ${again.length} regenerations (aim: 0)`, String(encoded)],
  ];
  process.stdout.write(`\nthroughput: ${rows} rows with the demo model on llama-server, ${title}\n`);
  for (const [name, value] of lines) process.stdout.write(`  ${name.padEnd(62)}${value}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchThroughput(Number(process.argv[2] ?? 80));
}
