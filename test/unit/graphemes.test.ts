// Lengths as people count them, and cuts that never split a word.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAtClause, graphemeCount } from '../../server/domain/graphemes.ts';

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Text as copy has it, and as nobody would write it. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '夏季',
          '连衣裙',
          '显瘦',
          '，',
          '。',
          '、',
          ' ',
          '\n',
          '\r\n',
          'cotton',
          "don't",
          '1,000',
          '10:30',
          '3.5',
          ';',
        ],
        ...['👗', '👨‍👩‍👧', '❤️', '🇨🇳', 'e\u0301', '👍🏽', 'が', '한국', 'Straße', '100%', '-', '—', '：', '5，5'],
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.join('')),
);

describe('a length', () => {
  test.each([
    ['', 0],
    ['夏季连衣裙', 5],
    ['👗', 1],
    ['👨‍👩‍👧', 1],
    ['e\u0301', 1],
    ['❤️👍🏽', 2],
    ['🇨🇳', 1],
    ['a\r\nb', 3],
    ['ＡＢ，。', 4],
  ])('of %j is %i', (given, count) => {
    expect(graphemeCount(given)).toBe(count);
  });

  test('is what Intl.Segmenter counts', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(graphemeCount(given)).toBe([...graphemes.segment(given)].length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a cut', () => {
  test.each([
    ['透气棉质，夏季凉爽。适合通勤', 10, '透气棉质，夏季凉爽。'],
    ['透气棉质，夏季凉爽。适合通勤', 9, '透气棉质，夏季凉爽'],
    ['透气棉质，夏季凉爽。适合通勤', 6, '透气棉质'],
    ['Soft cotton, cool in summer. For work.', 30, 'Soft cotton, cool in summer.'],
    ['Soft cotton, cool in summer. For work.', 14, 'Soft cotton'],
    ['Wonderful handmade leather', 20, 'Wonderful handmade'],
    ['限量1,000件', 5, '限量'],
    ['第一行\n第二行很长很长', 5, '第一行'],
    ['短', 5, '短'],
  ])('of %j to %i gives %j', (given, most, expected) => {
    expect(cutAtClause(given, most)).toBe(expected);
  });

  test('is a beginning of the text and never longer than allowed', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (given, most) => {
        const cut = cutAtClause(given, most);
        expect(given.startsWith(cut)).toBe(true);
        expect(graphemeCount(cut)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves a text that fits as it is', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(cutAtClause(given, graphemeCount(given))).toBe(given);
      }),
    );
  });

  test('never splits a word, unless the first word alone is too long', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (given, most) => {
        const cut = cutAtClause(given, most);
        const segments = [...words.segment(given)];
        const within = segments.find(({ index, segment }) => index < cut.length && cut.length < index + segment.length);
        // Unicode joins letters around a colon; a reader does not.
        const isWord = within !== undefined && within.isWordLike === true && !/^[：:]/.test(given.slice(cut.length));
        if (isWord) expect(within.index).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});
