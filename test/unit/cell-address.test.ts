// A1 addresses and ranges of rows.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnLetters, formatAddress, parseAddress, parseRows } from '../../server/domain/cell-address.ts';

describe('an address', () => {
  test.each([
    ['A1', { column: 0, row: 1 }],
    ['c7', { column: 2, row: 7 }],
    ['$AA$10', { column: 26, row: 10 }],
    [' XFD1048576 ', { column: 16_383, row: 1_048_576 }],
  ])('%j is a cell', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each(['', 'A', '1', 'A0', 'XFE1', 'A1048577', 'AAAA1', 'A1:B2', 'A-1', 'Sheet1!A1', 'Ａ1', 'A1.5', 'A01'])(
    '%j is none',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16_383 }), fc.integer({ min: 1, max: 1_048_576 }), (column, row) => {
        expect(parseAddress(formatAddress({ column, row }))).toEqual({ column, row });
      }),
    );
  });

  test('letters go on after Z', () => {
    expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(columnLetters)).toEqual([
      ...['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA', 'XFD'],
    ]);
  });
});

describe('a range of rows', () => {
  test.each([
    ['5', [5]],
    ['2-4', [2, 3, 4]],
    ['2-3,8', [2, 3, 8]],
    [' 2 - 3 ，8 ', [2, 3, 8]],
    ['2~4', [2, 3, 4]],
    ['2:4', [2, 3, 4]],
    ['2–4', [2, 3, 4]],
  ])('%j means the rows %j', (text, rows) => {
    const isWanted = parseRows(text) ?? (() => false);
    expect(Array.from({ length: 12 }, (_, row) => row).filter(isWanted)).toEqual(rows);
  });

  test.each(['', '0', '4-2', 'a', '2-', '-4', '2,,3', '1.5', '2-3-4'])('%j is no range', (text) => {
    expect(parseRows(text)).toBeUndefined();
  });
});
