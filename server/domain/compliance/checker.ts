// The advertising check: normalise, find, excuse, resolve overlaps, and judge.
import { Excuses, type Excuse } from './excuses.ts';
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

interface Excused extends Match<Entry> {
  readonly excuse: Excuse;
}

/** A platform without rules about contact off the platform. */
const OWN_SHOP = 'own';
const PASS: Verdict = { verdict: 'pass', findings: [], exempted: [] };

/** Builds the check once; `check` may then be called for any number of texts. */
export function createChecker(pack: CompliancePack): Checker {
  const normaliser = new Normaliser(pack.forms, pack.spellings);
  const lexicon = new Scanner(pack.lexicon);
  const exemptions = new Scanner(pack.exemptions);
  const names = (pack.allow ?? []).map((name) => normaliser.normalise(name).text).filter((name) => name !== '');

  const check = (text: string, options: CheckOptions = {}): Verdict => {
    const plain = normaliser.normalise(text);
    const found = lexicon.scan(plain.text);
    if (found.length === 0) return PASS;
    const bound = found.some((hit) => hit.rule.reach.products.length > 0);
    const goods = bound ? productKinds(plain.text, options.category) : [];
    const reached = found.filter((hit) => reaches(hit.rule, goods, options));
    if (reached.length === 0) return PASS;
    return judge(plain, text, reached, new Excuses(plain.text, exemptions.scan(plain.text), names));
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

function judge(plain: Normalised, original: string, found: readonly Match<Entry>[], excuses: Excuses): Verdict {
  const hits: Hit[] = [];
  const excused: Excused[] = [];
  for (const match of found) {
    const excuse = excuses.of(match);
    const severity = excuse === undefined ? match.rule.severity : lowered(match.rule.severity, excuse.effect);
    const { start, end, rule } = match;
    if (severity !== undefined) hits.push({ start, end, rule, severity });
    else if (excuse !== undefined) excused.push({ start, end, rule, excuse });
  }
  const taken = new Uint8Array(plain.text.length);
  const kept = apart(hits.sort(worstFirst), taken);
  const findings = kept.map((hit) => newFinding(plain, original, hit));
  const exempted = apart(excused.sort(longestFirst), taken).map((one) => newExempted(plain, original, one));
  if (findings.length === 0) return { verdict: 'pass', findings, exempted };
  return { verdict: kept.some((hit) => hit.severity === 'block') ? 'fail' : 'warn', findings, exempted };
}

function lowered(severity: Severity, effect: 'pass' | 'lower'): Severity | undefined {
  return effect === 'lower' && severity === 'block' ? 'warn' : undefined;
}

const longestFirst = (a: Match<Entry>, b: Match<Entry>): number =>
  b.end - b.start - (a.end - a.start) || a.start - b.start;

const worstFirst = (a: Hit, b: Hit): number =>
  Number(b.severity === 'block') - Number(a.severity === 'block') || longestFirst(a, b);

/** The matches, best first, that touch nothing taken before them; by their place in the text. Marks what they take. */
function apart<M extends Match<Entry>>(matches: readonly M[], taken: Uint8Array): readonly M[] {
  const kept: M[] = [];
  for (const match of matches) {
    if (isTaken(taken, match)) continue;
    for (let at = match.start; at < match.end; at += 1) taken[at] = 1;
    kept.push(match);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function isTaken(taken: Uint8Array, { start, end }: Match<Entry>): boolean {
  for (let at = start; at < end; at += 1) if (taken[at] === 1) return true;
  return false;
}

function newFinding(plain: Normalised, original: string, hit: Hit): Finding {
  const { category, clause, reason, scope, id } = hit.rule;
  const last = hit.end - (leavesParticle(plain.text, hit) ? 1 : 0);
  const start = plain.starts[hit.start] ?? 0;
  const end = plain.ends[last - 1] ?? original.length;
  const replacements = plain.text[last] === '的' ? hit.rule.replacements.map(withoutParticle) : hit.rule.replacements;
  const text = original.slice(start, end);
  return { start, end, text, category, severity: hit.severity, clause, reason, replacements, scope, entryId: id };
}

/** Whether the 的 at the end of a hit stays in the text, because a wording that takes the hit's place needs it. */
function leavesParticle(text: string, hit: Hit): boolean {
  const { replacements } = hit.rule;
  if (text[hit.end - 1] !== '的' || hit.end - hit.start === 1) return false;
  return replacements.some((wording) => wording !== '' && !wording.endsWith('的'));
}

const withoutParticle = (wording: string): string => (wording.endsWith('的') ? wording.slice(0, -1) : wording);

function newExempted(plain: Normalised, original: string, one: Excused): Exempted {
  const { reason, guideline } = one.excuse;
  const start = plain.starts[one.start] ?? 0;
  const end = plain.ends[one.end - 1] ?? original.length;
  return { start, end, text: original.slice(start, end), reason, guideline, entryId: one.rule.id };
}
