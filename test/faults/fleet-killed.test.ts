// A fill on two real llama-servers, one of which is killed in the middle; skipped, and said so, where the program is missing.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpenAiFleet } from '../../server/engines/openai-fleet.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill, type FillObserver, type FillOptions, type FillParts } from '../../server/jobs/fill.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';
import { chooseRecipe, loadRecipes } from '../../server/packs/recipes.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { systemClock } from '../../server/system-clock.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { silentObserver } from '../fixtures/bench-observer.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { demoWish, startLlamaServer, type RunningServer } from '../fixtures/llama-servers.ts';
import { createProductBook, outputHeaders, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

const template = (name: string) => fileURLToPath(new URL(`../../templates/${name}`, import.meta.url));
const kinds = ['dress', 'hat', 'shoes', 'skirt'];
const photos = kinds.flatMap((kind) => [1, 2, 3, 4].map((number) => `photos/${kind}-${number}.jpg`));
const killAfterAnswers = 3;

describe.skipIf(llamaServer === undefined)(
  'two llama-servers (needs llama-server: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    const servers: RunningServer[] = [];
    let made: ProductBook;
    beforeAll(async () => {
      servers.push(...(await Promise.all([startLlamaServer(demoWish), startLlamaServer(demoWish)])));
      made = await createProductBook(photos.map((photo, index) => [`S-${index + 1}`, photo]));
    });
    afterAll(async () => {
      for (const server of servers) await server.kill();
      await made.remove();
    });

    test('one killed in the middle of a fill loses no row', async () => {
      const engine = createOpenAiFleet({
        ...{ urls: servers.map(({ url }) => url), slots: demoWish.slots },
        ...{ imageTokensMin: demoWish.imageTokensMin, imageTokensMax: demoWish.imageTokensMax },
      });
      const journal = openJournal(made.data);
      const backups = openBackups(made.data, { keptMax: 2 });
      const checker = await openCompliancePacks({ folder: template('compliance') }).current();
      const [workbooks, images] = [createWorkbooks(), createImages()];
      const parts: FillParts = { workbooks, images, checker, clock: systemClock, journal, backups, engine };
      expect((await engine.start()).slots).toBe(2 * demoWish.slots);
      let [answers, killing] = [0, Promise.resolve()];
      const onAnswer: FillObserver['onAnswer'] = () => {
        if (++answers === killAfterAnswers) killing = servers[0]?.kill() ?? killing;
      };
      await fill(parts, await optionsOf(made), { ...silentObserver, onAnswer }, new AbortController().signal);
      await killing;
      expect((await engine.start()).fallback?.['en-US']).toContain(new URL(servers[0]?.url ?? '').host);
      await engine.close();
      backups.close();
      journal.close();

      expect(answers).toBe(photos.length);
      const { rows } = await readProductBook(made.book);
      expect(rows).toHaveLength(photos.length);
      for (const row of rows)
        for (const header of outputHeaders) expect(row[header], `${row['SKU']} ${header}`).not.toBe('');
      expect(rows.filter((row) => /失败|Failed/.test(row['状态'] ?? ''))).toEqual([]);
    });
  },
);

async function optionsOf(made: ProductBook): Promise<FillOptions> {
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
