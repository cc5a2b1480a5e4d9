// The writer's process killed: in the middle of a fill with both real models, and under several requests at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
import { formSchema, lookRequest } from '../fixtures/requests.ts';

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

describe('a writer of three texts at once', () => {
  const started: number[] = [];
  const three = createWriter({
    ...{ model: demoModel().model, slots: 3 },
    log: (message) => started.push(...[...message.matchAll(/process (\d+) started/g)].map(([, pid]) => Number(pid))),
  });
  afterAll(() => three.close());
  const tasks = ['红色连衣裙', '黑色鞋子', '白色衬衫', '蓝色裤子'].map((seen) =>
    lookRequest([], `${seen}，请填写`, { schema: formSchema }),
  );

  test('writes them together, each its own', async () => {
    expect(await three.start()).toMatchObject({ engine: 'writer', slots: 3 });
    const order: string[] = [];
    const answers = await Promise.all(
      tasks.map((task, index) => three.generate(task, undefined, () => void order.push(String(index)))),
    );
    const titles = answers.map(({ text }) => (JSON.parse(text) as { title_a: string }).title_a);
    expect(new Set(titles).size).toBe(titles.length);
    // The second began before the first had ended.
    expect(order.indexOf('1')).toBeLessThan(order.lastIndexOf('0'));
  });

  test('tells all that died with it that none of them need be the cause, and goes on', async () => {
    const kill = (): void => void process.kill(started.at(-1) ?? 0, 'SIGKILL');
    let told = 0;
    const fates = await Promise.all(
      tasks.slice(0, 2).map((task) => {
        let isFirst = true;
        const onText = (): void => {
          if (isFirst) told += 1;
          isFirst = false;
          if (told === 2) kill();
        };
        return three.generate(task, undefined, onText).catch((error: unknown) => error);
      }),
    );
    expect(fates).toMatchObject(Array(2).fill({ code: 'engine-crashed', facts: { shared: true } }));
    await expect(three.generate(lookRequest([], '你好'))).resolves.toMatchObject({ finish: 'stop' });
    expect(started).toHaveLength(2);
  });
});
