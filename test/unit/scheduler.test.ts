// The scheduler: whatever happens in whatever order, its invariants hold.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  initialState,
  schedule,
  type Decision,
  type SchedulerEvent,
  type SchedulerLimits,
  type SchedulerState,
} from '../../server/jobs/scheduler.ts';
import { SchedulerModel } from '../fixtures/scheduler-model.ts';

const limits: SchedulerLimits = {
  ...{ inFlightMax: 2, deliverRowsMax: 3, deliverAfterMs: 1000, failAlikeRowsMax: 3, crashesMax: 2 },
  deliveryTriesMax: 2,
};

/** Takes events in one after the other, each with its time; gives the decisions of the last. */
function after(events: readonly (SchedulerEvent | [SchedulerEvent, number])[], start = initialState) {
  let state: SchedulerState = start;
  let decisions: readonly Decision[] = [];
  for (const one of events) {
    const [event, nowMs] = Array.isArray(one) ? one : [one, 0];
    ({ state, decisions } = schedule(state, event, limits, nowMs));
  }
  return { state, decisions };
}

const rows = (keys: string, ready = ''): SchedulerEvent => ({
  event: 'rows',
  keys: keys.split(''),
  readyKeys: ready.split(''),
});
const answered = (key: string): SchedulerEvent => ({ event: 'answered', key, outcome: 'done', reason: '' });
const failed = (key: string, reason = 'x'): SchedulerEvent => ({ event: 'answered', key, outcome: 'failed', reason });
const start = (key: string) => ({ do: 'start', key });

describe('the scheduler', () => {
  test('delivers the first rows sooner than the others when it is told to', () => {
    const soon = { ...limits, deliverFirstAfterMs: 100 };
    const ready = after([rows('abcdef'), answered('a')]).state;
    const wake = (state: SchedulerState, nowMs: number) => schedule(state, { event: 'time' }, soon, nowMs).decisions;
    expect(wake(ready, 99)).toEqual([{ do: 'wake', atMs: 100 }]);
    expect(wake(ready, 100)).toContainEqual({ do: 'deliver', keys: ['a'] });
    const later = after([{ event: 'delivered', keys: ['a'] }, answered('b')], ready).state;
    expect(wake(later, 100)).toEqual([{ do: 'wake', atMs: 1000 }]);
  });

  test('starts as many rows as may be in flight, in the order of the sheet', () => {
    expect(after([rows('abc')]).decisions).toEqual([start('a'), start('b')]);
    expect(after([rows('abc'), answered('a')]).decisions).toContainEqual(start('c'));
  });

  test('looks at a row alone under which the engine died, so that the next death is its own or nobody’s', () => {
    const crashed: SchedulerEvent = { event: 'crashed', key: 'a', killed: true };
    const beside = after([rows('ab'), crashed]);
    expect(beside.decisions).toEqual([]);
    const alone = after([answered('b')], beside.state);
    expect(alone.decisions).toContainEqual(start('a'));
    const more = after([{ event: 'rows', keys: ['c'], readyKeys: [] }], alone.state);
    expect(more.decisions).not.toContainEqual(start('c'));
    expect(after([answered('a')], more.state).decisions).toContainEqual(start('c'));
  });

  test('finishes at once when there is nothing to do', () => {
    expect(after([rows('')]).decisions).toEqual([{ do: 'finish', state: 'finished' }]);
  });

  test('delivers first what an earlier run left, when nothing else is to be done', () => {
    expect(after([rows('', 'xy')]).decisions).toEqual([{ do: 'deliver', keys: ['x', 'y'] }]);
  });

  test('delivers when enough rows are ready, or the oldest has waited long enough, and says when to wake it', () => {
    expect(after([rows('abcdef'), [answered('a'), 50]]).decisions).toContainEqual({ do: 'wake', atMs: 1050 });
    const early = after([rows('abcdef'), [answered('a'), 50], [{ event: 'time' }, 1049]]);
    expect(early.decisions).toEqual([{ do: 'wake', atMs: 1050 }]);
    const due = schedule(early.state, { event: 'time' }, limits, 1050);
    expect(due.decisions).toEqual([{ do: 'deliver', keys: ['a'] }]);
    const three = after([rows('abcdef'), answered('a'), answered('b'), answered('c')]);
    expect(three.decisions).toContainEqual({ do: 'deliver', keys: ['a', 'b', 'c'] });
  });

  test('is woken for the next try as soon as it may, when enough rows are ready', () => {
    const events = [rows('abcdef'), answered('a'), answered('b'), answered('c')];
    const again = after([...events, { event: 'not-delivered', keys: ['a', 'b', 'c'], retryAtMs: 500 }]);
    expect(again.decisions).toEqual([{ do: 'wake', atMs: 500 }]);
  });

  test('puts a row whose engine died at the end, and leaves it out the second time', () => {
    const once = after([rows('abc'), { event: 'crashed', key: 'a' }]);
    expect(once.decisions).toEqual([start('c')]);
    const twice = after([answered('b'), answered('c'), { event: 'crashed', key: 'a' }], once.state);
    expect(twice.decisions[0]).toEqual({ do: 'quarantine', key: 'a' });
  });

  test('counts a kill from outside for a quarter of a death', () => {
    let state = after([rows('a')]).state;
    const kill = { event: 'crashed', key: 'a', killed: true } as const;
    const decisions = Array.from({ length: 8 }, () => {
      const step = schedule(state, kill, limits, 0);
      state = step.state;
      return step.decisions[0]?.do;
    });
    expect(decisions).toEqual([...Array.from({ length: 7 }, () => 'start'), 'quarantine']);
  });

  test('counts the deaths of an earlier run', () => {
    const before = { ...initialState, crashes: new Map([['a', 1]]) };
    expect(after([rows('a'), { event: 'crashed', key: 'a' }], before).decisions).toEqual([
      { do: 'quarantine', key: 'a' },
    ]);
  });

  test('stops when the first rows fail alike, and only then', () => {
    const alike = after([rows('abcdef'), failed('a'), failed('b'), failed('c')]);
    expect(alike.decisions[0]).toEqual({ do: 'abort', keys: ['d'] });
    expect(alike.state.ending).toBe('failed');
    for (const other of [answered('b'), failed('b', 'y')]) {
      expect(after([rows('abcdef'), failed('a'), other, failed('c')]).state.ending).toBeUndefined();
    }
    const late = after([rows('abcdefgh'), answered('a'), failed('b'), failed('c'), failed('d'), failed('e')]);
    expect(late.state.ending).toBeUndefined();
  });

  test('when stopped starts nothing, gives up what is in flight, delivers what is ready, and ends as told', () => {
    const stopped = after([rows('abcd'), answered('a'), { event: 'stop', state: 'stopped' }]);
    expect(stopped.decisions[0]).toEqual({ do: 'abort', keys: ['b', 'c'] });
    const idle = after(
      [
        { event: 'aborted', key: 'b' },
        { event: 'aborted', key: 'c' },
      ],
      stopped.state,
    );
    expect(idle.decisions).toEqual([{ do: 'deliver', keys: ['a'] }]);
    const end = after([{ event: 'delivered', keys: ['a'] }], idle.state);
    expect(end.decisions).toEqual([{ do: 'finish', state: 'stopped' }]);
  });

  test('gives up saving only when nothing else is left to do', () => {
    const notDelivered = { event: 'not-delivered', keys: ['a'], retryAtMs: 10 } as const;
    const busy = after([rows('abcdefgh'), answered('a'), [{ event: 'time' }, 1000], [notDelivered, 1000]]);
    expect(busy.state.finished).toBe(false);
    const idle = after([rows('a'), answered('a'), notDelivered]);
    expect(idle.decisions).toEqual([{ do: 'wake', atMs: 10 }]);
    const end = after(
      [
        [{ event: 'time' }, 10],
        [notDelivered, 10],
      ],
      idle.state,
    );
    expect(end.decisions).toEqual([{ do: 'finish', state: 'stopped' }]);
  });
});

describe('whatever happens', () => {
  const chance = fc.nat();
  const limitsOf = fc.record({
    inFlightMax: fc.integer({ min: 1, max: 4 }),
    deliverRowsMax: fc.integer({ min: 1, max: 5 }),
    deliverAfterMs: fc.integer({ min: 0, max: 50 }),
    failAlikeRowsMax: fc.integer({ min: 1, max: 4 }),
    crashesMax: fc.integer({ min: 1, max: 3 }),
    deliveryTriesMax: fc.integer({ min: 1, max: 4 }),
  });
  const world = {
    rows: fc.nat({ max: 12 }),
    left: fc.nat({ max: 3 }),
    limits: limitsOf,
    chances: fc.array(chance, { minLength: 5, maxLength: 200 }),
  };

  test('no row is in two places, no more are in flight than may be, and the end comes once, when nothing is under way', () => {
    fc.assert(
      fc.property(fc.record({ ...world, calm: fc.boolean() }), ({ rows: count, left, limits: some, chances, calm }) => {
        const model = new SchedulerModel(count, left, some);
        for (const number of chances) {
          model.happen(number, calm);
          model.check();
        }
        model.runOut();
        expect(model.finishes).toHaveLength(1);
        expect(model.underWay).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('when nothing stops the run, every row is delivered exactly once', () => {
    fc.assert(
      fc.property(fc.record(world), ({ rows: count, left, limits: some, chances }) => {
        // One failure alone is alike already when the limit is one.
        const failAlikeRowsMax = some.failAlikeRowsMax + 1;
        const model = new SchedulerModel(count, left, { ...some, failAlikeRowsMax, deliveryTriesMax: Infinity });
        for (const number of chances) model.happen(number, true);
        model.runOut();
        expect(model.finishes).toEqual(['finished']);
        expect(model.delivered.toSorted()).toEqual(model.all.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  test('a row that was not delivered stays for the next run, with its answer when it has one', () => {
    fc.assert(
      fc.property(fc.record(world), ({ rows: count, left, limits: some, chances }) => {
        const model = new SchedulerModel(count, left, some);
        for (const number of chances) model.happen(number, false);
        model.runOut();
        const gone = [...model.delivered, ...model.answeredOnly, ...model.untouched];
        expect(gone.toSorted()).toEqual(model.all.toSorted());
      }),
      { numRuns: 300 },
    );
  });
});
