// Runs that the server owns: begun, told of, paused, stopped, tried again and taken back.
import { afterEach, describe, expect, test } from 'vitest';
import type { RunRequest, ServerEvent } from '../../server/contract.ts';
import { crash } from '../fakes/scripted-engine.ts';
import { createDeskBench, isOver, never, runOf, type DeskBench, type DeskScript } from '../fixtures/desk-bench.ts';
import { createGate, goodAnswer, product, rowOf, tableOf } from '../fixtures/fill-bench.ts';

const book = '/shop/book.xlsx';
const opened: DeskBench[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bench) => bench.close()));
});

async function bench(script: DeskScript = {}, keys = ['A', 'B', 'C']) {
  const made = await createDeskBench(script);
  opened.push(made);
  made.workbooks.put(book, tableOf(keys.map((key) => product(key))));
  made.desk.shelf.addWatched(book);
  const workbook = made.desk.state().workbooks[0]?.id ?? '';
  const order = (change: Partial<RunRequest> = {}): RunRequest => ({
    kind: 'fill',
    target: { workbook, recipe: 'small' },
    scope: { rows: '', mode: 'empty', overwriteEdited: false },
    ...change,
  });
  const start = (change: Partial<RunRequest> = {}) => made.desk.runs.start(order(change), never);
  const over = (id: string) => made.until((state) => isOver(state, id));
  const cells = () => made.workbooks.texts(book);
  const run = (id: string) => runOf(made.desk.state(), id);
  return { ...made, start, over, cells, run, order };
}

const rowsTold = (events: readonly ServerEvent[]) =>
  events.flatMap((event) => (event.type === 'row' ? [`${event.row.key} ${event.row.isDelivered}`] : []));

describe('a fill', () => {
  test('writes the rows and tells of each, of the run as it goes, and of its end', async () => {
    const { start, over, cells, run, events, desk } = await bench();
    const { id } = await start();
    await over(id);
    expect(cells()).toMatchObject({ '商品!D2': 'A的描述', '商品!D4': 'C的描述' });
    expect(run(id)).toMatchObject({ state: 'finished', total: 3, finished: 3, counts: { done: 3 }, canUndo: true });
    expect(run(id)).toMatchObject({ current: [], target: { sheet: '商品' }, workbookName: 'book.xlsx' });
    expect(rowsTold(events).toSorted()).toEqual(['A', 'B', 'C'].flatMap((key) => [`${key} false`, `${key} true`]));
    expect(events.filter((event) => event.type === 'run').at(-1)).toMatchObject({ run: { id, state: 'finished' } });
    const { total, rows } = await desk.runs.rows(id, { outcome: 'done', offset: 1, limit: 1 }, never);
    expect([total, rows.map(({ key, number, isDelivered }) => [key, number, isDelivered])]).toEqual([
      3,
      [['B', 3, true]],
    ]);
    expect(rows[0]?.cells.find(({ column }) => column === 'title')).toMatchObject({ cell: 'E3', header: '标题' });
  });
});
void crash;
void createGate;
void goodAnswer;
void rowOf;
