// The advertising check: normalise, find, exempt, resolve overlaps, and judge.
import type { Bilingual } from '../language.ts';
import { crossesWords } from './boundary.ts';
import { Scanner, type Match } from './match.ts';
import { Normaliser, type Normalised, type Spellings } from './normalise.ts';
import { admits, productKinds } from './products.ts';
import type { CheckOptions, Entry, Exempted, Exemption, Finding, Severity, Verdict } from './types.ts';

/** Everything the check knows: parsed tables, and a team's own additions. */
export interface CompliancePack {
  readonly lexicon: readonly Entry[];
  readonly exemptions: readonly Exemption[];
  /** Traditional, variant and telling characters with their plain form. */
  readonly forms: ReadonlyMap<string, string>;
  readonly spellings: Spellings;
  /** Names (brands, trade marks) that are never flagged, as people write them. */
  readonly allow?: readonly string[];
  /** The day the tables were last reviewed, ISO date. */
  readonly date: string;
}

export interface Checker {
  /** Date of the pack. */
  readonly date: string;
  /** Pure and total: any text has a verdict. */
  check(text: string, options?: CheckOptions): Verdict;
}

interface Hit extends Match<Entry> {
  readonly severity: Severity;
}

interface Excuse {
  readonly reason: Bilingual;
  readonly guideline: string;
  readonly effect: 'pass' | 'lower';
}

const CROSSING: Excuse = {
  reason: { 'zh-CN': '跨词，不是该词', 'en-US': 'two words that meet, not this one' },
  guideline: '词语边界',
  effect: 'pass',
};
const ALLOWED: Excuse = {
  reason: { 'zh-CN': '自有名称', 'en-US': 'a name on your allow list' },
  guideline: '绝对化用语指南§6(4)',
  effect: 'pass',
};
/** Platforms without rules about contact off the platform. */
const OWN_SHOP = 'own';

/** Builds the check once; `check` may then be called for any number of texts. */
export function createChecker(pack: CompliancePack): Checker {
  const normaliser = new Normaliser(pack.forms, pack.spellings);
  const lexicon = new Scanner(pack.lexicon);
  const exemptions = new Scanner(pack.exemptions);
  const allow = (pack.allow ?? []).map((name) => normaliser.normalise(name).text).filter((name) => name !== '');

  const check = (text: string, options: CheckOptions = {}): Verdict => {
    const plain = normaliser.normalise(text);
    const found = lexicon.scan(plain.text);
    if (found.length === 0) return { verdict: 'pass', findings: [], exempted: [] };
    const goods = productKinds(plain.text, options.category);
    const reached = found.filter((hit) => reaches(hit.rule, goods, options));
    if (reached.length === 0) return { verdict: 'pass', findings: [], exempted: [] };
    const excuses = [...exemptions.scan(plain.text), ...named(plain.text, allow)];
    return judge(plain, text, reached, excuses);
  };
  return { date: pack.date, check };
}

function reaches(entry: Entry, goods: readonly string[], options: CheckOptions): boolean {
  const { platforms, markets, products } = entry.reach;
  if (options.platform === OWN_SHOP && entry.scope === 'platform') return false;
  if (platforms.length > 0 && options.platform !== undefined && !platforms.includes(options.platform)) return false;
  if (markets.length > 0 && !markets.includes(options.market ?? 'cn')) return false;
  return products.length === 0 || admits(products, goods);
}

/** Places of allowed names. */
function named(text: string, allow: readonly string[]): (Match<Exemption> | Match<undefined>)[] {
  const found: Match<undefined>[] = [];
  for (const name of allow) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      found.push({ start: at, end: at + name.length, rule: undefined });
    }
  }
  return found;
}

function judge(
  plain: Normalised,
  original: string,
  found: readonly Match<Entry>[],
  excuses: readonly (Match<Exemption> | Match<undefined>)[],
): Verdict {
  const hits: Hit[] = [];
  const exempted: Exempted[] = [];
  for (const match of found) {
    const excuse = excuseFor(plain.text, match, excuses);
    const severity = excuse === undefined ? match.rule.severity : lowered(match.rule.severity, excuse.effect);
    if (severity === undefined && excuse !== undefined) exempted.push(newExempted(plain, original, match, excuse));
    if (severity !== undefined) hits.push({ ...match, severity });
  }
  const findings = withoutOverlaps(hits).map((hit) => newFinding(plain, original, hit));
  const verdict = findings.some((finding) => finding.severity === 'block') ? 'fail' : 'warn';
  return { verdict: findings.length === 0 ? 'pass' : verdict, findings, exempted: distinct(exempted, findings) };
}

function lowered(severity: Severity, effect: 'pass' | 'lower'): Severity | undefined {
  return effect === 'lower' && severity === 'block' ? 'warn' : undefined;
}

/** The best excuse of a match: one that clears it, else one that lowers it. */
function excuseFor(
  text: string,
  match: Match<Entry>,
  excuses: readonly (Match<Exemption> | Match<undefined>)[],
): Excuse | undefined {
  let lower: Excuse | undefined;
  for (const { start, end, rule } of excuses) {
    if (rule === undefined) {
      if (start <= match.start && end >= match.end) return ALLOWED;
    } else if (covers(rule, text, match) && within(rule, text, start, end, match)) {
      if (rule.effect === 'pass') return rule;
      lower = rule;
    }
  }
  const short = match.end - match.start === 2 && match.rule.scope === 'law';
  if (short && crossesWords(text, match.start, match.end)) return CROSSING;
  return lower;
}

function covers(exemption: Exemption, text: string, match: Match<Entry>): boolean {
  const { id, category, reason } = match.rule;
  return exemption.covers.some((name) => {
    if (name === '*' || name === category || name === `@${reason}` || name === `#${id}`) return true;
    const at = text.indexOf(name, match.start);
    return at >= 0 && at + name.length <= match.end;
  });
}

function within(exemption: Exemption, text: string, start: number, end: number, match: Match<Entry>): boolean {
  if (exemption.span === 'text') return true;
  if (exemption.span === 'after') return start < match.start && end >= match.end;
  if (start <= match.start && end >= match.end) return true;
  if (exemption.span === 'word') return crosses(start, end, match);
  if (exemption.span !== 'sentence') return false;
  const [from, until] = start < match.start ? [end, match.start] : [match.end, start];
  return from >= until || !/[。！？!?；;\n]/u.test(text.slice(from, until));
}

const crosses = (start: number, end: number, match: Match<Entry>): boolean =>
  (start < match.start && end > match.start && end <= match.end) ||
  (start >= match.start && start < match.end && end > match.end);

/** Blocking hits first, then longer ones; what overlaps a better hit is left out. */
function withoutOverlaps(hits: readonly Hit[]): readonly Hit[] {
  const kept: Hit[] = [];
  const better = (a: Hit, b: Hit): number =>
    Number(b.severity === 'block') - Number(a.severity === 'block') || b.end - b.start - (a.end - a.start);
  for (const hit of [...hits].sort((a, b) => better(a, b) || a.start - b.start)) {
    if (!kept.some((other) => other.start < hit.end && hit.start < other.end)) kept.push(hit);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function place(plain: Normalised, original: string, match: { start: number; end: number }) {
  const start = plain.starts[match.start] ?? 0;
  const end = plain.ends[match.end - 1] ?? original.length;
  return { start, end, text: original.slice(start, end) };
}

function newFinding(plain: Normalised, original: string, hit: Hit): Finding {
  const { category, clause, reason, replacements, scope, id } = hit.rule;
  const at = place(plain, original, hit);
  return { ...at, category, severity: hit.severity, clause, reason, replacements, scope, entryId: id };
}

function newExempted(plain: Normalised, original: string, match: Match<Entry>, excuse: Excuse): Exempted {
  const { reason, guideline } = excuse;
  return { ...place(plain, original, match), reason, guideline, entryId: match.rule.id };
}

/** One exempted hit a place, and none inside a finding. */
function distinct(exempted: readonly Exempted[], findings: readonly Finding[]): readonly Exempted[] {
  const kept: Exempted[] = [];
  for (const one of [...exempted].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const overlaps = (other: { start: number; end: number }): boolean => other.start < one.end && one.start < other.end;
    if (!kept.some(overlaps) && !findings.some(overlaps)) kept.push(one);
  }
  return kept;
}
