// Rows without a key are known again by the copy that they still carry.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recogniseRows } from '../../server/domain/same-rows.ts';

const columns = ['a', 'b', 'c', 'd'];
const texts = (...list: readonly string[]) => new Map(columns.map((column, index) => [column, list[index] ?? '']));
const stranger = (key: string, ...list: readonly string[]) => ({ key, outputs: texts(...list) });

describe('rows without a key', () => {
  test('are the same when half of what was delivered is still there, and not with less', () => {
    const lost = new Map([['old', texts('1', '2', '3', '4')]]);
    expect([...recogniseRows([stranger('new', '1', '2', 'mine', '')], lost, columns)]).toEqual([['new', 'old']]);
    expect([...recogniseRows([stranger('new', '1', 'mine', 'mine', '')], lost, columns)]).toEqual([]);
  });

  test('are not known by empty cells, nor by a text in another column', () => {
    const lost = new Map([['old', texts('1')]]);
    expect(recogniseRows([stranger('new', '', '', '')], lost, columns).size).toBe(0);
    expect(recogniseRows([stranger('new', '', '1')], lost, columns).size).toBe(0);
  });

  test('go to the one they have most in common with, and of equals to the first', () => {
    const lost = new Map([
      ['x', texts('1', '2', '3', 'x')],
      ['y', texts('1', '2', '3', 'y')],
    ]);
    const strangers = [stranger('n1', '1', '2', '3', ''), stranger('n2', '1', '2', '3', 'x')];
    expect(Object.fromEntries(recogniseRows(strangers, lost, columns))).toEqual({ n2: 'x', n1: 'y' });
  });

  const word = fc.constantFrom('', 'p', 'q', 'r', 's', 't');
  const row = fc.array(word, { minLength: 4, maxLength: 4 });

  test('are paired one to one, and only with rows whose texts they carry, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }), (before, now) => {
        const lost = new Map(before.map((list, index) => [`old-${index}`, texts(...list)]));
        const strangers = now.map((list, index) => stranger(`new-${index}`, ...list));
        const found = recogniseRows(strangers, lost, columns);
        expect(new Set(found.values()).size).toBe(found.size);
        for (const [key, former] of found) {
          const [outputs, delivered] = [strangers.find((one) => one.key === key)?.outputs, lost.get(former)];
          const held = columns.filter((column) => (delivered?.get(column) ?? '') !== '');
          const same = held.filter((column) => outputs?.get(column) === delivered?.get(column));
          expect(same.length).toBeGreaterThan(0);
          expect(same.length * 2).toBeGreaterThanOrEqual(held.length);
        }
      }),
    );
  });

  test('that differ in every text are all found again in any order, with up to half of each edited', () => {
    const edits = fc.array(fc.subarray(columns, { maxLength: 2 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(edits, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (edited, order) => {
        const lost = new Map(order.map((id) => [`old-${id}`, texts(...columns.map((column) => `${column}${id}`))]));
        const strangers = edited.map((mine, id) => ({
          key: `new-${id}`,
          outputs: new Map(columns.map((column) => [column, mine.includes(column) ? 'mine' : `${column}${id}`])),
        }));
        const found = recogniseRows(strangers, lost, columns);
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(order.map((id) => [`new-${id}`, `old-${id}`])));
      }),
    );
  });
});
