// Mending flagged copy: what to rewrite, whether a rewrite may stand, and how to do without one.
import type { Language } from '../language.ts';
import type { Checker } from './checker.ts';
import { factsAdded } from './new-facts.ts';
import type { CheckOptions, Finding } from './types.ts';
import { clauseText, reasonText } from './wording.ts';

export interface MendOptions extends CheckOptions {
  /** Longest text allowed, in graphemes. */
  readonly graphemesMax?: number;
  /**
   * Whether warnings are mended too, except about words that the facts state: whoever stated them can answer for them.
   * Otherwise only what blocks.
   */
  readonly warnings?: boolean;
  /** What is known about the product: numbers, names and certificates in it are not new. */
  readonly facts?: string;
}

/** A phrase that changed, and why. `after` is empty when the phrase was left out. */
export interface MendRecord {
  readonly before: string;
  readonly after: string;
  readonly how: 'rewritten' | 'replaced' | 'removed';
  readonly reason: string;
  readonly clause: string;
  readonly entryId: string;
}

/** Why a rewrite may not stand. */
export type MendFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly graphemes: number; readonly graphemesMax: number }
  | { readonly kind: 'still-flagged'; readonly texts: readonly string[] }
  | { readonly kind: 'new-facts'; readonly texts: readonly string[] };

/** The part of a JSON schema that a request for rewrites needs; every engine's grammar supports it. */
export interface MendSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, { readonly type: 'string'; readonly maxLength: number }>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** Room for a rewrite beyond the length of the phrase, in characters. */
const REWRITE_SLACK = 12;
const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** The findings that have to be mended, in the order of the text. */
export function toMend(checker: Checker, text: string, options: MendOptions): readonly Finding[] {
  const { findings } = checker.check(text, options);
  return findings.filter((one) => isToMend(one, options));
}

function isToMend(finding: Finding, options: MendOptions): boolean {
  if (finding.severity === 'block') return true;
  return options.warnings === true && !(options.facts ?? '').includes(finding.text);
}

/**
 * What to tell a model: the text with numbered marks, each phrase with the reason and allowed wordings, and the rules.
 * The answer has one string a phrase under p1, p2, …: see `mendSchema`.
 */
export function mendPrompt(text: string, spans: readonly Finding[], language: Language): string {
  const zh = language === 'zh-CN';
  let marked = '';
  let at = 0;
  for (const [index, span] of spans.entries()) {
    marked += `${text.slice(at, span.start)}[p${index + 1}:${span.text}]`;
    at = span.end;
  }
  marked += text.slice(at);
  const lines = spans.map((span, index) => {
    const options = span.replacements.filter((option) => option !== '').join(zh ? '、' : ', ');
    const hint = options === '' ? '' : zh ? `；可参考：${options}` : `; for example: ${options}`;
    return `p${index + 1}: ${span.text} (${reasonText(span, language)}${hint})`;
  });
  const rules = zh
    ? '只改写标出的短语，其余文字不变；改写后语句通顺；不得新增数字、单位、品牌、人名、认证或奖项；可以为空字符串（表示删除）。'
    : 'Rewrite the marked phrases only, so that the sentence still reads well. Add no number, unit, brand, name, certificate or award. An empty string leaves the phrase out.';
  return [rules, marked, ...lines].join('\n');
}

/** The schema of the answer to `mendPrompt`. */
export function mendSchema(spans: readonly Finding[]): MendSchema {
  const names = spans.map((_, index) => `p${index + 1}`);
  const property = (span: Finding) => ({ type: 'string', maxLength: span.text.length + REWRITE_SLACK }) as const;
  const properties = Object.fromEntries(spans.map((span, index) => [`p${index + 1}`, property(span)]));
  return { type: 'object', properties, required: names, additionalProperties: false };
}

/** The text with the phrases of `spans` replaced by the answers, in order; a missing answer leaves the phrase out. */
export function applyMend(text: string, spans: readonly Finding[], answers: readonly string[]): string {
  let out = '';
  let at = 0;
  for (const [index, span] of spans.entries()) {
    out += text.slice(at, span.start) + (answers[index] ?? '').trim();
    // 活动价 in place of 全网最低 before 价 must not end as 活动价价.
    const isDoubled = /\p{Script=Han}$/u.test(out) && out.endsWith(text.slice(span.end, span.end + 1) || ' ');
    at = span.end + (isDoubled ? 1 : 0);
  }
  return out + text.slice(at);
}

/** Why `after` may not take the place of `before`; nothing when it may. */
export function mendFault(
  checker: Checker,
  before: string,
  after: string,
  options: MendOptions,
): MendFault | undefined {
  if (after.trim() === '') return { kind: 'empty' };
  const { graphemesMax } = options;
  const count = graphemesMax === undefined ? 0 : Array.from(graphemes.segment(after)).length;
  if (graphemesMax !== undefined && count > graphemesMax) return { kind: 'too-long', graphemes: count, graphemesMax };
  const texts = addedFindings(checker, before, after, options);
  if (texts.length > 0) return { kind: 'still-flagged', texts };
  const added = factsAdded(`${before}\n${options.facts ?? ''}`, after);
  return added.length > 0 ? { kind: 'new-facts', texts: added } : undefined;
}

/** What must not be in `after`: everything that has to be mended, and warnings that `before` did not have. */
function addedFindings(checker: Checker, before: string, after: string, options: MendOptions): readonly string[] {
  const known = new Set(checker.check(before, options).findings.map((finding) => finding.text));
  return checker
    .check(after, options)
    .findings.filter((one) => isToMend(one, options) || !known.has(one.text))
    .map((one) => one.text);
}

/** The record of a phrase that a model rewrote. */
export function rewritten(span: Finding, after: string): MendRecord {
  return newRecord(span, after.trim(), after.trim() === '' ? 'removed' : 'rewritten');
}

export function newRecord(span: Finding, after: string, how: MendRecord['how']): MendRecord {
  const { text, reason, clause, entryId } = span;
  return { before: text, after, how, reason, clause, entryId };
}

/** What was replaced by what, and why, for the compliance cell. */
export function mendText(records: readonly MendRecord[], language: Language): string {
  const zh = language === 'zh-CN';
  const parts = records.map((record) => {
    const why = `${reasonText(record, language)}${zh ? '，' : ', '}${clauseText(record.clause, language)}`;
    if (zh) return `「${record.before}」${record.after === '' ? '已删除' : `已改为「${record.after}」`}（${why}）`;
    return `“${record.before}” ${record.after === '' ? 'was left out' : `became “${record.after}”`} (${why})`;
  });
  return parts.join(zh ? '；' : '; ');
}
