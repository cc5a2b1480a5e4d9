// The demo's twelve rows by the real demo model, in a workbook that is open in Excel and moved about meanwhile.
import { afterAll, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { createImages } from '../../server/images/prepare.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { never } from '../fixtures/desk-bench.ts';
import { createPaneBench } from '../fixtures/pane-bench.ts';
import { demoPhotos } from '../fixtures/product-book.ts';
import { shippedRecipe } from '../fixtures/recipe.ts';

const engine = createEmbeddedEngine(demoModel());
afterAll(() => engine.close());

/** The cells of the demo's workbook as they come along. */
async function demoSheet() {
  const path = `${demoPhotos}/../demo.xlsx`;
  const book = await createWorkbooks().open(path);
  const cells: Record<string, string> = {};
  const [sheet] = book.sheets;
  for await (const row of book.rows(sheet?.name ?? '')) {
    for (const [column, { text }] of row.cells) cells[`${String.fromCharCode(65 + column)}${row.number}`] = text;
  }
  await book.close();
  return { path, name: sheet?.name ?? '', cells };
}

test('every row gets its own copy, once, while rows are sorted and inserted', async () => {
  const { path, name, cells } = await demoSheet();
  const recipe = shippedRecipe('default.yaml');
  const made = await createPaneBench({
    ...{ sheets: [{ name, cells }], path, recipe: recipe.id },
    settings: { deliverRowsMax: 2 },
    real: { engine, images: createImages(), recipe },
    beforeWrite: (pane, count) => {
      if (count % 3 === 1) pane.sortDown(name, 0);
      if (count % 3 === 2) pane.insertRow(name, 3);
    },
  });
  const { id } = await made.start();
  await made.over(id);
  expect(made.run(id)).toMatchObject({ state: 'finished', counts: { done: 12 } });
  const { rows } = await made.desk.runs.rows(id, { outcome: undefined, offset: 0, limit: 50 }, never);
  const texts = made.rows(name);
  expect(Object.keys(texts)).toHaveLength(12);
  const texted = (cell: string) => made.pane.texts()[`${name}!${cell}`];
  for (const row of rows) {
    // What the journal holds of a row stands in that row, wherever it is by now.
    expect(texted(`A${row.number}`)).toBe(row.key);
    for (const { cell, text } of row.cells) expect(texted(cell), `${row.key} ${cell}`).toBe(text);
    expect(row.cells).toHaveLength(10);
  }
  expect(made.pane.written).toHaveLength(12 * 10);
  await made.close();
}, 240_000);
