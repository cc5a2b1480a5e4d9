// Cell texts and numbers: what goes in and out of a sheet part.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanCellText, decodeCellText, encodeCellText } from '../../server/workbook/cell-text.ts';
import { builtInShape, numberText, shapeOf } from '../../server/domain/number-text.ts';

describe('texts', () => {
  test('what XML cannot carry is removed or replaced, everything else stays', () => {
    expect(cleanCellText('a\u0000\u0008b\r\nc\rd\te')).toBe('ab\nc\nd\te');
    expect(cleanCellText('\ud800x\udc00 🧵 \ufffe\uffff')).toBe('\ufffdx\ufffd 🧵 \ufffd\ufffd');
  });

  test('a text with escapes of the format in it comes back as it was', () => {
    expect(encodeCellText('_x0041_ & <b>')).toBe('_x005F_x0041_ &amp; &lt;b&gt;');
    expect(decodeCellText('a_x000A_b_x005F_x0041_')).toBe('a\nb_x0041_');
    const tricky = fc.string({ unit: fc.constantFrom('_', 'x', '0', '4', 'A', 'f', '5', 'F') });
    fc.assert(
      fc.property(tricky, (text) => {
        expect(decodeCellText(encodeCellText(text))).toBe(text);
      }),
    );
  });
});

describe('numbers', () => {
  const general = { kind: 'general' } as const;

  test.each([
    ['1.5208333333333335', '1.5208333333333335'],
    ['0.10000000000000001', '0.1'],
    ['6901234567890', '6901234567890'],
    ['1E+21', '1E+21'],
    ['-0.5', '-0.5'],
    ['', ''],
    ['what', 'what'],
  ])('%s reads %s', (stored, text) => expect(numberText(stored, general, false)).toBe(text));

  test.each([
    ['yyyy/m/d', '45992', '2025-12-01'],
    ['[$-804]yyyy"年"m"月"d"日";@', '45992', '2025-12-01'],
    ['yyyy\\-mm\\-dd hh:mm', '45992.604166666664', '2025-12-01 14:30'],
    ['h:mm AM/PM', '0.604166666666', '14:30'],
    ['mm:ss.0', '0.00070601851', '00:01:01'],
    ['[h]:mm', '1.5', '36:00'],
    ['mmm-yy', '45992', '2025-12-01'],
    ['yyyy', '60', '1900-02-29'],
    ['yyyy', '59', '1900-02-28'],
    ['yyyy', '1', '1900-01-01'],
    ['yyyy', '-1', '-1'],
    ['0%', '0.95', '95%'],
    ['0.00%', '0.12345', '12.35%'],
    ['00000', '123', '00123'],
    ['00000', '1.5', '1.5'],
    ['0.00', '1.5', '1.5'],
    ['#,##0;[Red]-#,##0', '1234', '1234'],
    ['General', '45992', '45992'],
    ['"days" 0', '3', '3'],
    ['@', '45992', '45992'],
    ['', '45992', '45992'],
  ])('in the format %s %s reads %s', (code, stored, text) => {
    expect(numberText(stored, shapeOf(code), false)).toBe(text);
  });

  test('built-in formats and days from 1904 are known', () => {
    expect(numberText('45992', builtInShape(14), false)).toBe('2025-12-01');
    expect(numberText('44530', builtInShape(14), true)).toBe('2025-12-01');
    expect(numberText('0.5', builtInShape(20), true)).toBe('12:00');
    expect(numberText('0.5', builtInShape(9), false)).toBe('50%');
    expect(numberText('45992', builtInShape(1), false)).toBe('45992');
  });

  test('no stored text and no format code makes it fail', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.double().map(String)), (code, stored) => {
        expect(typeof numberText(stored, shapeOf(code), false)).toBe('string');
      }),
    );
  });
});
