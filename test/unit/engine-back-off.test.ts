// The rule for starting the engine again after it died.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffDefaults, nextStart } from '../../server/engines/back-off.ts';

const exitsAt = (...exitsMs: number[]) => nextStart(exitsMs, exitsMs.at(-1) ?? 0, backOffDefaults);

describe('starting again', () => {
  test('the first start does not wait', () => {
    expect(nextStart([], 12, backOffDefaults)).toEqual({ type: 'wait', ms: 0 });
  });

  test('the waits grow from exit to exit', () => {
    expect(exitsAt(0)).toEqual({ type: 'wait', ms: 1_000 });
    expect(exitsAt(0, 10)).toEqual({ type: 'wait', ms: 2_000 });
    expect(exitsAt(0, 10, 20)).toEqual({ type: 'wait', ms: 5_000 });
    expect(exitsAt(0, 10, 20, 30)).toEqual({ type: 'wait', ms: 15_000 });
  });

  test('time that has passed since the exit is not waited for again', () => {
    expect(nextStart([1_000], 1_400, backOffDefaults)).toEqual({ type: 'wait', ms: 600 });
    expect(nextStart([1_000], 9_000, backOffDefaults)).toEqual({ type: 'wait', ms: 0 });
  });

  test('five exits in ten minutes are too many, and after ten minutes it is tried again', () => {
    const exits = [0, 1, 2, 3, 4];
    expect(nextStart(exits, 599_999, backOffDefaults)).toEqual({ type: 'give-up' });
    expect(nextStart(exits, 600_000, backOffDefaults)).toEqual({ type: 'wait', ms: 0 });
  });

  test('no history makes it wait longer than the longest delay', () => {
    const history = fc.array(fc.nat(2_000_000), { maxLength: 8 }).map((exits) => exits.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(history, fc.nat(1_000_000), (exits, laterMs) => {
        const next = nextStart(exits, (exits.at(-1) ?? 0) + laterMs, backOffDefaults);
        expect(next.type === 'give-up' || (next.ms >= 0 && next.ms <= 15_000)).toBe(true);
      }),
    );
  });
});
