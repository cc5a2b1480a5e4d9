// Runs that the server owns: begun, told of, paused, stopped, tried again and taken back.
import { afterEach, describe, expect, test } from 'vitest';
import type { RunRequest, ServerEvent } from '../../server/contract.ts';
import { RowscribeError } from '../../server/errors.ts';
import type { EngineScript } from '../fakes/scripted-engine.ts';
import { createDeskBench, isOver, never, runOf, type DeskBench, type DeskScript } from '../fixtures/desk-bench.ts';
import { createGate, goodAnswer, headers, product, rowOf, tableOf } from '../fixtures/fill-bench.ts';

const book = '/shop/book.xlsx';
const opened: DeskBench[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bench) => bench.close()));
});

async function bench(script: DeskScript = {}, keys: readonly string[] = ['A', 'B', 'C']) {
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
  const type = (cell: string, text: string) => made.workbooks.put(book, typed(made.workbooks.texts(book), cell, text));
  return { ...made, start, over, cells, run, type, target: { workbook, recipe: 'small', sheet: '商品' } };
}

function typed(texts: Record<string, string>, cell: string, text: string) {
  const cells = Object.entries(texts).map(([at, now]) => [at.replace(/^.*!/, ''), now] as const);
  return [{ name: '商品', cells: { ...Object.fromEntries(cells), [cell]: text } }];
}

const rowsTold = (events: readonly ServerEvent[]) =>
  events.flatMap((event) => (event.type === 'row' ? [`${event.row.key} ${event.row.isDelivered}`] : []));

/** Answers, but holds the rows that are named until the gate is open. */
function holding(keys: string, gate: { readonly opened: Promise<void> }): EngineScript {
  return async (request) => {
    if (keys.includes(rowOf(request))) await gate.opened;
    return goodAnswer(request);
  };
}

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
    const seen = rows.map(({ key, number, isDelivered }) => [key, number, isDelivered]);
    expect([total, seen]).toEqual([3, [['B', 3, true]]]);
    expect(rows[0]?.cells.find(({ column }) => column === 'title')).toMatchObject({ cell: 'E3', header: '标题' });
  });

  test('names the rows that are being worked on', async () => {
    const gate = createGate();
    const { start, until, run, over } = await bench({ engine: holding('A', gate) });
    const { id } = await start();
    await until((state) => runOf(state, id).current.length === 2);
    expect(run(id).current.map(({ label, number }) => [label, number])).toEqual([
      ['A', 2],
      ['B', 3],
    ]);
    gate.open();
    await over(id);
  });

  test('is told of at most every 100 ms, and its end at once', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `P${index}`);
    const { start, over, events } = await bench({}, keys);
    const startedAtMs = Date.now();
    const { id } = await start();
    await over(id);
    const told = events.filter((event) => event.type === 'run').length;
    // Beginning and end, and one for each tenth of a second between them.
    expect(told).toBeLessThanOrEqual(3 + (Date.now() - startedAtMs) / 100);
    expect(rowsTold(events)).toHaveLength(24);
  });

  test('that is ordered twice is one run', async () => {
    const gate = createGate();
    const { start, over, desk } = await bench({ engine: holding('ABC', gate) });
    const [one, other] = [await start(), await start()];
    expect(other.id).toBe(one.id);
    gate.open();
    await over(one.id);
    expect(desk.state().runs).toHaveLength(1);
  });

  test('waits for the one before it in the same workbook, and can be dropped while it waits', async () => {
    const gate = createGate();
    const { start, over, run, desk, cells } = await bench({ engine: holding('A', gate) });
    const first = await start({ scope: { rows: '2', mode: 'empty', overwriteEdited: false } });
    const second = await start({ scope: { rows: '3', mode: 'empty', overwriteEdited: false } });
    const third = await start({ scope: { rows: '4', mode: 'empty', overwriteEdited: false } });
    expect([run(second.id).state, run(third.id).state]).toEqual(['queued', 'queued']);
    expect(desk.runs.stop(second.id).state).toBe('stopped');
    gate.open();
    await over(third.id);
    expect(run(first.id).state).toBe('finished');
    expect([cells()['商品!D2'], cells()['商品!D3'], cells()['商品!D4']]).toEqual(['A的描述', undefined, 'C的描述']);
  });

  test('of a sheet without the columns is refused when it is ordered', async () => {
    const { start, workbooks, desk } = await bench();
    workbooks.put(book, tableOf([], ['甲', '乙']));
    await expect(start()).rejects.toMatchObject({ code: 'columns-missing' });
    expect(desk.state().runs).toEqual([]);
  });

  test('says why when the workbook cannot be written, and the workbook says so too', async () => {
    const { start, until, workbooks, desk, over, run } = await bench();
    const error = new RowscribeError('workbook-open', { path: book, by: 'Anna' });
    const gate = createGate();
    desk.onEvent((event) => {
      if (event.type === 'row' && !event.row.isDelivered && event.row.key === 'A') workbooks.failNextPatch(error);
    });
    const { id } = await start();
    await until((state) => runOf(state, id).problem?.code === 'workbook-open');
    expect(desk.state().workbooks[0]?.waiting?.code).toBe('workbook-open');
    gate.open();
    await over(id);
    expect(run(id)).toMatchObject({ state: 'finished' });
    expect(run(id)).not.toHaveProperty('problem');
    expect(desk.state().workbooks[0]).not.toHaveProperty('waiting');
  });

  test('of which the first rows all fail alike stops and says so', async () => {
    const script: EngineScript = () => ({ error: new RowscribeError('engine-empty', {}) });
    const { start, over, run } = await bench({ engine: script }, ['A', 'B', 'C', 'D', 'E', 'F']);
    const { id } = await start();
    await over(id);
    expect(run(id)).toMatchObject({ state: 'failed', problem: { code: 'run-alike' } });
  });
});

describe('a run that is on', () => {
  test('when paused begins no row, saves what is finished, and goes on when told', async () => {
    const gate = createGate();
    const { start, until, desk, cells, run, over, engine } = await bench(
      { engine: holding('ABCDEF', gate), settings: { deliverRowsMax: 100, deliverAfterS: 3600 } },
      ['A', 'B', 'C', 'D', 'E', 'F'],
    );
    const { id } = await start();
    await until((state) => runOf(state, id).current.length === 2);
    expect(desk.runs.pause(id).state).toBe('paused');
    gate.open();
    await until((state) => runOf(state, id).current.length === 0);
    await until(() => cells()['商品!D3'] !== undefined);
    expect([run(id).state, run(id).finished, engine.looks.length]).toEqual(['paused', 2, 2]);
    expect((await desk.runs.resume(id)).state).toBe('running');
    await over(id);
    expect(run(id)).toMatchObject({ state: 'finished', finished: 6 });
    expect(engine.looks).toHaveLength(6);
  });

  test('when stopped gives up what is in flight, keeps what is done, and a new run goes on from there', async () => {
    const gate = createGate();
    const { start, until, desk, cells, run, over, engine } = await bench({ engine: holding('B', gate) });
    const { id } = await start();
    await until(() => cells()['商品!D2'] !== undefined);
    expect(desk.runs.stop(id).state).toBe('stopping');
    await over(id);
    expect(run(id)).toMatchObject({ state: 'stopped', counts: { done: 1 } });
    expect(run(id)).not.toHaveProperty('problem');
    gate.open();
    const next = await desk.runs.resume(id);
    await over(next.id);
    expect(cells()).toMatchObject({ '商品!D2': 'A的描述', '商品!D3': 'B的描述', '商品!D4': 'C的描述' });
    expect(engine.looks.map(rowOf).filter((key) => key === 'A')).toHaveLength(1);
  });

  test('lets a single cell be written anew meanwhile, before the rows that wait', async () => {
    const gate = createGate();
    const title: EngineScript = async (request, look) => {
      if (look === 2) await gate.opened;
      return goodAnswer(request, request.priority === 'interactive' ? { title: '新标题' } : {});
    };
    const { start, until, over, cells, desk, engine, target } = await bench({ engine: title });
    const { id } = await start();
    await until(() => cells()['商品!E2'] !== undefined);
    const { regenerateCell } = await import('../../server/desk/cells.ts');
    const done = regenerateCell(desk.targets, { target, cell: 'E2', reason: '短一点' }, never);
    gate.open();
    expect(await done).toMatchObject({ text: '新标题', previous: 'A的标题', isWritten: true });
    await over(id);
    expect(cells()).toMatchObject({ '商品!E2': '新标题', '商品!E3': 'B的标题', '商品!E4': 'C的标题' });
    expect(engine.looks.filter(({ priority }) => priority === 'interactive')).toHaveLength(1);
  });

  test('shows its rows meanwhile', async () => {
    const gate = createGate();
    const { start, until, over, desk } = await bench({ engine: holding('C', gate) });
    const { id } = await start();
    await until((state) => runOf(state, id).finished === 2);
    const { rows } = await desk.runs.rows(id, { outcome: undefined, offset: 0, limit: 10 }, never);
    expect(rows.map(({ key }) => key)).toEqual(['A', 'B']);
    gate.open();
    await over(id);
  });
});

describe('a preview', () => {
  test('shows the answers of the first rows and writes nothing, also while a fill is on', async () => {
    const { start, over, cells, desk, events } = await bench();
    const before = cells();
    const { id } = await start({ kind: 'preview', count: 2 });
    await over(id);
    expect(cells()).toEqual(before);
    const { rows } = await desk.runs.rows(id, { outcome: undefined, offset: 0, limit: 10 }, never);
    expect(rows.map(({ key, isDelivered }) => [key, isDelivered])).toEqual([
      ['A', false],
      ['B', false],
    ]);
    expect(rowsTold(events)).toEqual(['A false', 'B false']);
    expect(desk.runs.view(id).canUndo).toBe(false);
  });
});

describe('the rows that failed', () => {
  test('are tried again by a run over them alone', async () => {
    let isBroken = true;
    const script: EngineScript = (request) =>
      isBroken && rowOf(request) === 'B' ? { error: new RowscribeError('engine-empty', {}) } : goodAnswer(request);
    const { start, over, cells, run, desk, engine } = await bench({ engine: script });
    const { id } = await start();
    await over(id);
    expect(run(id).counts).toEqual({ done: 2, 'needs-person': 0, failed: 1 });
    isBroken = false;
    const looks = engine.looks.length;
    const again = await desk.runs.retry(id);
    await over(again.id);
    expect(run(again.id)).toMatchObject({ total: 1, counts: { done: 1 } });
    expect(engine.looks.slice(looks).map(rowOf)).toEqual(['B']);
    expect(cells()['商品!D3']).toBe('B的描述');
    await expect(desk.runs.retry(again.id)).rejects.toMatchObject({ code: 'run-not-now' });
  });
});

describe('what a run wrote', () => {
  test('is taken back where nobody changed it since', async () => {
    const { start, over, cells, desk, run, type } = await bench();
    const before = cells();
    const { id } = await start();
    await over(id);
    type('D3', '人写的');
    const undo = await desk.runs.undo(id);
    await over(undo.id);
    expect(run(undo.id)).toMatchObject({ kind: 'undo', state: 'finished' });
    expect(cells()).toEqual({ ...before, '商品!D3': '人写的' });
    expect(run(id).canUndo).toBe(false);
    await expect(desk.runs.undo(id)).rejects.toMatchObject({ code: 'run-not-now' });
    const again = await start();
    await over(again.id);
    expect(cells()).toMatchObject({ '商品!D2': 'A的描述', '商品!D3': '人写的', '商品!E3': 'B的标题' });
  });

  test('gives people their words back, and they are theirs again', async () => {
    const { start, over, cells, desk, type, run } = await bench({}, ['A']);
    type('D2', '人写的');
    const scope = { rows: '', mode: 'all', overwriteEdited: true } as const;
    const { id } = await start({ scope });
    await over(id);
    expect(cells()['商品!D2']).toBe('A的描述');
    await over((await desk.runs.undo(id)).id);
    expect(cells()['商品!D2']).toBe('人写的');
    const third = await start({ scope: { ...scope, overwriteEdited: false } });
    await over(third.id);
    expect([run(third.id).state, cells()['商品!D2'], cells()['商品!E2']]).toEqual(['finished', '人写的', 'A的标题']);
  });

  test('is known after a restart: listed, shown row by row, and taken back', async () => {
    const first = await bench();
    const before = first.cells();
    const { id } = await first.start();
    await first.over(id);
    const filled = first.cells();
    opened.splice(0);
    await first.close();
    const second = await bench({ folder: first.folder });
    second.workbooks.put(
      book,
      typed(filled, 'Z9', 'x').map((sheet) => ({ ...sheet, name: '商品' })),
    );
    const [earlier] = second.desk.state().runs;
    expect(earlier).toMatchObject({ kind: 'fill', state: 'finished', finished: 3, canUndo: true });
    const earlierId = earlier?.id ?? '';
    const { rows } = await second.desk.runs.rows(earlierId, { outcome: undefined, offset: 0, limit: 10 }, never);
    expect(rows.map(({ label, number }) => [label, number])).toEqual([
      ['A', 2],
      ['B', 3],
      ['C', 4],
    ]);
    await second.over((await second.desk.runs.undo(earlierId)).id);
    expect(second.cells()).toEqual({ ...before, '商品!Z9': 'x' });
    expect(second.desk.runs.view(earlierId).canUndo).toBe(false);
  });
});

test('a workbook that another process fills is waited for, and the wait can be ended', async () => {
  const { start, until, journal, over, desk, cells } = await bench();
  const release = journal.claim(book);
  const { id } = await start();
  await until((state) => runOf(state, id).problem?.code === 'workbook-in-use');
  expect(desk.runs.view(id).state).toBe('queued');
  expect(desk.runs.stop(id).state).toBe('stopping');
  await over(id);
  expect(desk.runs.view(id).state).toBe('stopped');
  release?.();
  const next = await start();
  await over(next.id);
  expect(cells()['商品!D2']).toBe('A的描述');
  expect(headers).toHaveLength(8);
});

test.each(['pause', 'stop'] as const)('%s of a run that is not there says so', async (command) => {
  const { desk } = await bench();
  expect(() => desk.runs[command]('nothing-7')).toThrow(expect.objectContaining({ code: 'not-found' }));
});
