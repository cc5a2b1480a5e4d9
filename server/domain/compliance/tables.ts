// Reads the small tables beside the lexicon: word classes, character forms, disguised spellings, names.
import type { Spellings } from './normalise.ts';
import { compilePart, type Part, type WordClasses } from './pattern.ts';
import { parseTsv } from './tsv.ts';
import type { Fault } from './types.ts';

/** A table as a map, with its faults. */
export interface ParsedMap<V> {
  readonly map: ReadonlyMap<string, V>;
  readonly faults: readonly Fault[];
}

/** Word classes: `name` and `words`, a piece of a pattern that may use the classes above it. */
export function parseClasses(text: string): { readonly map: WordClasses; readonly faults: readonly Fault[] } {
  const table = parseTsv(text, ['name', 'words']);
  const faults: Fault[] = [...table.faults];
  const map = new Map<string, Part>();
  for (const row of table.rows) {
    const name = row.cell('name');
    const part = compilePart(row.cell('words'), map);
    if (typeof part === 'string') faults.push({ line: row.line, text: part });
    else if (map.has(name)) faults.push({ line: row.line, text: `the class ${name} is there twice` });
    else map.set(name, part);
  }
  return { map, faults };
}

/** Single characters and their plain form: `from` (several together) and `to`. */
export function parseForms(text: string): ParsedMap<string> {
  const table = parseTsv(text, ['from', 'to']);
  const faults: Fault[] = [...table.faults];
  const map = new Map<string, string>();
  for (const row of table.rows) {
    const to = row.cell('to');
    if (to === '') faults.push({ line: row.line, text: 'no plain form' });
    for (const character of row.cell('from')) map.set(character, to);
  }
  return { map, faults };
}

/**
 * Disguised spellings. Rows of three kinds: `spelling` (from → to), `reading` (a character and its pinyin), and `core`
 * (a word, in from, that people disguise by writing characters of it in pinyin or by their first letter).
 */
export function parseSpellings(text: string): { readonly map: Spellings; readonly faults: readonly Fault[] } {
  const table = parseTsv(text, ['kind', 'from', 'to']);
  const faults: Fault[] = [...table.faults];
  const map = new Map<string, string>();
  const readings = new Map<string, string>();
  for (const row of table.rows) {
    const kind = row.cell('kind');
    const [from, to] = [row.cell('from'), row.cell('to')];
    if (from === '' || (to === '' && kind !== 'core')) faults.push({ line: row.line, text: 'a cell is empty' });
    else if (kind === 'reading') for (const character of from) readings.set(character, to);
    else if (kind === 'spelling') map.set(from, to);
    else if (kind !== 'core') faults.push({ line: row.line, text: `“${kind}” is not spelling, reading or core` });
  }
  for (const row of table.rows.filter((one) => one.cell('kind') === 'core')) {
    for (const word of row.list('from')) {
      const missing = Array.from(word).filter((character) => !readings.has(character));
      if (missing.length > 0) faults.push({ line: row.line, text: `no reading of ${missing.join('')} in ${word}` });
      for (const disguise of disguises(word, readings)) if (!map.has(disguise)) map.set(disguise, word);
    }
  }
  return { map, faults };
}

/** Shorter words are too easily met by chance when a character is a single letter. */
const INITIALS_MIN = 3;

/** Signs that people put into a word to break it up; brackets and gaps go before. */
const DIVIDERS = Array.from('。.,、/|!?;:');

/**
 * A word with one character in pinyin, or all of them; longer words also with one, not the first, as its first letter;
 * and with one divider in it.
 */
function disguises(word: string, readings: ReadonlyMap<string, string>): readonly string[] {
  const characters = Array.from(word);
  const read = characters.map((character) => readings.get(character) ?? character);
  const found = [read.join('')];
  for (let i = 0; i < characters.length; i += 1) {
    const swapped = (part: string): string => [...characters.slice(0, i), part, ...characters.slice(i + 1)].join('');
    const sound = read[i] ?? '';
    found.push(swapped(sound));
    if (i > 0 && characters.length >= INITIALS_MIN) found.push(swapped(sound.charAt(0)));
    const [left, right] = [characters.slice(0, i).join(''), characters.slice(i).join('')];
    if (i > 0) found.push(...DIVIDERS.map((sign) => left + sign + right));
  }
  return found.filter((one) => one !== word);
}
