// A fill with both real models, the writer's process killed in the middle of a title.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { demoModel } from '../../server/engines/demo-model.ts';
import { noBackups } from '../../server/desk/no-backups.ts';
import { createWriter } from '../../server/engines/writer.ts';
import { createImages } from '../../server/images/prepare.ts';
import { fill } from '../../server/jobs/fill.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createFillBench, fillOptions } from '../fixtures/fill-bench.ts';
import { createProductBook, readProductBook, type ProductBook } from '../fixtures/product-book.ts';
import { shippedRecipe } from '../fixtures/recipe.ts';

const never = new AbortController().signal;
const pids: number[] = [];
let engine: Engine;
let writer: Engine;
let made: ProductBook;

beforeAll(async () => {
  engine = createEmbeddedEngine(demoModel());
  writer = createWriter({
    model: demoModel().model,
    log: (message) => pids.push(...[...message.matchAll(/process (\d+) started/g)].map(([, pid]) => Number(pid))),
  });
  made = await createProductBook(
    [
      ['S-1', 'photos/skirt-1.jpg', '山茶'],
      ['S-2', 'photos/shoes-1.jpg', '山茶'],
    ],
    ['品牌'],
  );
});
afterAll(async () => {
  await Promise.all([engine.close(), writer.close()]);
  await made.remove();
});

/** The writer, killed from outside at the first piece of its first answer. */
function killedOnce(): Engine {
  let isKilled = false;
  const kill = (): void => {
    if (isKilled) return;
    isKilled = true;
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  };
  return { ...delegate(writer), generate: (request, signal) => writer.generate(request, signal, kill) };
}

const delegate = (to: Engine): Omit<Engine, 'generate'> => ({
  start: (signal) => to.start(signal),
  close: () => to.close(),
});

test('every title is there in the end, from the second process', async () => {
  const bench = createFillBench({ rows: [] });
  const workbooks = createWorkbooks();
  const parts = { ...bench.parts, workbooks, backups: noBackups, images: createImages(), engine, writer: killedOnce() };
  const recipe = shippedRecipe('default.yaml');
  const pictureRules = { baseDir: made.folder, roots: [], picturesPerRowMax: 4 };
  const options = { ...fillOptions, workbook: made.book, recipe, pictureRules };
  const { state, total } = await fill(parts, options, bench.noted, never);
  expect({ state, total }).toEqual({ state: 'finished', total: 2 });
  expect(pids).toHaveLength(2);
  expect(bench.noted.answers.map(({ model }) => model.split(' + ').length)).toEqual([2, 2]);
  const { rows } = await readProductBook(made.book);
  for (const row of rows) {
    for (const header of ['描述', '标题A', '首段B', '标题C', '关键词', '合规检查', '状态'])
      expect(row[header]).not.toBe('');
    expect(row['状态']).not.toContain('失败');
  }
  expect(rows).toHaveLength(2);
}, 120_000);
