// The verdict in words for a person: what to change, to what, and under which provision.
import type { Language } from '../language.ts';
import { reasons } from './reasons.ts';
import type { Exempted, Finding, Verdict } from './types.ts';

/** Statutes as they are cited in the tables, and their English names. */
const statutes: readonly (readonly [string, string])[] = [
  ['绝对化用语指南', 'Absolutist Terms Guideline'],
  ['明码标价和禁止价格欺诈规定', 'Price Marking and Price Fraud Rules'],
  ['规范促销行为暂行规定', 'Interim Rules on Promotions'],
  ['反不正当竞争法(2025)', 'Anti-Unfair Competition Law (2025)'],
  ['网络交易监督管理办法', 'Online Trading Measures'],
  ['化妆品监督管理条例', 'Cosmetics Regulation'],
  ['化妆品标签管理办法', 'Cosmetics Labelling Measures'],
  ['化妆品功效宣称评价规范', 'Cosmetics Efficacy Evaluation Rules'],
  ['食品安全法', 'Food Safety Law'],
  ['商标法', 'Trademark Law'],
  ['广告法', 'Advertising Law'],
  ['平台规则（站外导流）', 'platform rules (contact off the platform)'],
  ['平台规则', 'platform rules'],
  ['食品标签与认证规则', 'Food Labelling and Certification Rules'],
  ['词语边界', 'another word'],
  ['自有词表', 'your own list'],
];

const words = {
  'zh-CN': {
    pass: '通过',
    warn: '需核实',
    fail: '需修改',
    law: '',
    platform: '平台规则',
    suggest: (options: string) => `可改为${options}`,
    remove: '建议删除',
    notice: (date: string) => `仅为风险提示，不是法律意见（词表 ${date}）`,
    quote: (text: string) => `「${text}」`,
    open: '（',
    close: '）',
    or: '或',
    join: '；',
    colon: '：',
    stop: '。',
  },
  'en-US': {
    pass: 'Passed',
    warn: 'To be checked',
    fail: 'To be changed',
    law: '',
    platform: 'platform rule',
    suggest: (options: string) => `could be ${options}`,
    remove: 'better left out',
    notice: (date: string) => `A risk notice, not legal advice (lists of ${date})`,
    quote: (text: string) => `“${text}”`,
    open: ' (',
    close: ')',
    or: ' or ',
    join: '; ',
    colon: ': ',
    stop: '. ',
  },
} as const;

/** The provision in a person's language. */
export function clauseText(clause: string, language: Language): string {
  if (language === 'zh-CN') return clause;
  const known = statutes.reduce((text, [name, translation]) => text.replaceAll(name, `${translation} `), clause);
  const english = known.replaceAll('（境内投放）', ' (for China)').replaceAll(';', '; ');
  // American acts have sections, written §.
  return english
    .replaceAll(/(?<!Act )§/gu, 'art. ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll('、', ', ')
    .replaceAll(' ;', ';')
    .trim();
}

/** Why a finding was made, in a person's language. */
export function reasonText(finding: Pick<Finding, 'reason'>, language: Language): string {
  return reasons.get(finding.reason)?.[language] ?? finding.reason;
}

/**
 * The text of a workbook's compliance cell: short when the copy passes, else each finding with what may take its place,
 * why, and the provision; platform rules are labelled apart from law. `date` is the date of the lists.
 */
export function verdictText(verdict: Verdict, language: Language, date: string): string {
  const say = words[language];
  if (verdict.findings.length === 0) return say.pass;
  const parts = verdict.findings.map((finding) => findingText(finding, language));
  return `${say[verdict.verdict]}${say.colon}${parts.join(say.join)}${say.stop}${say.notice(date)}`;
}

/** One finding in one phrase. */
export function findingText(finding: Finding, language: Language): string {
  const say = words[language];
  const options = finding.replacements.filter((text) => text !== '').slice(0, 2);
  const advice = options.length > 0 ? say.suggest(options.map(say.quote).join(say.or)) : say.remove;
  const label = finding.scope === 'platform' ? `${say.platform}${say.colon}` : '';
  const why = `${label}${reasonText(finding, language)}${language === 'zh-CN' ? '，' : ', '}${clauseText(finding.clause, language)}`;
  return `${say.quote(finding.text)}${language === 'zh-CN' ? '' : ' '}${advice}${say.open}${why}${say.close}`;
}

/** Why a hit was not flagged, in one line. */
export function exemptedText(hit: Exempted, language: Language): string {
  const zh = language === 'zh-CN';
  const basis = clauseText(hit.guideline, language);
  const why = `${hit.reason[language]}${zh ? '，' : ', '}${basis}`;
  return zh ? `未标记「${hit.text}」（${why}）` : `Not flagged: “${hit.text}” (${why})`;
}
