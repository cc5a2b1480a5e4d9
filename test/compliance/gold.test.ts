// The check against labelled sentences, and against its own suggestions.
import { describe, expect, it } from 'vitest';
import { parseLexicon } from '../../server/domain/compliance/lexicon.ts';
import { parseClasses } from '../../server/domain/compliance/tables.ts';
import { measure } from './measure.ts';
import { labelled, shippedChecker, tableText } from './shipped-pack.ts';

const plain = ['fresh.jsonl', 'fresh-hard.jsonl', 'fresh-later.jsonl', 'fresh-last.jsonl'];
/** Sentences written to mislead the check, clean and violating ones. */
const tricks = ['first', 'second', 'third', 'fourth'].map((part) => `tricks-${part}.jsonl`);

describe('the check on labelled sentences', () => {
  it('judges the public set at the aims: accuracy, precision, false alarms, evasions', async () => {
    const checker = await shippedChecker();
    const found = measure(labelled('gold-public.jsonl'), (text) => checker.check(text).verdict);
    expect(found.accuracy).toBeGreaterThanOrEqual(0.95);
    expect(found.flagPrecision).toBeGreaterThanOrEqual(0.95);
    expect(found.falsePositiveRate).toBeLessThanOrEqual(0.05);
    expect(found.evasionRecall).toBeGreaterThanOrEqual(0.85);
  });

  it.each([...plain, ...tricks])('judges %s at the aims', async (name) => {
    const checker = await shippedChecker();
    const found = measure(labelled(name), (text) => checker.check(text).verdict);
    expect(found.accuracy).toBeGreaterThanOrEqual(0.93);
    expect(found.falsePositiveRate).toBeLessThanOrEqual(0.05);
    expect(found.evasionRecall).toBeGreaterThanOrEqual(0.85);
  });

  it('never suggests a wording that it would flag itself', async () => {
    const checker = await shippedChecker();
    const { map } = parseClasses(tableText('classes.tsv'));
    const rows = ['lexicon.tsv', 'english.tsv'].flatMap((name) => parseLexicon(tableText(name), map).rows);
    const suggested = new Set(rows.flatMap((row) => row.replacements));
    const flagged = [...suggested].filter((text) => checker.check(text).verdict !== 'pass');
    expect(flagged).toEqual([]);
    expect(suggested.size).toBeGreaterThan(50);
  });
});
