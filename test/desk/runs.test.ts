// Runs that the server owns: begun, told of, paused, stopped, tried again and taken back.
import { describe, expect, test } from 'vitest';
import type { ServerEvent } from '../../server/contract/state.ts';
import { RowscribeError } from '../../server/errors.ts';
import type { EngineScript } from '../fakes/scripted-engine.ts';
import { regenerateCell } from '../../server/desk/cells.ts';
import { never, runOf } from '../fixtures/desk-bench.ts';
import { createGate, goodAnswer, rowOf, tableOf } from '../fixtures/fill-bench.ts';
import { book, createRunBench, holding, holdingLook } from '../fixtures/run-bench.ts';

const rowsTold = (events: readonly ServerEvent[]) =>
  events.flatMap((event) => (event.type === 'row' ? [`${event.row.key} ${event.row.isDelivered}`] : []));

describe('a fill', () => {
  test('writes the rows and tells of each, of the run as it goes, and of its end', async () => {
    const { start, over, cells, run, events, desk } = await createRunBench();
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
    const { start, until, run, over } = await createRunBench({ engine: holding('ABC', gate) });
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
    const { start, over, events } = await createRunBench({}, keys);
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
    const { start, over, desk } = await createRunBench({ engine: holding('ABC', gate) });
    const [one, other] = [await start(), await start()];
    expect(other.id).toBe(one.id);
    gate.open();
    await over(one.id);
    expect(desk.state().runs).toHaveLength(1);
  });

  test('waits for the one before it in the same workbook, and can be dropped while it waits', async () => {
    const gate = createGate();
    const { start, over, run, desk, cells } = await createRunBench({ engine: holding('A', gate) });
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
    const { start, workbooks, desk } = await createRunBench();
    workbooks.put(book, tableOf([], ['甲', '乙']));
    await expect(start()).rejects.toMatchObject({ code: 'columns-missing' });
    expect(desk.state().runs).toEqual([]);
  });

  test('says why when the workbook cannot be written, and the workbook says so too', async () => {
    const { start, until, workbooks, desk, over, run } = await createRunBench();
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

  test('that was stopped while the workbook could not be written leaves no word about it on the workbook', async () => {
    const { start, until, workbooks, desk, over, run } = await createRunBench({}, ['A']);
    desk.onEvent((event) => {
      if (event.type === 'row' && !event.row.isDelivered) workbooks.setOpenBy(book, 'Anna');
    });
    const { id } = await start();
    await until((state) => state.workbooks[0]?.waiting?.code === 'workbook-open');
    desk.runs.stop(id);
    await over(id);
    expect(run(id)).toMatchObject({ state: 'stopped', problem: { code: 'workbook-open' } });
    expect(desk.state().workbooks[0]).not.toHaveProperty('waiting');
    workbooks.setOpenBy(book, undefined);
  });

  test('of which the first rows all fail alike stops and says so', async () => {
    const script: EngineScript = () => ({ error: new RowscribeError('engine-empty', {}) });
    const { start, over, run } = await createRunBench({ engine: script }, ['A', 'B', 'C', 'D', 'E', 'F']);
    const { id } = await start();
    await over(id);
    expect(run(id)).toMatchObject({ state: 'failed', problem: { code: 'run-alike' } });
  });
});

describe('a run that is on', () => {
  test('when paused begins no row, saves what is finished, and goes on when told', async () => {
    const gate = createGate();
    const { start, until, desk, cells, run, over, engine } = await createRunBench(
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
    const { start, until, desk, cells, run, over, engine } = await createRunBench({ engine: holdingLook(2, gate) });
    const { id } = await start();
    await until(() => Object.values(cells()).includes('完成'));
    expect(desk.runs.stop(id).state).toBe('stopping');
    await over(id);
    expect(run(id)).toMatchObject({ state: 'stopped', counts: { done: 1 } });
    expect(run(id)).not.toHaveProperty('problem');
    gate.open();
    const [first] = engine.looks.map(rowOf);
    const next = await desk.runs.resume(id);
    await over(next.id);
    expect(cells()).toMatchObject({ '商品!D2': 'A的描述', '商品!D3': 'B的描述', '商品!D4': 'C的描述' });
    expect(engine.looks.map(rowOf).filter((key) => key === first)).toHaveLength(1);
  });

  test('lets a single cell be written anew meanwhile, before the rows that wait', async () => {
    const gate = createGate();
    const title: EngineScript = async (request, look) => {
      if (look === 2) await gate.opened;
      return goodAnswer(request, request.priority === 'interactive' ? { title: '新标题' } : {});
    };
    const { start, until, over, cells, desk, engine, target } = await createRunBench({ engine: title });
    const { id } = await start();
    await until(() => Object.values(cells()).includes('完成'));
    const cell = ['E2', 'E3'].find((one) => cells()[`商品!${one}`] !== undefined) ?? '';
    const previous = cells()[`商品!${cell}`];
    const done = regenerateCell(desk.targets, { target, cell, reason: '短一点' }, never);
    gate.open();
    expect(await done).toMatchObject({ text: '新标题', previous, isWritten: true });
    await over(id);
    expect(cells()).toMatchObject({
      ...{ '商品!E2': 'A的标题', '商品!E3': 'B的标题', '商品!E4': 'C的标题' },
      [`商品!${cell}`]: '新标题',
    });
    expect(engine.looks.filter(({ priority }) => priority === 'interactive')).toHaveLength(1);
  });

  test('shows its rows meanwhile', async () => {
    const gate = createGate();
    const { start, until, over, desk } = await createRunBench({ engine: holdingLook(3, gate) });
    const { id } = await start();
    await until((state) => runOf(state, id).finished === 2);
    const { total } = await desk.runs.rows(id, { outcome: undefined, offset: 0, limit: 10 }, never);
    expect(total).toBe(2);
    gate.open();
    await over(id);
  });
});

describe('a preview', () => {
  test('shows the answers of the first rows and writes nothing', async () => {
    const { start, over, cells, desk, events } = await createRunBench();
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

test('a workbook that another process fills is waited for, and the wait can be ended', async () => {
  const { start, until, journal, over, desk, cells } = await createRunBench();
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
});

test.each(['pause', 'stop'] as const)('%s of a run that is not there says so', async (command) => {
  const { desk } = await createRunBench();
  expect(() => desk.runs[command]('nothing-7')).toThrow(expect.objectContaining({ code: 'not-found' }));
});
