// A workbook that is open in Excel, filled through its pane by a scripted engine: `npx tsx test/bench/pane.ts [ROWS]`.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createDesk } from '../../server/desk/desk.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { createPaneWorkbooks } from '../../server/pane/pane-workbooks.ts';
import type { Images } from '../../server/ports/images.ts';
import { loadSettings } from '../../server/settings.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openRunHistory } from '../../server/store/run-history.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createMemoryPane } from '../fakes/memory-pane.ts';
import { createScriptedEngine } from '../fakes/scripted-engine.ts';
import { goodAnswer, product, tableOf } from '../fixtures/fill-bench.ts';
import { smallRecipe } from '../fixtures/recipe.ts';

const never = new AbortController().signal;
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Pictures that cost nothing: what is measured is everything else. */
const images: Images = {
  prepare: async (request) => ({
    image: { jpeg, sha256: sha256(request.path), widthPx: 28, heightPx: 28 },
    ...{ sourceSha256: sha256(request.path), flaws: [], measures: {} },
  }),
};

/** Fills `rowCount` rows, sorting them once on the way, and prints what it took. */
export async function benchPane(rowCount: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rowscribe-bench-'));
  const journal = openJournal(folder);
  const history = openRunHistory(folder);
  const backups = openBackups(folder, { keptMax: 1 });
  const files = createWorkbooks();
  const documents = createPaneWorkbooks({ files, clock: systemClock });
  const checker = await openCompliancePacks({
    folder: fileURLToPath(new URL('../../templates/compliance', import.meta.url)),
  }).current();
  const desk = await createDesk({
    ...{ version: '', files, documents, journal, history, images, clock: systemClock },
    settings: loadSettings({ ROWSCRIBE_SETTINGS: path.join(folder, 'settings.yaml') }),
    saveSettings: () => {},
    engine: createScriptedEngine(async (request) => {
      // A real engine leaves the process time for everything else.
      await nextTurn();
      return goodAnswer(request);
    }),
    pictureFiles: { find: async () => ({ sizeBytes: 1, changedAtMs: 1, sha256: async () => '' }) },
    backups: () => backups,
    checker: async () => checker,
    recipes: async () => new Map([[smallRecipe.id, smallRecipe]]),
    presets: async () => [],
  });
  const pane = createMemoryPane(tableOf(Array.from({ length: rowCount }, (_, index) => product(`P${index}`))));
  const seen = { links: 0, runs: 0, rows: 0 };
  const ended = new Promise<void>((resolve) => {
    desk.onEvent((event) => {
      if (event.type === 'row') seen.rows += 1;
      if (event.type === 'run') seen.runs += 1;
      if (event.type === 'run' && event.run.endedAtMs !== undefined) resolve();
      if (event.type !== 'link') return;
      seen.links += 1;
      if (event.request.ask === 'write' && seen.links === 100) pane.sortDown('商品', 0);
      void nextTurn().then(() => desk.answer(event.workbook, event.request.id, pane.answer(event.request)));
    });
  });
  const { id: workbook } = await desk.attach({ path: '', name: 'bench', instance: 'bench' });
  const from = performance.now();
  const scope = { rows: '', mode: 'empty', overwriteEdited: false } as const;
  const { id } = await desk.runs.start({ kind: 'fill', target: { workbook, recipe: 'small' }, scope }, never);
  await ended;
  const seconds = (performance.now() - from) / 1000;
  const { state, counts } = desk.runs.view(id);
  const megabytes = process.memoryUsage().rss / 1024 / 1024;
  const facts = [
    `${state}, ${counts.done} rows in ${seconds.toFixed(1)} s: ${(counts.done / seconds).toFixed(0)} rows/s`,
    `${seen.links} requests to the pane, ${seen.rows} row events, ${seen.runs} run events`,
    `${pane.written.length} cells written, ${megabytes.toFixed(0)} MB resident`,
  ];
  for (const line of facts) process.stdout.write(`${line}\n`);
  await desk.close();
  backups.close();
  history.close();
  journal.close();
  await rm(folder, { recursive: true, force: true });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchPane(Number(process.argv[2] ?? 2000));
}
