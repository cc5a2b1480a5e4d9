// What may be done with a run that has ended: tried again where it failed, taken back, also after a restart.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import type { EngineScript } from '../fakes/scripted-engine.ts';
import { never } from '../fixtures/desk-bench.ts';
import { goodAnswer, rowOf } from '../fixtures/fill-bench.ts';
import { book, createRunBench, typed } from '../fixtures/run-bench.ts';

describe('the rows that failed', () => {
  test('are tried again by a run over them alone', async () => {
    let isBroken = true;
    const script: EngineScript = (request) =>
      isBroken && rowOf(request) === 'B' ? { error: new RowscribeError('engine-empty', {}) } : goodAnswer(request);
    const { start, over, cells, run, desk, engine } = await createRunBench({ engine: script });
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
    const { start, over, cells, desk, run, type } = await createRunBench();
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
    const { start, over, cells, desk, type, run } = await createRunBench({}, ['A']);
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
    const first = await createRunBench();
    const before = first.cells();
    const { id } = await first.start();
    await first.over(id);
    const filled = first.cells();
    await first.close();
    const second = await createRunBench({ folder: first.folder });
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
