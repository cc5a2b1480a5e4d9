// Text as a reader understands it, with the way back: tricks of spelling undone, every unit mapped to where it came from.
import { crossesWords } from './boundary.ts';
import { Folder, kinds, type Kind } from './fold.ts';
import { Trie } from './trie.ts';

/** Normalised text. Unit i stands for the original's UTF-16 units from starts[i] up to ends[i]. */
export interface Normalised {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Disguised spellings and what they stand for, e.g. 氵台疗 → 治疗. Both are in folded form. */
export type Spellings = ReadonlyMap<string, string>;

/** Invisible signs that belong to the character before them: variation selector, keycap. */
const SIGNS = new Set([0xfe0f, 0x20e3]);

/** The one divider inside a spelling. */
const DIVIDED = /(?<=\p{Script=Han})[。.,、/|!?;:](?=\p{Script=Han})/u;
/** So many characters around a divided word tell whether it is one. */
const NEIGHBOURS = 8;

interface Units {
  readonly texts: string[];
  readonly kinds: Kind[];
  readonly starts: number[];
  readonly ends: number[];
}

export class Normaliser {
  readonly #folder: Folder;
  readonly #spellings = new Trie<{ readonly spelling: string; readonly plain: string }>();

  /** `forms` maps single characters to their plain form: traditional ones, variants, telling emoji. */
  constructor(forms: ReadonlyMap<string, string>, spellings: Spellings) {
    this.#folder = new Folder(forms);
    for (const [spelling, plain] of spellings) this.#spellings.add(spelling, [{ spelling, plain }]);
  }

  /**
   * NFKC, lower case, simplified characters; invisible characters, and separators or emoji between Han characters,
   * removed; disguised spellings replaced. Never throws; lone surrogates stay as they are.
   */
  normalise(text: string): Normalised {
    const units = this.#fold(text);
    const kept = keep(units);
    return this.#respell(kept);
  }

  #fold(text: string): Units {
    const units: Units = { texts: [], kinds: [], starts: [], ends: [] };
    for (let at = 0; at < text.length;) {
      const codePoint = text.codePointAt(at) ?? 0x20;
      const end = at + (codePoint > 0xffff ? 2 : 1);
      const folded = this.#folder.fold(codePoint);
      for (let i = 0; i < folded.text.length; i += 1) {
        units.texts.push(folded.text.charAt(i));
        units.kinds.push(folded.kind);
        units.starts.push(at);
        units.ends.push(end);
      }
      if (folded.text === '' && SIGNS.has(codePoint) && units.ends.length > 0) units.ends[units.ends.length - 1] = end;
      at = end;
    }
    return units;
  }

  #respell(units: Units): Normalised {
    const text = units.texts.join('');
    const found = this.#disguises(text);
    if (found.length === 0) return { text, starts: units.starts, ends: units.ends };
    const out = { text: '', starts: [] as number[], ends: [] as number[] };
    let at = 0;
    const copy = (until: number): void => {
      out.text += text.slice(at, until);
      for (; at < until; at += 1) {
        out.starts.push(units.starts[at] ?? 0);
        out.ends.push(units.ends[at] ?? 0);
      }
    };
    for (const { start, end, plain } of found) {
      copy(start);
      out.text += plain;
      for (let i = 0; i < plain.length; i += 1) {
        out.starts.push(units.starts[start] ?? 0);
        out.ends.push(units.ends[end - 1] ?? 0);
      }
      at = end;
    }
    copy(text.length);
    return out;
  }

  /** The disguised spellings in a text, the longest at each place. */
  #disguises(text: string): { start: number; end: number; plain: string }[] {
    const found: { start: number; end: number; plain: string }[] = [];
    for (let at = 0; at < text.length;) {
      const best = this.#disguiseAt(text, at);
      if (best !== undefined) found.push({ start: at, ...best });
      at = best?.end ?? at + 1;
    }
    return found;
  }

  #disguiseAt(text: string, at: number): { end: number; plain: string } | undefined {
    let best: { end: number; plain: string } | undefined;
    let node = this.#spellings.root(text.charCodeAt(at));
    for (let end = at + 1; node !== undefined; end += 1) {
      for (const { spelling, plain } of node.values) {
        if (standsAlone(text, at, end, spelling)) best = { end, plain };
      }
      node = end < text.length ? node.child(text.charCodeAt(end)) : undefined;
    }
    return best;
  }
}

const isLetter = (unit: string): boolean => unit >= 'a' && unit <= 'z';

/** Whether a word that a divider cuts in two is a word here, and not the end of one clause and the start of the next. */
function isOneWord(text: string, start: number, end: number, spelling: string): boolean {
  const before = text.slice(Math.max(0, start - NEIGHBOURS), start);
  const word = spelling.replace(DIVIDED, '');
  return !crossesWords(before + word + text.slice(end, end + NEIGHBOURS), before.length, before.length + word.length);
}

/** A spelling that begins or ends in letters must not be part of a longer word. */
function standsAlone(text: string, start: number, end: number, spelling: string): boolean {
  if (DIVIDED.test(spelling)) return isOneWord(text, start, end, spelling);
  if (isLetter(spelling.charAt(0)) && isLetter(text.charAt(start - 1))) return false;
  return !(isLetter(spelling.charAt(spelling.length - 1)) && isLetter(text.charAt(end)));
}

/** Drops what only separates: gaps between Han characters or digits, and brackets or dividers around single characters. */
function keep(units: Units): Units {
  if (!units.kinds.some((kind) => kind >= kinds.gap)) return units;
  const dropped = new Uint8Array(units.texts.length);
  dropGaps(units, dropped);
  dropWrapping(units, dropped);
  const left = { texts: [] as string[], kinds: [] as Kind[], starts: [] as number[], ends: [] as number[] };
  for (const [i, unit] of units.texts.entries()) {
    if (dropped[i] === 1) continue;
    left.texts.push(unit);
    left.kinds.push(units.kinds[i] ?? kinds.other);
    left.starts.push(units.starts[i] ?? 0);
    left.ends.push(units.ends[i] ?? 0);
  }
  return left;
}

function dropGaps(units: Units, dropped: Uint8Array): void {
  for (let at = 0; at < units.kinds.length; at += 1) {
    if (units.kinds[at] !== kinds.gap) continue;
    let end = at;
    while (units.kinds[end] === kinds.gap) end += 1;
    const before = units.kinds[at - 1];
    const after = units.kinds[end];
    const beside = before === kinds.han || after === kinds.han;
    if (beside && isText(before) && isText(after)) dropped.fill(1, at, end);
    at = end;
  }
}

const isText = (kind: Kind | undefined): boolean => kind === kinds.han || kind === kinds.word;

function dropWrapping(units: Units, dropped: Uint8Array): void {
  const { kinds: kind } = units;
  const separates = (i: number): boolean => kind[i] === kinds.divider;
  for (let at = 1; at < kind.length - 1; at += 1) {
    if (kind[at] !== kinds.han) continue;
    const before = kind[at - 2] === kinds.han;
    const after = kind[at + 2] === kinds.han;
    const wrapped = kind[at - 1] === kinds.open && (kind[at + 1] === kinds.close || kind[at + 1] === kinds.open);
    if (wrapped ? before || after : separates(at - 1) && separates(at + 1) && before && after) {
      dropped[at - 1] = 1;
      dropped[at + 1] = 1;
    }
  }
}
