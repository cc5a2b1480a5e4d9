// The second reader may add warnings on quotations; it can never remove or weaken anything.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  secondReaderFindings,
  secondReaderPrompt,
  secondReaderSchema,
} from '../../server/domain/compliance/second-reader.ts';
import type { Finding } from '../../server/domain/compliance/types.ts';

const texts = new Map([
  ['description', '穿上它，你再也不想脱下来。面料柔软。'],
  ['title_a', '软到不想换'],
]);
const answer = (...claims: readonly (readonly [string, string])[]) =>
  JSON.stringify(
    Object.fromEntries(
      claims.flatMap(([quote, kind], index) => [
        [`quote_${index + 1}`, quote],
        [`kind_${index + 1}`, kind],
      ]),
    ),
  );
const found = (text: string, known: ReadonlyMap<string, readonly Finding[]> = new Map()) =>
  [...secondReaderFindings(text, texts, known)].flatMap(([key, findings]) => findings.map((one) => ({ key, ...one })));

describe('the second reader', () => {
  test('warns on a quotation that stands in the text, with a provision of our list', () => {
    expect(found(answer(['再也不想脱下来', 'superlative']))).toEqual([
      expect.objectContaining({
        ...{ key: 'description', start: 5, end: 12, text: '再也不想脱下来' },
        ...{ severity: 'warn', clause: '广告法§9(3)', category: 'absolutist' },
      }),
    ]);
  });

  test.each([
    ['a quotation that is not in the text', answer(['全网最低价', 'price'])],
    ['a kind that is not on the list', answer(['再也不想脱下来', 'article 99'])],
    ['the kind none', answer(['再也不想脱下来', 'none'])],
    ['a quotation too short to prove anything', answer(['面料', 'data'])],
    ['an answer that is not JSON', '再也不想脱下来'],
    ['an answer of another shape', '[1,2]'],
    ['null', 'null'],
  ])('adds nothing for %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  test('adds nothing where the check has a finding already', () => {
    const finding = found(answer(['再也不想脱下来', 'superlative']))[0];
    expect(finding).toBeDefined();
    const known = new Map([['description', finding === undefined ? [] : [finding]]]);
    expect(found(answer(['不想脱下来。', 'medical']), known)).toEqual([]);
  });

  test('never throws and never blocks, whatever the model says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(found(text).every((finding) => finding.severity === 'warn')).toBe(true);
      }),
    );
  });

  test('is asked about every text, in a shape that grammars support', () => {
    for (const language of ['zh-CN', 'en-US'] as const) {
      const prompt = secondReaderPrompt(texts, language);
      for (const text of texts.values()) expect(prompt).toContain(text);
    }
    const schema = secondReaderSchema();
    expect(schema.required).toEqual(Object.keys(schema.properties));
  });
});
