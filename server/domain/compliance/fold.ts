// One character at a time: NFKC, lower case, simplified form, and which kind of character it is.

/** What a unit of text is to the normaliser. */
export const kinds = { other: 0, han: 1, word: 2, gap: 3, divider: 4, open: 5, close: 6 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** A folded character: what it becomes (nothing when it is invisible) and what it is. */
export interface Folded {
  readonly text: string;
  readonly kind: Kind;
}

/** Zero-width and formatting characters, variation selectors, the keycap: they never carry meaning in copy. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;
const KEYCAP = 0x20e3;
const HAN = /^\p{Script=Han}$/u;
const WORD = /^[\p{L}\p{N}%]$/u;
const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]$/u;
const MARK = /\p{M}/gu;
const GAPS = new Set(' \t\u00A0\u3000·•‧∙・･˙*_~^`-—–―…￣¨♡♥★☆●○■□◆◇→←↑↓※§¤◎△▽▲▼♪&@#=');
/** Ornaments and lines of any kind; signs that carry meaning are kept. */
const ORNAMENT = /^[\p{So}\p{Sk}\p{Pc}\p{Pd}‖丨]$/u;
const SIGNS = new Set('®©°™');
const DIVIDERS = new Set('/|\\.、,+\n');
const OPENS = new Set('([{<“‘「『【〔〈«‹"\'');
const CLOSES = new Set(')]}>”’」』】〕〉»›"\'');

/** Folds single characters by a table of traditional and variant forms; remembers what it has seen. */
export class Folder {
  readonly #forms: ReadonlyMap<string, string>;
  readonly #seen = new Map<number, Folded>();
  readonly #units: (Folded | undefined)[] = Array.from({ length: 0x10000 });

  constructor(forms: ReadonlyMap<string, string>) {
    this.#forms = forms;
  }

  fold(codePoint: number): Folded {
    if (codePoint < 0x10000) return (this.#units[codePoint] ??= this.#make(codePoint));
    const known = this.#seen.get(codePoint);
    if (known !== undefined) return known;
    const made = this.#make(codePoint);
    if (this.#seen.size < 4096) this.#seen.set(codePoint, made);
    return made;
  }

  #make(codePoint: number): Folded {
    const character = String.fromCodePoint(codePoint);
    const form = this.#forms.get(character);
    if (form !== undefined) return { text: form, kind: kindOf(form) };
    if (codePoint === KEYCAP || INVISIBLE.test(character)) return { text: '', kind: kinds.other };
    if (EMOJI.test(character) && codePoint > 0xff) return { text: ' ', kind: kinds.gap };
    const plain = latin(character.normalize('NFKC').toLowerCase());
    const text = Array.from(plain, (one) => this.#forms.get(one) ?? one).join('');
    return { text, kind: kindOf(text) };
  }
}

/** Letters without their tone marks and accents; other scripts unchanged. */
function latin(text: string): string {
  const bare = text.normalize('NFD').replace(MARK, '');
  return /^[a-z]+$/u.test(bare) ? bare : text;
}

function kindOf(text: string): Kind {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  if (GAPS.has(first) || (ORNAMENT.test(first) && !SIGNS.has(first))) return kinds.gap;
  if (HAN.test(first)) return kinds.han;
  if (WORD.test(first)) return kinds.word;
  if (DIVIDERS.has(first)) return kinds.divider;
  if (OPENS.has(first)) return kinds.open;
  return CLOSES.has(first) ? kinds.close : kinds.other;
}
