// Runs that are cut off: the engine dies, a person stops, the process ends between two steps. Nothing is done twice.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { crash, hang, type EngineScript } from '../fakes/scripted-engine.ts';
import {
  book,
  createFillBench,
  failingJournal,
  fillOptions,
  goodAnswer,
  product,
  rowOf,
  tableOf,
} from '../fixtures/fill-bench.ts';

const abc = ['A', 'B', 'C'].map((key) => product(key));
const one = { ...fillOptions.limits, inFlightMax: 1 };
const column = (bench: ReturnType<typeof createFillBench>, letter: string) =>
  [2, 3, 4].map((row) => bench.cells()[`${letter}${row}`]);
const written = ['A的描述', 'B的描述', 'C的描述'];
const done = ['完成', '完成', '完成'];

/** Dies under a row as often as said. */
function dyingUnder(deaths: Readonly<Record<string, number>>): EngineScript {
  const left = new Map(Object.entries(deaths));
  return (request) => {
    const count = left.get(rowOf(request)) ?? 0;
    left.set(rowOf(request), count - 1);
    return count > 0 ? crash : goodAnswer(request);
  };
}

describe('when the engine dies under a row', () => {
  test('the row is tried again after the others, and the run goes on', async () => {
    const bench = createFillBench({ rows: abc, engine: dyingUnder({ A: 1 }) });
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished' });
    expect(bench.engine.looks.map(rowOf)).toEqual(['A', 'B', 'C', 'A']);
    expect(bench.engine.loads).toBe(2);
    expect(column(bench, 'D')).toEqual(written);
  });

  test('twice the row is left out with words about it, and the others are done', async () => {
    const bench = createFillBench({ rows: abc, engine: dyingUnder({ B: 9 }) });
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished' });
    expect(bench.engine.looks.map(rowOf)).toEqual(['A', 'B', 'C', 'B']);
    expect(column(bench, 'D')).toEqual(['A的描述', undefined, 'C的描述']);
    expect(column(bench, 'H')).toEqual(['完成', expect.stringMatching(/^失败：这一行两次使模型进程停止/), '完成']);
  });

  /** A first run in which the engine dies under A once and which is then stopped. */
  async function stoppedAfterDeath() {
    const stop = new AbortController();
    const bench = createFillBench({
      rows: abc,
      engine: (request, look) => {
        if (look === 2) stop.abort(new RowscribeError('interrupted', {}));
        return rowOf(request) === 'A' && look <= 4 ? crash : look === 2 ? hang : goodAnswer(request);
      },
    });
    expect(await bench.fill({ limits: one }, stop.signal)).toMatchObject({ state: 'stopped' });
    return bench;
  }

  test('the deaths of an earlier run count', async () => {
    const bench = await stoppedAfterDeath();
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished', resumed: true });
    expect(bench.engine.looks.map(rowOf).filter((row) => row === 'A')).toHaveLength(2);
    expect(column(bench, 'H')[0]).toMatch(/^失败：这一行两次/);
  });

  test('the deaths of an earlier run are forgotten when the row has another picture', async () => {
    const bench = await stoppedAfterDeath();
    bench.put([['A', '新.jpg', 'A'], product('B'), product('C')]);
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished', resumed: true });
    expect(column(bench, 'H')).toEqual(done);
  });

  test('and gives up for good, the run ends with that; what was ready is in the workbook', async () => {
    const error = new RowscribeError('engine-gave-up', { detail: 'signal 11' });
    const bench = createFillBench({
      rows: abc,
      engine: (request) => (rowOf(request) === 'B' ? { error } : goodAnswer(request)),
    });
    await expect(bench.fill({ limits: one })).rejects.toBe(error);
    expect(column(bench, 'D')).toEqual(['A的描述', undefined, undefined]);
    expect(bench.journal.hasUnfinished(book)).toBe(true);
  });
});

describe('when the first rows all fail alike', () => {
  const dark = (key: string) => [`${key}.jpg`, new RowscribeError('picture-missing', { path: `${key}.jpg` })] as const;
  const rows = ['A', 'B', 'C', 'D', 'E'].map((key) => product(key));

  test('the run stops, with what it found out in the cells', async () => {
    const bench = createFillBench({
      rows,
      images: { failures: Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map(dark)) },
    });
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'failed' });
    expect(column(bench, 'H')).toEqual([1, 2, 3].map(() => expect.stringMatching(/^失败：找不到图片/) as string));
    expect(bench.cells()['H5']).toBeUndefined();
    expect(bench.journal.hasUnfinished(book)).toBe(true);
  });

  test.each([
    ['one of them was done', ['A', 'C', 'D', 'E'], []],
    ['they failed for different reasons', ['A', 'B', 'D', 'E'], ['C']],
  ])('the run goes on when %s', async (_, missing, broken) => {
    const failures = {
      ...Object.fromEntries(missing.map(dark)),
      ...Object.fromEntries(broken.map((key) => [`${key}.jpg`, new RowscribeError('picture-format', { path: key })])),
    };
    const bench = createFillBench({ rows, images: { failures } });
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished' });
    expect(bench.cells()['H6']).toMatch(/^失败/);
  });

  test('the same command tries them again', async () => {
    let isThere = false;
    const bench = createFillBench({ rows: abc, engine: (request) => (isThere ? goodAnswer(request) : 'Sorry.') });
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'failed' });
    isThere = true;
    expect(await bench.fill({ limits: one })).toMatchObject({ state: 'finished', resumed: true, total: 3 });
    expect(column(bench, 'H')).toEqual(done);
  });
});

describe('when a person stops the run', () => {
  test('what is ready is delivered, what is in flight is given up, and the next run does the rest', async () => {
    const stop = new AbortController();
    const bench = createFillBench({
      rows: abc,
      engine: (request, look) => {
        if (look !== 2) return goodAnswer(request);
        stop.abort(new RowscribeError('interrupted', {}));
        return hang;
      },
    });
    expect(await bench.fill({ limits: one }, stop.signal)).toMatchObject({ state: 'stopped' });
    expect(column(bench, 'D')).toEqual(['A的描述', undefined, undefined]);
    expect(await bench.fill({ limits: one })).toEqual({ state: 'finished', total: 2, resumed: true });
    expect(bench.engine.looks.map(rowOf)).toEqual(['A', 'B', 'B', 'C']);
    expect(column(bench, 'D')).toEqual(written);
  });

  test('before it began, nothing is touched', async () => {
    const bench = createFillBench({ rows: abc });
    const reason = new RowscribeError('interrupted', {});
    await expect(bench.fill({}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(bench.patches).toEqual([]);
    expect(bench.engine.loads).toBe(0);
  });
});

describe('when the process ends', () => {
  /** The first run ends with the error of a journal that fails at one call; the second has a sound journal. */
  async function cutOff(method: 'putRow' | 'recordDelivery', at: number) {
    const journal = openJournal(':memory:');
    const first = createFillBench({ rows: abc, journal: failingJournal(journal, method, at) });
    await expect(first.fill({ limits: one })).rejects.toMatchObject({ code: 'store-failed' });
    const second = createFillBench({ rows: [], journal });
    second.workbooks.put(book, [{ name: '商品', cells: first.cells() }]);
    return { first, second, journal };
  }

  test('between the replacement of the file and the record of it, the cells are recorded once and not written again', async () => {
    const { first, second, journal } = await cutOff('recordDelivery', 1);
    expect(column(first, 'D')).toEqual(written);
    expect(journal.lastDelivered(book, '商品', 'A').size).toBe(0);
    expect(await second.fill()).toEqual({ state: 'finished', total: 3, resumed: true });
    expect(second.engine.looks).toEqual([]);
    expect(second.patches).toEqual([]);
    expect(journal.history(book, '商品', 'A', 'description')).toMatchObject([{ text: 'A的描述', previous: '' }]);
    expect(journal.lastDelivered(book, '商品', 'C').get('status')).toBe('完成');
  });

  test.each(Array.from({ length: 6 }, (_, index) => index + 1))(
    'at its write %i into the journal, the next run does what is left and looks at nothing twice',
    async (at) => {
      const { first, second } = await cutOff('putRow', at);
      const before = column(first, 'D').filter((text) => text !== undefined).length;
      expect(await second.fill({ limits: one })).toMatchObject({ state: 'finished' });
      expect(column(second, 'D')).toEqual(written);
      expect(column(second, 'H')).toEqual(done);
      const answered = Math.floor((at - 1) / 2);
      expect(before).toBe(0);
      expect(second.engine.looks.map(rowOf)).toEqual(['A', 'B', 'C'].slice(answered));
    },
  );

  test('before a delivery, words that a person wrote into the cells meanwhile are kept', async () => {
    const { second } = await cutOff('putRow', 5);
    second.put([product('A', '人写的'), product('B'), product('C')]);
    await second.fill({ limits: one });
    expect(column(second, 'D')).toEqual(['人写的', 'B的描述', 'C的描述']);
    expect(column(second, 'E')).toEqual(['A的标题', 'B的标题', 'C的标题']);
    expect(second.noted.delivered.find(({ row }) => row.key === 'A')?.refused.map(({ cell }) => cell)).toEqual(['D2']);
  });

  test('before a delivery, a row whose picture changed meanwhile is looked at anew', async () => {
    const { second } = await cutOff('putRow', 5);
    second.put([['A', '新.jpg', 'A'], product('B'), product('C')]);
    await second.fill({ limits: one });
    expect(second.images.requests.map(({ path }) => path)).toEqual(['新.jpg', 'C.jpg']);
    expect(column(second, 'D')).toEqual(written);
  });

  test('in mode all, what the run delivered already is not written again', async () => {
    const journal = openJournal(':memory:');
    const rows = abc.map(([key = '']) => product(key, '旧', '旧', '旧'));
    const all = { mode: 'all', overwriteEdited: true, limits: { ...one, deliverRowsMax: 1 } } as const;
    const first = createFillBench({ rows, journal: failingJournal(journal, 'putRow', 5) });
    await expect(first.fill(all)).rejects.toMatchObject({ code: 'store-failed' });
    const delivered = column(first, 'D').filter((text) => text !== '旧').length;
    expect(delivered).toBeGreaterThan(0);
    const second = createFillBench({ rows: [], journal });
    second.workbooks.put(book, [{ name: '商品', cells: first.cells() }]);
    expect(await second.fill(all)).toMatchObject({ state: 'finished', resumed: true });
    expect(second.engine.looks.map(rowOf)).toEqual(['C']);
    expect(column(second, 'D')).toEqual(written);
  });

  test('however often and wherever it does, every row gets its text and its record exactly once', async () => {
    const where = fc.constantFrom('beginRun', 'putRow', 'recordDelivery', 'endRun');
    const ends = fc.array(fc.tuple(where, fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        ends,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 2 }),
        async (list, ready, flight) => {
          const journal = openJournal(':memory:');
          const limits = { ...one, inFlightMax: flight, deliverRowsMax: ready };
          let sheets = tableOf(abc);
          for (const [method, at] of list) {
            const bench = createFillBench({ rows: [], journal: failingJournal(journal, method, at) });
            bench.workbooks.put(book, sheets);
            await bench.fill({ limits }).catch(() => undefined);
            sheets = [{ name: '商品', cells: bench.cells() }];
          }
          const last = createFillBench({ rows: [], journal });
          last.workbooks.put(book, sheets);
          expect(await last.fill({ limits })).toMatchObject({ state: 'finished' });
          expect(column(last, 'D')).toEqual(written);
          for (const key of ['A', 'B', 'C']) {
            expect(journal.history(book, '商品', key, 'description')).toHaveLength(1);
            expect(journal.history(book, '商品', key, 'status')).toHaveLength(1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
