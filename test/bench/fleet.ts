// Rows a minute of a fill with one llama-server against two, as a list of addresses and behind one: `npx tsx test/bench/fleet.ts [ROWS]`.
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { createOpenAiFleet } from '../../server/engines/openai-fleet.ts';
import { createOpenAiEngine } from '../../server/engines/openai.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill, type FillOptions, type FillParts } from '../../server/jobs/fill.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { startBalancer } from '../fixtures/balancer.ts';
import { silentObserver } from '../fixtures/bench-observer.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { demoWish, startLlamaServer, type RunningServer } from '../fixtures/llama-servers.ts';
import { createProductBook, demoPhotos } from '../fixtures/product-book.ts';

const template = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
const imageTokens = { imageTokensMin: demoWish.imageTokensMin, imageTokensMax: demoWish.imageTokensMax };

/** Milliseconds of a fill of a fresh workbook. */
async function fillMs(engine: Engine, photos: readonly string[]): Promise<number> {
  const made = await createProductBook(photos.map((name, index) => [`B-${index + 1}`, `photos/${name}`]));
  const journal = openJournal(made.data);
  const backups = openBackups(made.data, { keptMax: 2 });
  const checker = await openCompliancePacks({ folder: template('compliance') }).current();
  const parts: FillParts = {
    ...{ workbooks: createWorkbooks(), images: createImages(), checker, clock: systemClock, journal, backups, engine },
  };
  const options: FillOptions = {
    ...{ workbook: made.book, mode: 'empty', overwriteEdited: false, rows: '', seed: 7, isWanted: () => true },
    recipe: chooseRecipe(await loadRecipes(template('recipes'), ''), 'default'),
    pictureRules: { baseDir: made.folder, roots: [], picturesPerRowMax: 4 },
    limits: {
      ...{ inFlightMax: 2, crashesMax: 2, deliveryTriesMax: 3 },
      ...{ deliverRowsMax: 20, deliverAfterMs: 10_000, failAlikeRowsMax: 3 },
    },
  };
  await engine.start();
  const from = performance.now();
  await fill(parts, options, silentObserver, new AbortController().signal);
  const ms = performance.now() - from;
  backups.close();
  journal.close();
  await made.remove();
  return ms;
}

/** Fresh servers each time: nothing of an earlier fill is in their memory. */
async function withServers<T>(count: number, work: (urls: readonly string[]) => Promise<T>): Promise<T> {
  const servers: RunningServer[] = [];
  try {
    for (let index = 0; index < count; index += 1) servers.push(await startLlamaServer(demoWish));
    return await work(servers.map(({ url }) => url));
  } finally {
    for (const server of servers) await server.kill();
  }
}

async function measured(engine: Engine, photos: readonly string[]): Promise<number> {
  try {
    return await fillMs(engine, photos);
  } finally {
    await engine.close();
  }
}

async function behindOne(urls: readonly string[], photos: readonly string[]): Promise<number> {
  const balancer = await startBalancer(urls, 'session');
  const slots = urls.length * demoWish.slots;
  try {
    return await measured(createOpenAiEngine({ url: balancer.url, slots, ...imageTokens }), photos);
  } finally {
    await balancer.close();
  }
}

async function bench(rows: number): Promise<void> {
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  if (llamaServer === undefined) return say('no llama-server here: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER');
  const photos = (await readdir(demoPhotos)).filter((name) => name.endsWith('.jpg')).slice(0, rows);
  const one = await withServers(1, (urls) =>
    measured(createOpenAiEngine({ url: urls[0] ?? '', slots: demoWish.slots, ...imageTokens }), photos),
  );
  const list = await withServers(2, (urls) =>
    measured(createOpenAiFleet({ urls, slots: demoWish.slots, ...imageTokens }), photos),
  );
  const behind = await withServers(2, (urls) => behindOne(urls, photos));
  const perMinute = (ms: number) => `${((photos.length / ms) * 60_000).toFixed(0)} rows/min`;
  say(`fleet: ${photos.length} rows, the demo model, one thread a server, on ${os.availableParallelism()} cores`);
  say(`  one llama-server              ${perMinute(one)}`);
  say(`  two, as a list of addresses   ${perMinute(list)}, ${(one / list).toFixed(2)} times one`);
  say(`  two, behind one address       ${perMinute(behind)}, ${(one / behind).toFixed(2)} times one`);
  say(`  load of the machine           ${os.loadavg()[0]?.toFixed(1)}`);
}

await bench(Number(process.argv[2] ?? 40));
