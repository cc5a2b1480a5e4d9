// The pattern language: what it takes, what it refuses, and that no pattern of the tables can run away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExemptions } from '../../server/domain/compliance/exemptions.ts';
import { parseLexicon } from '../../server/domain/compliance/lexicon.ts';
import { Scanner } from '../../server/domain/compliance/match.ts';
import { compilePattern, type Pattern } from '../../server/domain/compliance/pattern.ts';
import { parseClasses } from '../../server/domain/compliance/tables.ts';
import { shippedChecker, tableText } from './shipped-pack.ts';

const none = new Map();

function matches(pattern: string, text: string): readonly (readonly [number, number])[] {
  const compiled = compilePattern(pattern, none);
  if (typeof compiled === 'string') throw new SyntaxError(compiled);
  return new Scanner([{ pattern: compiled }]).scan(text).map(({ start, end }) => [start, end] as const);
}

describe('the pattern language', () => {
  it('finds what the same regular expression finds at each place', () => {
    const patterns = ['最(?:好|佳)', 'ab?c{1,3}', '[一二]?等奖', '(?<!不)好(?!像)', '没有[^,]{0,4}更', 'x\\d{2}'];
    const alphabet = fc.constantFrom(
      '最',
      '好',
      '佳',
      '不',
      '像',
      '没',
      '有',
      '更',
      ',',
      'a',
      'b',
      'c',
      '一',
      '等',
      '奖',
      'x',
      '1',
    );
    fc.assert(
      fc.property(fc.constantFrom(...patterns), fc.array(alphabet, { maxLength: 14 }), (pattern, units) => {
        const text = units.join('');
        const expected: (readonly [number, number])[] = [];
        for (let at = 0; at < text.length; at += 1) {
          const regex = new RegExp(pattern, 'y');
          regex.lastIndex = at;
          if (regex.test(text)) expected.push([at, regex.lastIndex]);
        }
        expect(matches(pattern, text)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it.each(['a*', 'a+', '(a', 'a{1,99}', '[^a]{0,3}b', '<nothing>', '\\w', '', 'a?', '(?:a{1,20}){1,20}', '{2}'])(
    'refuses %s',
    (pattern) => {
      expect(typeof compilePattern(pattern, none)).toBe('string');
    },
  );

  it('reads full-width signs as plain text', () => {
    expect(matches('（限量）', '(限量)')).toEqual([[0, 4]]);
  });
});

describe('the shipped patterns', () => {
  const classes = parseClasses(tableText('classes.tsv'));
  const tables = [
    parseLexicon(tableText('lexicon.tsv'), classes.map),
    parseLexicon(tableText('english.tsv'), classes.map),
    parseExemptions(tableText('exemptions.tsv'), classes.map),
  ];

  it('have no faults', () => {
    expect([...classes.faults, ...tables.flatMap((table) => [...table.faults])]).toEqual([]);
  });

  it('take a bounded time each on a hostile text made of their own beginnings', { timeout: 120_000 }, () => {
    const slow: string[] = [];
    for (const { pattern } of tables.flatMap((table) => [...table.rows] as { pattern: Pattern }[])) {
      const head = pattern.heads[0] ?? '';
      const text = `${head}更的不了${head}`.repeat(Math.ceil(20_000 / (head.length * 2 + 4)));
      const scanner = new Scanner([{ pattern }]);
      const isSlow = (): boolean => {
        const begun = performance.now();
        scanner.scan(text);
        return performance.now() - begun > 500;
      };
      if (isSlow() && isSlow() && isSlow()) slow.push(pattern.text);
    }
    expect(slow).toEqual([]);
  });

  it('together take a bounded time on 100 kB of hostile text', async () => {
    const checker = await shippedChecker();
    for (const text of ['没有比', '最', '跟', '一', '比更的', 'no other ', '<>'].map((part) =>
      part.repeat(34_000 / part.length),
    )) {
      const begun = performance.now();
      checker.check(text);
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
  });
});
