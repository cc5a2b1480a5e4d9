// The pattern language of the tables: a bounded subset of regular expressions that can only be tried where it may match.

/** Named word lists that a pattern may use as `<name>`. */
export type WordClasses = ReadonlyMap<string, readonly string[]>;

/** A checked pattern over normalised text. */
export interface Pattern {
  readonly text: string;
  /** Every match begins with one of these. */
  readonly heads: readonly string[];
  /** Present unless the heads are the whole pattern; sticky. */
  readonly regex?: RegExp;
}

const HEADS_MAX = 4000;
const HEAD_LENGTH_MAX = 4;
const REPEAT_MAX = 24;
/** The most ways the counted repeats of one pattern may combine: the bound on its steps at one position. */
const COMBINATIONS_MAX = 800;

/** The strings a part of a pattern can begin with; `whole` when they are all of what it matches. */
interface Heads {
  readonly set: readonly string[];
  readonly whole: boolean;
}

interface Part {
  readonly source: string;
  readonly heads: Heads;
  /** Product of the ranges of the repeats inside. */
  readonly ways: number;
}

const NOTHING: Heads = { set: [''], whole: true };
const ANYTHING: Heads = { set: [''], whole: false };

/**
 * Checks a pattern and finds its heads. The language: text, `[…]` with ranges and `^`, `.`, `\d`, `(a|b)`, `?`, `{n,m}`
 * with m ≤ 24, `(?=…)` `(?!…)` `(?<=…)` `(?<!…)`, and `<name>` for a word class. No unbounded repeats, so a match costs a
 * bounded number of steps. Returns the fault in words when the pattern is outside the language.
 */
export function compilePattern(text: string, classes: WordClasses): Pattern | string {
  try {
    const parser = new Parser(text, classes);
    const part = parser.whole();
    const { set, whole } = part.heads;
    if (part.ways > COMBINATIONS_MAX) return `“${text}” repeats in too many ways (${part.ways})`;
    if (set.includes('')) return `“${text}” must begin with text or a short choice of texts`;
    const heads = [...new Set(set)];
    return whole && !parser.looks ? { text, heads } : { text, heads, regex: new RegExp(part.source, 'y') };
  } catch (error) {
    return `“${text}” is not a pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}

class Parser {
  /** Whether the pattern looks around itself. */
  looks = false;
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
    let part: Part = { source: '', heads: NOTHING, ways: 1 };
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) {
      const next = this.#repeat(this.#atom());
      part = {
        source: part.source + next.source,
        heads: follow(part.heads, next.heads),
        ways: part.ways * next.ways,
      };
    }
    return part;
  }

  #repeat(part: Part): Part {
    if (this.#take('?')) {
      const heads = { set: ['', ...part.heads.set], whole: part.heads.whole };
      return { source: `(?:${part.source})?`, heads, ways: part.ways + 1 };
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
    const heads = low === 0 ? ANYTHING : { set: part.heads.set, whole: part.heads.whole && high === 1 };
    return { source: `(?:${part.source})${match[0]}`, heads, ways: high - low + 1 };
  }

  #atom(): Part {
    const unit = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (unit === '(') return this.#group();
    if (unit === '[') return this.#set();
    if (unit === '<') return this.#named();
    if (unit === '.') return { source: '.', heads: ANYTHING, ways: 1 };
    if (unit === '\\') return this.#escape();
    if ('*+?{}]>^$'.includes(unit)) throw new SyntaxError(`${unit} is not allowed here`);
    return literal(unit);
  }

  #escape(): Part {
    const unit = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (unit === 'd') return { source: '[0-9]', heads: { set: Array.from('0123456789'), whole: true }, ways: 1 };
    if (unit === 'b') {
      this.looks = true;
      return { source: '\\b', heads: NOTHING, ways: 1 };
    }
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
    this.looks = true;
    return { source: `(${look}${inner.source})`, heads: NOTHING, ways: inner.ways };
  }

  #set(): Part {
    const close = this.#text.indexOf(']', this.#at);
    if (close < 0) throw new SyntaxError('a bracket is not closed');
    const body = this.#text.slice(this.#at, close);
    this.#at = close + 1;
    const source = `[${body}]`;
    const listed = body.replace('0-9', '0123456789').replace('a-z', 'abcdefghijklmnopqrstuvwxyz');
    const plain = !listed.startsWith('^') && !/[\\-]/u.test(listed);
    return { source, heads: plain ? { set: Array.from(listed), whole: true } : ANYTHING, ways: 1 };
  }

  #named(): Part {
    const close = this.#text.indexOf('>', this.#at);
    const name = this.#text.slice(this.#at, close);
    const words = this.#classes.get(name);
    if (close < 0 || words === undefined) throw new SyntaxError(`there is no word class <${name}>`);
    this.#at = close + 1;
    const longestFirst = [...words].sort((a, b) => b.length - a.length);
    return choose(longestFirst.map((word) => Array.from(word, literal).reduce(join)));
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }
}

function literal(unit: string): Part {
  const source = /[\\^$.*+?()[\]{}|/]/u.test(unit) ? `\\${unit}` : unit;
  return { source, heads: { set: [unit], whole: true }, ways: 1 };
}

const join = (a: Part, b: Part): Part => ({
  source: a.source + b.source,
  heads: follow(a.heads, b.heads),
  ways: a.ways * b.ways,
});

function choose(parts: readonly Part[]): Part {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const heads = { set: parts.flatMap((part) => part.heads.set), whole: parts.every((part) => part.heads.whole) };
  if (heads.set.length > HEADS_MAX) throw new SyntaxError(`${heads.set.length} ways to begin`);
  const ways = Math.max(...parts.map((part) => part.ways));
  return { source: `(?:${parts.map((part) => part.source).join('|')})`, heads, ways };
}

/** The heads of `a` followed by `b`: longer ones as long as all of `a` is known and they stay few and short. */
function follow(a: Heads, b: Heads): Heads {
  if (!a.whole) return a;
  const few = a.set.length * b.set.length <= HEADS_MAX;
  const short = a.set.every((head) => head === '' || head.length < HEAD_LENGTH_MAX || a.set.length === 1);
  if (!few || (!short && !b.whole)) return { set: a.set, whole: false };
  if (b.set.length > 1 && !short) return { set: a.set, whole: false };
  return { set: a.set.flatMap((head) => b.set.map((tail) => head + tail)), whole: b.whole };
}
