// The pattern language of the tables: a bounded subset of regular expressions that can only be tried where it may match.
import { alternation, escaped } from './alternation.ts';

/** Named parts, mostly lists of words, that a pattern may use as `<name>`. */
export type WordClasses = ReadonlyMap<string, Part>;

/** A checked pattern over normalised text. */
export interface Pattern {
  readonly text: string;
  /** Every match begins with one of these. */
  readonly heads: readonly string[];
  /** Present unless the heads are the whole pattern; sticky. */
  readonly regex?: RegExp;
}

const HEADS_MAX = 4000;
const HEAD_LENGTH_MAX = 3;
const WORDS_MAX = 64;
const REPEAT_MAX = 24;
/** The most ways the counted repeats of one pattern may combine: the bound on its steps at one position. */
const COMBINATIONS_MAX = 800;

/** One way a part of a pattern can begin; `open` when more of it follows. */
interface Head {
  readonly text: string;
  readonly open: boolean;
}

/** A checked piece of a pattern. */
export interface Part {
  readonly source: string;
  readonly heads: readonly Head[];
  /** Product of the ranges of the repeats inside. */
  readonly ways: number;
  /** Whether it looks at the text around it. */
  readonly looks: boolean;
  /** All it matches, when that is a list of words. */
  readonly words?: readonly string[];
}

const NOTHING: readonly Head[] = [{ text: '', open: false }];
const ANYTHING: readonly Head[] = [{ text: '', open: true }];
const closed = (text: string): Head => ({ text, open: false });
const opened = ({ text }: Head): Head => ({ text, open: true });

/**
 * Checks a pattern and finds its heads. The language: text, `[…]` with ranges and `^`, `.`, `\d`, `(a|b)`, `?`, `{n,m}`
 * with m ≤ 24, `(?=…)` `(?!…)` `(?<=…)` `(?<!…)`, and `<name>` for a word class. No unbounded repeats, so a match costs a
 * bounded number of steps. Returns the fault in words when the pattern is outside the language.
 */
export function compilePattern(text: string, classes: WordClasses): Pattern | string {
  const part = compilePart(text, classes);
  if (typeof part === 'string') return part;
  const heads = [...new Set(part.heads.map((head) => head.text))];
  const whole = part.heads.every((head) => !head.open);
  if (part.ways > COMBINATIONS_MAX) return `“${text}” repeats in too many ways (${part.ways})`;
  if (heads.includes('')) return `“${text}” must begin with text or a short choice of texts`;
  return whole && !part.looks ? { text, heads } : { text, heads, regex: new RegExp(part.source, 'y') };
}

/** Checks a piece of a pattern, such as a word class. Returns the fault in words when it is outside the language. */
export function compilePart(text: string, classes: WordClasses): Part | string {
  try {
    return new Parser(halfWidth(text), classes).whole();
  } catch (error) {
    return `“${text}” is not a pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Full-width signs as the normaliser leaves them: half-width, and plain text even where the language has a use for them. */
function halfWidth(text: string): string {
  return text.replaceAll(/[\uFF01-\uFF5E]/gu, (sign) => {
    const half = String.fromCharCode(sign.charCodeAt(0) - 0xfee0);
    return /[a-z0-9]/iu.test(half) ? half.toLowerCase() : `\\${half}`;
  });
}

class Parser {
  readonly #text: string;
  readonly #classes: WordClasses;
  #at = 0;

  constructor(text: string, classes: WordClasses) {
    this.#text = text;
    this.#classes = classes;
  }

  whole(): Part {
    const part = this.#choice();
    if (this.#at < this.#text.length) throw new SyntaxError(`unexpected ${this.#text[this.#at] ?? ''}`);
    return part;
  }

  #choice(): Part {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return choose(parts);
  }

  #sequence(): Part {
    let part: Part = { source: '', heads: NOTHING, ways: 1, looks: false, words: [''] };
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) {
      const next = this.#repeat(this.#atom());
      part = {
        source: part.source + next.source,
        heads: follow(part.heads, next.heads),
        ...spelled(part, next),
        ways: part.ways * next.ways,
        looks: part.looks || next.looks,
      };
    }
    return part;
  }

  #repeat(part: Part): Part {
    if (this.#take('?')) {
      const heads = [closed(''), ...part.heads];
      const { source, ways, looks } = part;
      return { source: `(?:${source})?`, heads, ways, looks };
    }
    const count = /\{(\d+)(?:,(\d+))?\}/uy;
    count.lastIndex = this.#at;
    const match = count.exec(this.#text);
    if (match === null) return part;
    this.#at = count.lastIndex;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    if (high > REPEAT_MAX || low > high) throw new SyntaxError(`${match[0]} is out of bounds`);
    if (part.ways > 1) throw new SyntaxError(`${match[0]} repeats something that repeats`);
    const heads = high === 1 ? part.heads : part.heads.map(opened);
    const source = `(?:${part.source})${match[0]}`;
    const ways = high - low + 1;
    return { source, heads: low === 0 ? [closed(''), ...heads] : heads, ways, looks: part.looks };
  }

  #atom(): Part {
    const unit = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (unit === '(') return this.#group();
    if (unit === '[') return this.#set();
    if (unit === '<') return this.#named();
    if (unit === '.') return { source: '.', heads: ANYTHING, ways: 1, looks: false };
    if (unit === '$') return { source: '$', heads: NOTHING, ways: 1, looks: true };
    if (unit === '\\') return this.#escape();
    if ('*+?{}]>^'.includes(unit)) throw new SyntaxError(`${unit} is not allowed here`);
    return literal(unit);
  }

  #escape(): Part {
    const unit = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (unit === 'd') return { source: '[0-9]', heads: Array.from('0123456789', closed), ways: 1, looks: false };
    if (unit === 'b') return { source: '\\b', heads: NOTHING, ways: 1, looks: true };
    if (/[a-z0-9]/iu.test(unit) || unit === '') throw new SyntaxError(`\\${unit} is not known`);
    return literal(unit);
  }

  #group(): Part {
    const look = ['?=', '?!', '?<=', '?<!'].find((sign) => this.#text.startsWith(sign, this.#at));
    if (look !== undefined) this.#at += look.length;
    else if (this.#text.startsWith('?:', this.#at)) this.#at += 2;
    const inner = this.#choice();
    if (!this.#take(')')) throw new SyntaxError('a bracket is not closed');
    if (look === undefined) return { ...inner, source: `(?:${inner.source})` };
    return { source: `(${look}${inner.source})`, heads: NOTHING, ways: inner.ways, looks: true };
  }

  #set(): Part {
    const close = this.#text.indexOf(']', this.#at);
    if (close < 0) throw new SyntaxError('a bracket is not closed');
    const body = this.#text.slice(this.#at, close);
    this.#at = close + 1;
    const source = `[${body}]`;
    const digits = '0123456789';
    const ranges = body.replace('0-9', digits).replace('\\d', digits).replace('a-z', 'abcdefghijklmnopqrstuvwxyz');
    const listed = ranges.replaceAll(/\\(.)/gu, '$1');
    const plain = !body.startsWith('^') && !/[^\\]-/u.test(ranges);
    return { source, heads: plain ? Array.from(listed, closed) : ANYTHING, ways: 1, looks: false };
  }

  #named(): Part {
    const close = this.#text.indexOf('>', this.#at);
    const name = this.#text.slice(this.#at, close);
    const part = this.#classes.get(name);
    if (close < 0 || part === undefined) throw new SyntaxError(`there is no word class <${name}>`);
    this.#at = close + 1;
    return part;
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }
}

function literal(unit: string): Part {
  return { source: escaped(unit), heads: [closed(unit)], ways: 1, looks: false, words: [unit] };
}

/** The words of one part followed by another, when both are lists of few words. */
function spelled(a: Part, b: Part): { readonly words?: readonly string[] } {
  if (a.words === undefined || b.words === undefined || a.words.length * b.words.length > WORDS_MAX) return {};
  const tails = b.words;
  return { words: a.words.flatMap((word) => tails.map((tail) => word + tail)) };
}

function choose(parts: readonly Part[]): Part {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const heads = parts.flatMap((part) => part.heads);
  if (heads.length > HEADS_MAX) throw new SyntaxError(`${heads.length} ways to begin`);
  const ways = Math.max(...parts.map((part) => part.ways));
  const looks = parts.some((part) => part.looks);
  const words = parts.flatMap((part) => part.words ?? []);
  const others = parts.filter((part) => part.words === undefined).map((part) => part.source);
  const optional = words.includes('');
  const listed = alternation(words.filter((word) => word !== ''));
  const source = `(?:${[...(listed === '' ? [] : [listed]), ...others, ...(optional ? [''] : [])].join('|')})`;
  return others.length === 0 ? { source, heads, ways, looks, words } : { source, heads, ways, looks };
}

/** The heads of `a` followed by `b`: longer ones as long as they stay few and short. */
function follow(a: readonly Head[], b: readonly Head[]): readonly Head[] {
  const single = a.length === 1 && b.length === 1;
  const grown = a.flatMap((head) => {
    if (head.open || (head.text.length >= HEAD_LENGTH_MAX && !single)) return [opened(head)];
    return b.map((tail) => ({ text: head.text + tail.text, open: tail.open }));
  });
  return grown.length <= HEADS_MAX ? grown : a.map(opened);
}
