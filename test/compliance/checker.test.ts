// What the check finds, excuses and says, and where it points.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictText } from '../../server/domain/compliance/wording.ts';
import { labelled, shippedChecker } from './shipped-pack.ts';

const samples = ['gold-public.jsonl', 'fresh.jsonl', 'fresh-hard.jsonl'].flatMap((name) => labelled(name));
const pieces = samples.map((row) => row.text);

describe('a verdict', () => {
  it('names phrase, provision, reason and what may take its place', async () => {
    const { findings, verdict } = (await shippedChecker()).check('全网销量第一的保温杯');
    expect(verdict).toBe('fail');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ category: 'rank', severity: 'block', scope: 'law', start: 0 });
    expect(findings[0]?.clause).toContain('广告法');
  });

  it('points at the flagged text of the original, in order and without overlaps, whatever surrounds it', async () => {
    const checker = await shippedChecker();
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('🔥', '\u200B', ' · ', '（', 'zuì'),
    );
    fc.assert(
      fc.property(noise, fc.constantFrom(...pieces), noise, fc.constantFrom(...pieces), (a, b, c, d) => {
        const text = a + b + c + d;
        const { findings, exempted } = checker.check(text);
        let end = 0;
        for (const finding of findings) {
          expect(finding.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(finding.start, finding.end)).toBe(finding.text);
          expect(finding.text).not.toBe('');
          end = finding.end;
        }
        for (const one of exempted) expect(text.slice(one.start, one.end)).toBe(one.text);
      }),
      { numRuns: 300 },
    );
  });

  it('exists for any text at all, and is the same the second time', async () => {
    const checker = await shippedChecker();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(checker.check(text)).toEqual(checker.check(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is fail exactly when something blocks, and pass exactly when nothing is found', async () => {
    const checker = await shippedChecker();
    for (const text of pieces) {
      const { verdict, findings } = checker.check(text);
      const blocks = findings.some((finding) => finding.severity === 'block');
      expect(verdict).toBe(blocks ? 'fail' : findings.length > 0 ? 'warn' : 'pass');
    }
  });
});

describe('an exemption', () => {
  it.each([
    ['本款不是最好的选择', '绝对化用语指南§5(3)'],
    ['奖牌可刻“最佳员工”', '绝对化用语指南'],
    ['止痛苦于无门', '词语边界'],
  ])('says why %s is not flagged', async (text, guideline) => {
    const { verdict, exempted } = (await shippedChecker()).check(text);
    expect(verdict).toBe('pass');
    expect(exempted[0]?.guideline).toContain(guideline);
    expect(exempted[0]?.reason['en-US']).not.toBe('');
  });

  it('lowers a rank with period and source to a warning, never to nothing', async () => {
    const text = '2024年1至6月天猫保温杯类目销量第一（数据来源：生意参谋）。';
    expect((await shippedChecker()).check(text).verdict).toBe('warn');
  });

  it('does not let a negation excuse a phrase that begins with one', async () => {
    const checker = await shippedChecker();
    for (const text of ['没有比它更软的', '无与伦比的手感', '没有之一'])
      expect(checker.check(text).verdict).toBe('fail');
  });
});

describe('what is known about the goods', () => {
  it('switches rules of some goods on or off by category', async () => {
    const checker = await shippedChecker();
    expect(checker.check('紧致有弹性', { category: '面霜' }).verdict).toBe('warn');
    expect(checker.check('紧致有弹性', { category: '女装' }).verdict).toBe('pass');
  });

  it('drops platform rules in an own shop, and labels them elsewhere', async () => {
    const checker = await shippedChecker();
    const finding = checker.check('加微信领券', { platform: 'taobao' }).findings[0];
    expect(finding?.scope).toBe('platform');
    expect(checker.check('加微信领券', { platform: 'own' }).verdict).toBe('pass');
  });

  it('blocks generic green claims in the European Union and warns elsewhere', async () => {
    const checker = await shippedChecker();
    expect(checker.check('An eco-friendly bottle.', { market: 'eu' }).verdict).toBe('fail');
    expect(checker.check('An eco-friendly bottle.', { market: 'us' }).verdict).toBe('warn');
  });
});

describe('a wording in place of a phrase', () => {
  it('fits before a noun: the particle stays, once', async () => {
    const checker = await shippedChecker();
    const mended = (text: string): string => {
      const [finding] = checker.check(text).findings;
      if (finding === undefined) return text;
      return text.slice(0, finding.start) + (finding.replacements[0] ?? '') + text.slice(finding.end);
    };
    expect(mended('最好的鞋')).toBe('出色的鞋');
    expect(mended('顶尖的团队')).toBe('有经验的团队');
    expect(mended('顶尖团队')).toBe('有经验的团队');
  });

  it('neither loses nor doubles the particle after any phrase', async () => {
    const checker = await shippedChecker();
    const phrases = new Set(pieces.flatMap((text) => checker.check(text).findings.map((finding) => finding.text)));
    const wrong = [...phrases].filter((phrase) => {
      const text = `${phrase.replace(/的$/u, '')}的鞋`;
      return checker.check(text).findings.some(({ end, replacements, text: found }) => {
        const wordings = replacements.filter((wording) => wording !== '');
        if (text[end] === '的') return wordings.some((wording) => wording.endsWith('的'));
        return found.endsWith('的') && wordings.some((wording) => !wording.endsWith('的'));
      });
    });
    expect(phrases.size).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });
});

describe('a denial after a phrase', () => {
  it.each(['防癌？没有，只是绿茶', '祛疤这类功效它没有', '特供渠道不存在', '“永不褪色”这种话我们不说'])(
    'clears %s',
    async (text) => {
      expect((await shippedChecker()).check(text).verdict).toBe('pass');
    },
  );

  it.each(['根治鼻炎？是的', '全网最低，服务没有死角', '包治百病，假货不存在'])('does not clear %s', async (text) => {
    expect((await shippedChecker()).check(text).verdict).toBe('fail');
  });
});

describe('the wording for people', () => {
  it('says phrase, advice, provision and that it is no legal advice, in both languages', async () => {
    const checker = await shippedChecker();
    const verdict = checker.check('这款是最好用的，加微信领券');
    const zh = verdictText(verdict, 'zh-CN', checker.date);
    expect(zh).toMatch(/^需修改：「最好用」可改为「好用」（.*广告法§9\(3\).*平台规则.*不是法律意见/u);
    const en = verdictText(verdict, 'en-US', checker.date);
    expect(en).toMatch(/^To be changed: .*Advertising Law art\. 9\(3\).*platform rule.*not legal advice/u);
    expect(verdictText(checker.check('领口为小方领'), 'zh-CN', checker.date)).toBe('通过');
  });
});
