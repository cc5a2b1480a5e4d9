// The read model of a run: counts, rate, time left.
import { expect, test } from 'vitest';
import { RunMeter } from '../../server/jobs/status.ts';

test('counts outcomes and says no rate before the second row is finished: the first one’s time holds what happens once', () => {
  const meter = new RunMeter(4, 0);
  expect(meter.status()).toEqual({ total: 4, finished: 0, counts: { done: 0, 'needs-person': 0, failed: 0 } });
  meter.add('done', 2000);
  expect(meter.status().rowsPerMinute).toBeUndefined();
  meter.add('failed', 4000);
  expect(meter.status()).toEqual({
    ...{ total: 4, finished: 2, counts: { done: 1, 'needs-person': 0, failed: 1 } },
    ...{ rowsPerMinute: 30, secondsLeft: 4 },
  });
});

test('goes by the last rows: a slow beginning is forgotten', () => {
  const meter = new RunMeter(100, 0);
  meter.add('done', 1_000_000);
  for (let row = 1; row <= 40; row += 1) meter.add('done', 1_000_000 + row * 1000);
  expect(meter.status()).toMatchObject({ finished: 41, rowsPerMinute: 60, secondsLeft: 59 });
});

test('says no rate when no time has passed', () => {
  const meter = new RunMeter(3, 5);
  meter.add('done', 5);
  meter.add('done', 5);
  expect(meter.status().rowsPerMinute).toBeUndefined();
});

test('has no time left at the end', () => {
  const meter = new RunMeter(2, 0);
  meter.add('done', 1000);
  meter.add('done', 2000);
  expect(meter.status().secondsLeft).toBe(0);
});
