// A1 addresses, areas and ranges of rows.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  columnLetters,
  formatAddress,
  formatArea,
  parseAddress,
  parseArea,
  parseRows,
  parseTypedAddress,
} from '../../server/domain/cell-address.ts';

describe('an address', () => {
  test.each([
    ['A1', { column: 0, row: 1 }],
    ['c7', { column: 2, row: 7 }],
    ['XFD1048576', { column: 16_383, row: 1_048_576 }],
  ])('%j is a cell', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseTypedAddress(text)).toEqual(address);
  });

  test.each([
    ['$AA$10', { column: 26, row: 10 }],
    ['c$7', { column: 2, row: 7 }],
    [' B2 ', { column: 1, row: 2 }],
  ])('%j is a cell when a person types it, and none in a file', (text, address) => {
    expect(parseTypedAddress(text)).toEqual(address);
    expect(parseAddress(text)).toBeUndefined();
  });

  const none = [
    '',
    'A',
    '1',
    'A0',
    'XFE1',
    'A1048577',
    'AAAA1',
    'A1:B2',
    'A-1',
    'Sheet1!A1',
    'Ａ1',
    'A1.5',
    'A01',
    'A 1',
  ];
  test.each(none)('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(parseTypedAddress(text)).toBeUndefined();
  });

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

test('an area may be written from any corner', () => {
  expect(parseArea('$D$9:B2')).toEqual({ firstRow: 2, lastRow: 9, firstColumn: 1, lastColumn: 3 });
  expect(formatArea({ firstRow: 2, lastRow: 9, firstColumn: 1, lastColumn: 3 })).toBe('B2:D9');
  expect(parseArea('A1:B2:C3')).toBeUndefined();
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
