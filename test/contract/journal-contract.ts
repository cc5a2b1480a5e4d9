// What every Journal keeps to.
import { afterEach, describe, expect, test } from 'vitest';
import type { RowState } from '../../server/domain/job.ts';
import type { Journal, RowRecord } from '../../server/ports/store.ts';
import { answer, spec } from '../fixtures/journal-spec.ts';
import { acceptance } from './journal-acceptance-contract.ts';
import { changes } from './journal-changes-contract.ts';

const rowOf = (key: string, state: RowState, change: Partial<RowRecord> = {}): RowRecord => ({
  ...{ key, fingerprint: 'f', state, crashes: 0 },
  ...change,
});

const cellOf = (rowKey: string, text: string, previous = '', reason = '') => ({
  ...{ rowKey, column: 'description', text, previous, reason, answer },
});

/** Brings a row to a state by the legal steps. */
function reach(journal: Journal, runId: number, key: string, state: RowState): void {
  const steps: readonly RowState[] = ['working', 'answered'];
  if (state === 'queued') return journal.putRow(runId, rowOf(key, 'queued'));
  for (const step of steps.slice(0, state === 'working' ? 1 : 2)) {
    journal.putRow(runId, rowOf(key, step, step === 'answered' ? { answer } : {}));
  }
  if (state === 'delivered') journal.recordDelivery(runId, [key], [], 1);
}

const failed = expect.objectContaining({ code: 'store-failed' });

export function journalContract(name: string, open: () => Journal): void {
  describe(`the journal ${name}`, () => {
    const opened: Journal[] = [];
    const fresh = () => {
      const journal = open();
      opened.push(journal);
      return journal;
    };
    afterEach(() => opened.splice(0).forEach((journal) => journal.close()));

    runs(fresh);
    rows(fresh);
    deliveries(fresh);
    lastDeliveries(fresh);
    changes(fresh);
    acceptance(fresh);
  });
}

function runs(fresh: () => Journal): void {
  test('gives a workbook to one at a time, and again after it was given back', () => {
    const journal = fresh();
    const release = journal.claim('/a.xlsx');
    expect(release).toBeDefined();
    expect(journal.claim('/a.xlsx')).toBeUndefined();
    expect(journal.claim('/b.xlsx')).toBeDefined();
    release?.();
    expect(journal.claim('/a.xlsx')).toBeDefined();
  });

  test('takes up the newest unfinished run of an equal spec, else begins one', () => {
    const journal = fresh();
    const first = journal.beginRun(spec, 1000);
    expect(first).toMatchObject({ resumed: false, run: { ...spec, state: 'running', startedAtMs: 1000 } });
    const again = journal.beginRun(spec, 2000);
    expect(again).toMatchObject({ resumed: true, run: { id: first.run.id, startedAtMs: 1000 } });
    journal.endRun(first.run.id, 'finished', 3000);
    const next = journal.beginRun(spec, 4000);
    expect(next).toMatchObject({ resumed: false, run: { startedAtMs: 4000 } });
    expect(next.run.id).not.toBe(first.run.id);
  });

  test.each(['stopped', 'failed', 'running'] as const)('takes a run up again that is %s', (state) => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    journal.endRun(run.id, state, 2);
    expect(journal.hasUnfinished(spec.workbook)).toBe(true);
    expect(journal.beginRun(spec, 3)).toMatchObject({ resumed: true, run: { id: run.id, state: 'running' } });
  });

  test.each([{ workbook: '/b.xlsx' }, { sheet: 'x' }, { recipe: 'fab' }, { mode: 'all' as const }, { rows: '2-3' }])(
    'begins another run for another spec: %j',
    (change) => {
      const journal = fresh();
      const { run } = journal.beginRun(spec, 1);
      expect(journal.beginRun({ ...spec, ...change }, 1)).toMatchObject({ resumed: false });
      expect(journal.beginRun(spec, 1).run.id).toBe(run.id);
    },
  );

  test('knows whether a run into a workbook was cut off', () => {
    const journal = fresh();
    expect(journal.hasUnfinished(spec.workbook)).toBe(false);
    const { run } = journal.beginRun(spec, 1);
    expect(journal.hasUnfinished(spec.workbook)).toBe(true);
    expect(journal.hasUnfinished('/other.xlsx')).toBe(false);
    journal.endRun(run.id, 'finished', 2);
    expect(journal.hasUnfinished(spec.workbook)).toBe(false);
  });

  test('puts rows that were being worked on back into the queue, and no others', () => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    for (const state of ['queued', 'working', 'answered', 'delivered'] as const) reach(journal, run.id, state, state);
    journal.beginRun(spec, 2);
    const states = Object.fromEntries(journal.rows(run.id).map((row) => [row.key, row.state]));
    expect(states).toEqual({ queued: 'queued', working: 'queued', answered: 'answered', delivered: 'delivered' });
  });
}

function rows(fresh: () => Journal): void {
  test('gives rows back as they were put', () => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    journal.putRow(run.id, rowOf('A', 'working', { crashes: 1.25, fingerprint: '指纹' }));
    expect(journal.rows(run.id)).toEqual([rowOf('A', 'working', { crashes: 1.25, fingerprint: '指纹' })]);
    journal.putRow(run.id, rowOf('A', 'answered', { answer }));
    expect(journal.rows(run.id)).toEqual([rowOf('A', 'answered', { answer })]);
    expect(journal.rows(run.id + 1)).toEqual([]);
  });

  const legal = ['queued>working', 'working>answered', 'working>queued', 'answered>queued', 'delivered>queued'];
  const states: readonly RowState[] = ['queued', 'working', 'answered', 'delivered'];
  const steps = states.flatMap((from) => states.map((to) => [from, to] as const));
  test.each(steps)('a row that is %s may be put %s only where that is legal', (from, to) => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    reach(journal, run.id, 'A', from);
    const put = () => journal.putRow(run.id, rowOf('A', to, { fingerprint: 'new' }));
    if (legal.includes(`${from}>${to}`) || (from === to && to !== 'delivered')) put();
    else {
      expect(put).toThrow(failed);
      expect(journal.rows(run.id)).toMatchObject([{ state: from, fingerprint: 'f' }]);
    }
  });

  test.each(['answered', 'delivered'] as const)('an unknown row cannot begin as %s', (state) => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    expect(() => journal.putRow(run.id, rowOf('A', state))).toThrow(failed);
    expect(journal.rows(run.id)).toEqual([]);
  });
}

function deliveries(fresh: () => Journal): void {
  const { workbook, sheet } = spec;

  test('marks rows delivered and remembers their cells with where they came from', () => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    reach(journal, run.id, 'A', 'answered');
    journal.recordDelivery(run.id, ['A'], [cellOf('A', '夏裙 👗\n第二行', '旧', '短一点')], 5000);
    expect(journal.rows(run.id)).toMatchObject([{ key: 'A', state: 'delivered' }]);
    expect([...journal.lastDelivered(workbook, sheet, 'A')]).toEqual([['description', '夏裙 👗\n第二行']]);
    expect(journal.history(workbook, sheet, 'A', 'description')).toEqual([
      {
        ...{ text: '夏裙 👗\n第二行', original: '最好的夏裙', previous: '旧', recipe: 'default', model: 'Scripted' },
        ...{ pictures: ['ab', 'cd'], seed: 7, reason: '短一点', deliveredAtMs: 5000 },
      },
    ]);
  });

  test('gives the versions of a cell newest first, also when they came in the same moment', () => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    for (const text of ['一', '二', '三']) {
      if (text !== '一') journal.putRow(run.id, rowOf('A', 'queued'));
      reach(journal, run.id, 'A', 'answered');
      journal.recordDelivery(run.id, ['A'], [cellOf('A', text)], 5000);
    }
    expect(journal.history(workbook, sheet, 'A', 'description').map(({ text }) => text)).toEqual(['三', '二', '一']);
    expect(journal.lastDelivered(workbook, sheet, 'A').get('description')).toBe('三');
  });

  test('keeps rows, sheets and workbooks apart', () => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    reach(journal, run.id, 'A', 'answered');
    journal.recordDelivery(run.id, ['A'], [cellOf('A', '一')], 1);
    expect(journal.lastDelivered(workbook, sheet, 'B').size).toBe(0);
    expect(journal.lastDelivered(workbook, '别的', 'A').size).toBe(0);
    expect(journal.lastDelivered('/other.xlsx', sheet, 'A').size).toBe(0);
    expect(journal.history(workbook, sheet, 'A', 'title')).toEqual([]);
  });

  test.each([
    ['a row that is only queued', 'queued'],
    ['a row that is being worked on', 'working'],
    ['a row that was delivered already', 'delivered'],
  ] as const)('records all of a delivery or nothing: %s', (_, state) => {
    const journal = fresh();
    const { run } = journal.beginRun(spec, 1);
    reach(journal, run.id, 'A', 'answered');
    reach(journal, run.id, 'B', state);
    const record = () => journal.recordDelivery(run.id, ['A', 'B'], [cellOf('A', '一'), cellOf('B', '二')], 1);
    expect(record).toThrow(failed);
    expect(journal.rows(run.id).find((row) => row.key === 'A')?.state).toBe('answered');
    expect(journal.lastDelivered(workbook, sheet, 'A').size).toBe(0);
    expect(journal.history(workbook, sheet, 'A', 'description')).toEqual([]);
  });

  test('refuses a delivery of an unknown run or row', () => {
    const journal = fresh();
    expect(() => journal.recordDelivery(99, [], [], 1)).toThrow(failed);
    const { run } = journal.beginRun(spec, 1);
    expect(() => journal.recordDelivery(run.id, ['nobody'], [], 1)).toThrow(failed);
  });

  test('says so when it is used after it was closed', () => {
    const journal = fresh();
    journal.close();
    expect(() => journal.hasUnfinished(workbook)).toThrow(failed);
  });
}

function lastDeliveries(fresh: () => Journal): void {
  const { workbook, sheet } = spec;

  test('knows the last delivery of every row of a sheet, from whichever run it came', () => {
    const journal = fresh();
    const first = journal.beginRun(spec, 1).run;
    for (const key of ['A', 'B']) reach(journal, first.id, key, 'delivered');
    journal.endRun(first.id, 'finished', 2);
    const second = journal.beginRun(spec, 3).run;
    for (const state of ['working', 'answered'] as const) {
      const late = state === 'answered' ? { answer: { ...answer, outcome: 'failed', pictures: [] } as const } : {};
      journal.putRow(second.id, rowOf('A', state, { fingerprint: 'new', ...late }));
    }
    const before = { fingerprint: 'f', outcome: 'done', pictures: ['ab', 'cd'], runStartedAtMs: 1 };
    expect(journal.lastRows(workbook, sheet)).toEqual(new Map(['A', 'B'].map((key) => [key, before])));
    journal.recordDelivery(second.id, ['A'], [], 4);
    expect(journal.lastRows(workbook, sheet).get('A')).toEqual({
      ...{ fingerprint: 'new', outcome: 'failed', pictures: [], runStartedAtMs: 3 },
    });
    expect(journal.lastRows(workbook, '别的').size).toBe(0);
  });
}
