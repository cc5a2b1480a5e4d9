// Finds what excuses a hit: exemptions by where they reach, a team's names, and words that merely meet.
import type { Bilingual } from '../language.ts';
import { crossesWords } from './boundary.ts';
import type { Match } from './match.ts';
import type { Entry, Exemption } from './types.ts';

export interface Excuse {
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
/** The longest a name of a team may be that a hit can lie in. */
const NAME_REACH = 160;
/** A denial follows what it takes back within so many units. */
const DENIAL_REACH = 8;
const CLAUSE_ENDS = /[,。!?;\n]/u;
const SENTENCE_ENDS = new Set('。!?;\n');

/** The excuses of one text, arranged so that asking for a hit's costs the same however long the text is. */
export class Excuses {
  readonly #text: string;
  /** Exemptions that reach around their match, by start. */
  readonly #near: readonly Match<Exemption>[];
  /** Length of the longest of them: those that start farther before a hit do not reach it. */
  readonly #reach: number;
  /** Exemptions of the whole text, or of the sentences given. */
  readonly #far = new Map<Exemption, Set<number> | undefined>();
  readonly #names: Uint32Array;
  #sentences: Uint32Array | undefined;

  /** `names` are in normalised form; `matches` are those of the exemptions in `text`, by start. */
  constructor(text: string, matches: readonly Match<Exemption>[], names: readonly string[]) {
    this.#text = text;
    this.#near = matches.filter(({ rule }) => rule.span !== 'text' && rule.span !== 'sentence');
    this.#reach = this.#near.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
    for (const { start, rule } of matches) {
      if (rule.span === 'text') this.#far.set(rule, undefined);
      if (rule.span === 'sentence')
        this.#far.set(rule, (this.#far.get(rule) ?? new Set()).add(this.#sentenceOf(start)));
    }
    this.#names = nameEnds(text, names);
  }

  /** The best excuse of a hit: one that clears it, else one that lowers it, else none. */
  of(hit: Match<Entry>): Excuse | undefined {
    if (this.#names.length > 0 && this.#isName(hit)) return ALLOWED;
    const near = this.#amongNear(hit);
    if (near?.effect === 'pass') return near;
    const far = this.#far.size === 0 ? undefined : this.#amongFar(hit);
    if (far?.effect === 'pass') return far;
    const short = hit.end - hit.start === 2 && hit.rule.scope === 'law';
    return short && crossesWords(this.#text, hit.start, hit.end) ? CROSSING : (near ?? far);
  }

  #amongNear(hit: Match<Entry>): Exemption | undefined {
    let lower: Exemption | undefined;
    for (let i = this.#firstFrom(hit.start - this.#reach); i < this.#near.length; i += 1) {
      const match = this.#near[i];
      if (match === undefined || match.start > hit.end + DENIAL_REACH) break;
      if (!holds(match, hit, this.#text) || !covers(match.rule, this.#text, hit)) continue;
      if (match.rule.effect === 'pass') return match.rule;
      lower = match.rule;
    }
    return lower;
  }

  #amongFar(hit: Match<Entry>): Exemption | undefined {
    let lower: Exemption | undefined;
    for (const [rule, sentences] of this.#far) {
      if (sentences !== undefined && !sentences.has(this.#sentenceOf(hit.start))) continue;
      if (!covers(rule, this.#text, hit)) continue;
      if (rule.effect === 'pass') return rule;
      lower = rule;
    }
    return lower;
  }

  /** The number of the sentence that a unit belongs to. */
  #sentenceOf(at: number): number {
    this.#sentences ??= sentencesOf(this.#text);
    return this.#sentences[at] ?? 0;
  }

  /** Index of the first near match that starts at or after `start`. */
  #firstFrom(start: number): number {
    let low = 0;
    let high = this.#near.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#near[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isName(hit: Match<Entry>): boolean {
    for (let at = Math.max(0, hit.start - NAME_REACH); at <= hit.start; at += 1) {
      if ((this.#names[at] ?? 0) >= hit.end) return true;
    }
    return false;
  }
}

function holds({ start, end, rule }: Match<Exemption>, hit: Match<Entry>, text: string): boolean {
  if (rule.span === 'before') return start >= hit.end && !CLAUSE_ENDS.test(text.slice(hit.end, start));
  if (rule.span === 'after') return start < hit.start && end >= hit.end;
  if (start <= hit.start && end >= hit.end) return true;
  if (rule.span !== 'word') return false;
  return start < hit.start ? end > hit.start : start < hit.end && end > hit.end;
}

function covers(exemption: Exemption, text: string, hit: Match<Entry>): boolean {
  const { id, category, reason } = hit.rule;
  const words = text.slice(hit.start, hit.end);
  return exemption.covers.some(
    (name) => name === '*' || name === category || name === `@${reason}` || name === `#${id}` || words.includes(name),
  );
}

/** The number of the sentence that each unit belongs to. */
function sentencesOf(text: string): Uint32Array {
  const sentences = new Uint32Array(text.length);
  let sentence = 0;
  for (let i = 0; i < text.length; i += 1) {
    sentences[i] = sentence;
    if (SENTENCE_ENDS.has(text.charAt(i))) sentence += 1;
  }
  return sentences;
}

/** By unit: where the longest allowed name that starts there ends, or 0. */
function nameEnds(text: string, names: readonly string[]): Uint32Array {
  const ends = new Uint32Array(names.length === 0 ? 0 : text.length);
  for (const name of names) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      ends[at] = Math.max(ends[at] ?? 0, at + name.length);
    }
  }
  return ends;
}
