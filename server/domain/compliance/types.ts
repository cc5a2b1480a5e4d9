// The vocabulary of the advertising check: rules, findings, verdicts.
import type { Bilingual } from '../language.ts';
import type { Pattern } from './pattern.ts';

export const categories = [
  'absolutist',
  'rank',
  'authority',
  'price',
  'medical',
  'health-food',
  'cosmetic',
  'superstition',
  'scarcity',
  'off-platform',
  'minor',
  'other',
] as const;
export type Category = (typeof categories)[number];

/** `block`: must be changed. `warn`: truth or evidence decides. */
export const severities = ['block', 'warn'] as const;
export type Severity = (typeof severities)[number];

export const markets = ['cn', 'eu', 'us', 'uk'] as const;
export type Market = (typeof markets)[number];

/** Where a rule holds: on everything when a list is empty. */
export interface Reach {
  readonly platforms: readonly string[];
  readonly markets: readonly string[];
  /** Product kinds; an entry "-kind" takes that kind out. */
  readonly products: readonly string[];
}

/** One rule of the lexicon. */
export interface Entry {
  readonly id: string;
  readonly pattern: Pattern;
  readonly category: Category;
  readonly severity: Severity;
  /** Key of the explanation in reasons.ts. */
  readonly reason: string;
  /** The provision, as it is cited in Chinese, e.g. 广告法§9(3). */
  readonly clause: string;
  readonly scope: 'law' | 'platform';
  readonly reach: Reach;
  /** Wordings that may take the place of the phrase; an empty string means: leave it out. */
  readonly replacements: readonly string[];
  readonly source: string;
  /** ISO date of the last review of this row. */
  readonly date: string;
}

/**
 * How far an exemption reaches from where its pattern matches: hits inside the match; hits inside it but not at its start
 * (what a negation speaks about); hits of the same clause that end shortly before it (what a denial takes back); hits that
 * share a character with it without holding it (words across a boundary); hits of the same sentence; hits of the whole text.
 */
export const spans = ['span', 'after', 'before', 'word', 'sentence', 'text'] as const;
export type Span = (typeof spans)[number];

/** One rule that says why something is not a violation, or a lesser one. */
export interface Exemption {
  readonly id: string;
  readonly pattern: Pattern;
  readonly span: Span;
  /** `*`, a category, `@reason`, `#entry`, or a term that the hit contains. */
  readonly covers: readonly string[];
  /** `lower` turns block into warn, and warn into nothing: evidence is shown. */
  readonly effect: 'pass' | 'lower';
  readonly reason: Bilingual;
  /** The item of the guideline or the provision this rests on. */
  readonly guideline: string;
  readonly source: string;
  readonly date: string;
}

/** A fault in a table, with the 1-based line it is on. */
export interface Fault {
  readonly line: number;
  readonly text: string;
}

/** A parsed table: what is right in it, and everything that is wrong. */
export interface Parsed<T> {
  readonly rows: readonly T[];
  readonly faults: readonly Fault[];
}

export interface CheckOptions {
  /** What is sold, in anyone's words ("女装", "面霜", "dog food"): decides rules that hold for some goods only. */
  readonly category?: string;
  /** taobao, tmall, jd, pdd, douyin, xhs; unknown: the rules of every platform apply. `own` switches them off. */
  readonly platform?: string;
  readonly market?: Market;
}

export interface Finding {
  /** UTF-16 offsets into the text as given. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly clause: string;
  readonly reason: string;
  readonly replacements: readonly string[];
  readonly scope: 'law' | 'platform';
  readonly entryId: string;
}

export interface Exempted {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Why it is not flagged. */
  readonly reason: Bilingual;
  readonly guideline: string;
  readonly entryId: string;
}

/** `fail` when a finding blocks, `warn` when findings only warn, else `pass`. */
export interface Verdict {
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** In the order of the text; they do not overlap. */
  readonly findings: readonly Finding[];
  readonly exempted: readonly Exempted[];
}
