// What a watch fills is a run that pages see grow: it may be paused, and is the watch's own to end.
import { expect, test } from 'vitest';
import { jobOf } from '../../server/desk/targets.ts';
import type { FillObserver } from '../../server/jobs/fill.ts';
import { book, createRunBench, holdingLook } from '../fixtures/run-bench.ts';
import { createGate } from '../fixtures/fill-bench.ts';

const silent: FillObserver = {
  ...{ onLoading: () => {}, onModel: () => {}, onBegin: () => {}, onAnswer: () => {}, onDelivered: () => {} },
  ...{ onOutdated: () => {}, onDeliveryError: () => {} },
};

async function watched(keys?: readonly string[]) {
  const gate = createGate();
  const bench = await createRunBench({ engine: holdingLook(2, gate) }, keys);
  const { parts, options } = await jobOf(bench.desk.targets, bench.target);
  const stop = new AbortController();
  const heard: string[] = [];
  const observer = { ...silent, onDelivered: () => void heard.push('delivered') };
  const fill = () => bench.desk.runs.fillWatched(parts, { ...options, rows: 'watch' }, observer, stop.signal);
  const now = () => bench.desk.state().runs[0];
  return { ...bench, gate, fill, stop, heard, now };
}

test('the run is told with its progress and the row it is at, and the watch hears everything too', async () => {
  const { fill, until, now, gate, heard, workbooks } = await watched();
  const filling = fill();
  await until(({ runs }) => runs[0]?.finished === 1 && runs[0].current.length > 0);
  expect(now()).toMatchObject({ kind: 'fill', isWatched: true, state: 'running', total: 3, workbookName: 'book.xlsx' });
  gate.open();
  await filling;
  expect(now()).toMatchObject({ state: 'finished', finished: 3, counts: { done: 3 } });
  expect(heard).toHaveLength(3);
  expect(workbooks.texts(book)['商品!D3']).toBe('B的描述');
});

test('it may be paused and goes on where it was; only the watch ends it', async () => {
  const { fill, until, now, gate, desk, stop } = await watched();
  const filling = fill();
  await until(({ runs }) => runs[0]?.finished === 1);
  const id = now()?.id ?? '';
  expect(() => desk.runs.stop(id)).toThrow(expect.objectContaining({ code: 'run-not-now' }));
  desk.runs.pause(id);
  gate.open();
  await until(({ runs }) => runs[0]?.state === 'paused' && runs[0].finished >= 2);
  await desk.runs.resume(id);
  await filling;
  expect(now()).toMatchObject({ id, state: 'finished', finished: 3 });
  stop.abort();
});

test('the end of the watch is a stop, and the next fill goes on as the same run', async () => {
  const { fill, until, now, gate, desk, stop } = await watched();
  const filling = fill();
  await until(({ runs }) => runs[0]?.finished === 1);
  stop.abort();
  await filling;
  expect(now()?.state).toBe('stopped');
  gate.open();
  const { parts, options } = await jobOf(desk.targets, { workbook: now()?.target.workbook ?? '', recipe: 'small' });
  const never = new AbortController().signal;
  await desk.runs.fillWatched(parts, { ...options, rows: 'watch' }, silent, never);
  expect(desk.state().runs.map(({ state }) => state)).toEqual(['finished']);
});

test('a fill that finds nothing to do is not told as one', async () => {
  const { fill, desk, gate } = await watched(['A']);
  gate.open();
  await fill();
  await fill();
  expect(desk.state().runs.filter(({ isWatched }) => isWatched)).toHaveLength(1);
});
