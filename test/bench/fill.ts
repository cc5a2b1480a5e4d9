// Seconds per row by stage, and what everything but the engine costs: `npx tsx test/bench/fill.ts [ROWS]`.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill, type FillObserver, type FillOptions, type RowReport } from '../../server/jobs/fill.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import type { Workbooks } from '../../server/ports/workbook.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createProductBook } from '../fixtures/product-book.ts';

const photos = ['hat-1', 'pants-3', 'shoes-2', 'shorts-2', 'skirt-2', 't-shirt-3', 'shirt-4', 'outwear-4'];
const template = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));

/** A port's calls with the milliseconds spent in them. */
function timed(workbooks: Workbooks) {
  const spent = { readMs: 0, deliverMs: 0, deliveries: 0 };
  const clocked: Workbooks = {
    ...workbooks,
    async open(path, signal) {
      const from = performance.now();
      const book = await workbooks.open(path, signal);
      spent.readMs += performance.now() - from;
      return book;
    },
    async patch(path, edits, options) {
      const from = performance.now();
      const report = await workbooks.patch(path, edits, options);
      spent.deliverMs += performance.now() - from;
      if (edits.length > 0) spent.deliveries += 1;
      return report;
    },
  };
  return { clocked, spent };
}

/** Fills a workbook of `rowCount` rows with the demo model and prints where the time went. */
export async function benchFill(rowCount: number): Promise<void> {
  const made = await createProductBook(
    Array.from({ length: rowCount }, (_, index) => [`B-${index + 1}`, `photos/${photos[index % photos.length]}.jpg`]),
  );
  const { clocked, spent } = timed(createWorkbooks());
  const engine = createEmbeddedEngine(demoModel());
  const journal = openJournal(made.data);
  const backups = openBackups(made.data, { keptMax: 14 });
  const checker = await openCompliancePacks({ folder: template('compliance') }).current();
  const parts = { workbooks: clocked, engine, journal, backups, checker, images: createImages(), clock: systemClock };
  const options = await optionsFor(made.book, made.folder);
  await engine.start();
  const reports: RowReport[] = [];
  const from = performance.now();
  await fill(parts, options, collect(reports), new AbortController().signal);
  const wallMs = performance.now() - from;
  print(reports, wallMs, spent);
  await engine.close();
  backups.close();
  journal.close();
  await made.remove();
}

async function optionsFor(workbook: string, baseDir: string): Promise<FillOptions> {
  return {
    workbook,
    recipe: chooseRecipe(await loadRecipes(template('recipes'), ''), 'default'),
    mode: 'empty',
    overwriteEdited: false,
    rows: '',
    isWanted: () => true,
    seed: 7,
    pictureRules: { baseDir, roots: [], picturesPerRowMax: 4 },
    limits: {
      ...{ inFlightMax: 2, crashesMax: 2, deliveryTriesMax: 3 },
      ...{ deliverRowsMax: 20, deliverAfterMs: 10_000, failAlikeRowsMax: 3 },
    },
  };
}

function collect(reports: RowReport[]): FillObserver {
  const nothing = () => undefined;
  return {
    onLoading: nothing,
    onModel: nothing,
    onBegin: nothing,
    onAnswer: nothing,
    onOutdated: nothing,
    onDeliveryError: nothing,
    onDelivered: (report) => void reports.push(report),
  };
}

function print(
  reports: readonly RowReport[],
  wallMs: number,
  spent: { readMs: number; deliverMs: number; deliveries: number },
) {
  const rows = reports.length;
  const sum = (pick: (report: RowReport) => number | undefined) =>
    reports.reduce((total, report) => total + (pick(report) ?? 0), 0);
  const engineMs = sum(({ times }) => (times ? times.promptMs + times.outputMs : 0));
  const perRow = (ms: number) => `${(ms / rows / 1000).toFixed(4)} s`;
  const lines: [string, number][] = [
    ['read (open, hash)', spent.readMs],
    ['image (beside the engine)', sum(({ times }) => times?.imageMs)],
    ['encode + prompt', sum(({ times }) => times?.promptMs)],
    ['generate', sum(({ times }) => times?.outputMs)],
    ['check', sum(({ times }) => times?.checkMs)],
    [`deliver (${spent.deliveries} patches, beside the engine)`, spent.deliverMs],
  ];
  process.stdout.write(`\nfill: ${rows} rows with the demo model, per row\n`);
  for (const [name, ms] of lines) process.stdout.write(`  ${name.padEnd(44)}${perRow(ms)}\n`);
  process.stdout.write(`  ${'wall'.padEnd(44)}${perRow(wallMs)}\n`);
  const overhead = (100 * (wallMs - engineMs)) / wallMs;
  process.stdout.write(`  everything but the engine: ${overhead.toFixed(1)} % of the row (aim: 5 % at most)\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchFill(Number(process.argv[2] ?? 48));
}
