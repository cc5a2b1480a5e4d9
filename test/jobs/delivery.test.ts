// Answers on their way into a workbook that people change meanwhile, or that cannot be replaced just now.
import { describe, expect, test } from 'vitest';
import { RowscribeError, type ErrorCode } from '../../server/errors.ts';
import {
  book,
  createFillBench,
  createGate,
  fillOptions,
  goodAnswer,
  product,
  type BenchScript,
  type FillBench,
} from '../fixtures/fill-bench.ts';

const changed = new RowscribeError('workbook-changed', { path: book });
const open = new RowscribeError('workbook-open', { path: book, by: 'Anna' });

/** Delivers every row by itself; after the first delivery somebody saves other rows into the workbook. */
async function fillWhile(rows: BenchScript['rows'], change: readonly (readonly string[])[], atPatch = 1) {
  const bench = createFillBench({
    rows,
    beforePatch: (self, _, count) => {
      if (count !== atPatch) return;
      self.put(change);
      throw changed;
    },
  });
  const result = await bench.fill({ limits: { ...fillOptions.limits, deliverRowsMax: 1, inFlightMax: 1 } });
  return { bench, result };
}

/** Description by key, wherever the rows are now. */
function descriptions(cells: Readonly<Record<string, string>>): Record<string, string> {
  const rows = Object.keys(cells).filter((at) => /^A\d/.test(at) && at !== 'A1');
  return Object.fromEntries(rows.map((at) => [cells[at] ?? '', cells[at.replace('A', 'D')] ?? '']));
}

/** Waits for the next failed try, which names the seconds until the one after it, and lets them pass. */
async function afterRetry(bench: FillBench, seconds: number): Promise<void> {
  const { noted, clock } = bench;
  await noted.until(() => (noted.retries.at(-1)?.atMs ?? 0) > clock.now());
  expect(noted.retries.at(-1)?.atMs).toBe(clock.now() + seconds * 1000);
  clock.advance(seconds * 1000);
}

const abc = ['A', 'B', 'C'].map((key) => product(key));
const written = { A: 'A的描述', B: 'B的描述', C: 'C的描述' };

describe('rows are found again by their key', () => {
  test('when they were sorted before the first delivery, and in all later ones', async () => {
    const { bench, result } = await fillWhile(abc, abc.toReversed());
    expect(result.state).toBe('finished');
    expect(descriptions(bench.cells())).toEqual(written);
  });

  test('when rows were inserted above them', async () => {
    const { bench } = await fillWhile(abc, [product('X'), product('Y'), ...abc]);
    expect(descriptions(bench.cells())).toEqual({ X: '', Y: '', ...written });
  });

  test('when rows were sorted between two deliveries', async () => {
    const sorted = [product('C'), product('B'), product('A', 'A的描述', 'A的标题', 'A词、夏装', '通过', '完成')];
    const { bench } = await fillWhile(abc, sorted, 2);
    expect(descriptions(bench.cells())).toEqual(written);
  });

  test('when a row was deleted: it is said, and no other row gets its text', async () => {
    const { bench, result } = await fillWhile(abc, [product('A'), product('C')]);
    expect(result.state).toBe('finished');
    expect(descriptions(bench.cells())).toEqual({ A: 'A的描述', C: 'C的描述' });
    expect(bench.noted.outdated).toEqual(['B']);
  });

  test('when they have no key, by their inputs', async () => {
    const plain = abc.map(([, ...rest]) => ['', ...rest]);
    const { bench } = await fillWhile(plain, plain.toReversed());
    expect([2, 3, 4].map((row) => bench.cells()[`D${row}`])).toEqual(['C的描述', 'B的描述', 'A的描述']);
  });

  test('when a column was put in before the others', async () => {
    const bench = createFillBench({
      rows: abc,
      beforePatch: (self, _, count) => {
        if (count > 1) return;
        const cells = Object.entries(self.workbooks.texts(book)).map(([at, text]) => {
          const address = at.replace(/^.*!/, '');
          return [`${String.fromCharCode(address.charCodeAt(0) + 1)}${address.slice(1)}`, text] as const;
        });
        self.workbooks.put(book, [{ name: '商品', cells: { A1: '新列', ...Object.fromEntries(cells) } }]);
        throw changed;
      },
    });
    await bench.fill();
    expect(bench.cells()).toMatchObject({ E1: '描述', E2: 'A的描述', E3: 'B的描述', E4: 'C的描述' });
  });

  test('but not when their inputs changed: the answer is not about them any more, and the next run looks again', async () => {
    const other = ['B', '别的.jpg', 'B'];
    const { bench } = await fillWhile(abc, [product('A'), other, product('C')]);
    expect(descriptions(bench.cells())).toEqual({ ...written, B: '' });
    expect(bench.noted.outdated).toEqual(['B']);
    expect(await bench.fill()).toMatchObject({ total: 1 });
    expect(descriptions(bench.cells())).toEqual(written);
    expect(bench.images.requests.at(-1)?.path).toBe('别的.jpg');
  });
});

describe('a workbook that is open elsewhere', () => {
  const openFor = (tries: number, error: RowscribeError<ErrorCode> = open) =>
    createFillBench({
      rows: abc,
      beforePatch: (_, __, count) => {
        if (count <= tries) throw error;
      },
    });

  test('is tried again, later and later, until it can be replaced', async () => {
    const bench = openFor(3);
    const running = bench.fill();
    for (const seconds of [1, 2, 5]) await afterRetry(bench, seconds);
    expect(await running).toMatchObject({ state: 'finished' });
    expect(bench.noted.retries.map(({ code }) => code)).toEqual(['workbook-open', 'workbook-open', 'workbook-open']);
    expect(descriptions(bench.cells())).toEqual(written);
    expect(bench.engine.looks).toHaveLength(3);
  });

  test.each([
    open,
    new RowscribeError('workbook-busy', { path: book, detail: 'EBUSY' }),
    new RowscribeError('disk-full', { path: book }),
  ])('for good ($code) leaves the answers to the next run, which does not look again', async (error) => {
    const bench = openFor(6, error);
    const running = bench.fill();
    for (const seconds of [1, 2, 5, 10, 10]) await afterRetry(bench, seconds);
    expect(await running).toMatchObject({ state: 'stopped' });
    expect(descriptions(bench.cells())).toEqual({ A: '', B: '', C: '' });
    expect(bench.journal.hasUnfinished(book)).toBe(true);
    expect(await bench.fill()).toEqual({ state: 'finished', total: 3, resumed: true });
    expect(descriptions(bench.cells())).toEqual(written);
    expect(bench.engine.looks).toHaveLength(3);
  });

  test('does not hold up the rows that are still to come', async () => {
    const bench = openFor(1);
    const running = bench.fill({ limits: { ...fillOptions.limits, deliverRowsMax: 1, inFlightMax: 1 } });
    await bench.noted.until(() => bench.noted.answers.length === 3);
    await afterRetry(bench, 1);
    await running;
    expect(descriptions(bench.cells())).toEqual(written);
    expect(bench.patches).toHaveLength(2);
  });

  test('that changes at every try is given up for now, not for ever', async () => {
    const bench = openFor(5, changed);
    const running = bench.fill();
    await afterRetry(bench, 1);
    expect(bench.patches.length).toBeGreaterThanOrEqual(5);
    expect(await running).toMatchObject({ state: 'finished' });
  });
});

describe('an error that trying again cannot mend', () => {
  test('ends the run with it; the answers stay for the next one', async () => {
    const error = new RowscribeError('workbook-signed', { path: book });
    const bench = createFillBench({
      rows: abc,
      beforePatch: (_, __, count) => {
        if (count === 1) throw error;
      },
    });
    await expect(bench.fill()).rejects.toBe(error);
    expect(await bench.fill()).toMatchObject({ state: 'finished', resumed: true, total: 3 });
    expect(bench.engine.looks).toHaveLength(3);
    expect(descriptions(bench.cells())).toEqual(written);
  });
});

describe('a delivery', () => {
  test('is made when enough rows are ready, without waiting for the rest', async () => {
    const bench = createFillBench({ rows: [...abc, product('D')] });
    await bench.fill({ limits: { ...fillOptions.limits, deliverRowsMax: 2, inFlightMax: 1 } });
    expect(bench.patches.length).toBeGreaterThanOrEqual(2);
    expect(descriptions(bench.cells())).toEqual({ ...written, D: 'D的描述' });
  });

  test('is made when a row has waited long enough', async () => {
    const gate = createGate();
    const bench = createFillBench({
      rows: abc,
      engine: async (request, look) => {
        if (look === 2) await gate.opened;
        return goodAnswer(request);
      },
    });
    const running = bench.fill({ limits: { ...fillOptions.limits, inFlightMax: 1 } });
    expect(await bench.clock.untilAsleep()).toBe(10_000);
    expect(bench.patches).toEqual([]);
    bench.clock.advance(10_000);
    await bench.noted.until(() => bench.noted.delivered.length === 1);
    expect(descriptions(bench.cells())).toEqual({ A: 'A的描述', B: '', C: '' });
    gate.open();
    await running;
    expect(descriptions(bench.cells())).toEqual(written);
  });

  test('leaves formulas alone and says so', async () => {
    const bench = createFillBench({ rows: [] });
    const [sheet] = [{ name: '商品', cells: { A1: 'SKU', B1: '图片', C1: '款', D1: '描述', E1: '标题' } }];
    const row = { A2: 'A', B2: 'A.jpg', C2: 'A', D2: { formula: '"x"&A2', result: '' } };
    bench.workbooks.put(book, [{ ...sheet, cells: { ...sheet.cells, ...row } }]);
    await bench.fill();
    expect(bench.engine.looks[0]?.schema?.required).toEqual(['title']);
    expect(bench.cells()).toMatchObject({ E2: 'A的标题' });
    expect(bench.cells()['D2']).toBe('');
  });
});
