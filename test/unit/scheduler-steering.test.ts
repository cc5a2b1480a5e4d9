// A run that is steered from outside: paused, gone on with, hurried.
import { describe, expect, test } from 'vitest';
import {
  initialState,
  schedule,
  type Decision,
  type SchedulerEvent,
  type SchedulerLimits,
} from '../../server/jobs/scheduler.ts';

const limits: SchedulerLimits = {
  ...{ inFlightMax: 1, deliverRowsMax: 3, deliverAfterMs: 1000, failAlikeRowsMax: 3, crashesMax: 2 },
  ...{ deliveryTriesMax: 9, deliveryTriesAtStopMax: 2 },
};

function decisions(...events: readonly (SchedulerEvent | readonly [SchedulerEvent, number])[]): readonly Decision[] {
  let step: ReturnType<typeof schedule> = { state: initialState, decisions: [] };
  for (const one of events) {
    const [event, nowMs] = 'event' in one ? [one, 0] : one;
    step = schedule(step.state, event, limits, nowMs);
  }
  return step.decisions;
}

const rows: SchedulerEvent = { event: 'rows', keys: ['a', 'b'], readyKeys: [] };
const answered: SchedulerEvent = { event: 'answered', key: 'a', outcome: 'done', reason: '' };
const [pause, resume, hurry] = [{ event: 'pause' }, { event: 'resume' }, { event: 'hurry' }] as const;
const failed = (retryAtMs: number): SchedulerEvent => ({ event: 'not-delivered', keys: ['a'], retryAtMs });

describe('a paused run', () => {
  test('begins no row, and saves what is ready as soon as nothing is in flight', () => {
    expect(decisions(rows, pause)).toEqual([]);
    expect(decisions(rows, pause, answered)).toEqual([{ do: 'deliver', keys: ['a'] }]);
  });

  test('does not end while rows wait, and goes on with them', () => {
    const delivered: SchedulerEvent = { event: 'delivered', keys: ['a'] };
    expect(decisions(rows, pause, answered, delivered)).toEqual([]);
    expect(decisions(rows, pause, answered, delivered, resume)).toEqual([{ do: 'start', key: 'b' }]);
  });

  test('can be stopped', () => {
    const stop: SchedulerEvent = { event: 'stop', state: 'stopped' };
    const delivered: SchedulerEvent = { event: 'delivered', keys: ['a'] };
    expect(decisions(rows, pause, answered, delivered, stop)).toEqual([{ do: 'finish', state: 'stopped' }]);
  });
});

describe('saving that failed', () => {
  const waiting = [rows, pause, answered, failed(5000)] as const;

  test('is tried again at its time', () => {
    expect(decisions(...waiting)).toEqual([{ do: 'wake', atMs: 5000 }]);
    expect(decisions(...waiting, [{ event: 'time' }, 5000])).toEqual([{ do: 'deliver', keys: ['a'] }]);
  });

  test('is tried at once when what it waited for may be there', () => {
    expect(decisions(...waiting, hurry)).toEqual([{ do: 'deliver', keys: ['a'] }]);
  });

  test('is given up sooner once the run is stopped', () => {
    const stop: SchedulerEvent = { event: 'stop', state: 'stopped' };
    expect(decisions(...waiting, stop)).toEqual([{ do: 'wake', atMs: 5000 }]);
    expect(decisions(...waiting, stop, hurry, failed(6000))).toEqual([{ do: 'finish', state: 'stopped' }]);
  });
});
