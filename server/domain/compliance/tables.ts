// Reads the small tables beside the lexicon: word classes, character forms, disguised spellings, names.
import type { Spellings } from './normalise.ts';
import { parseTsv } from './tsv.ts';
import type { Fault } from './types.ts';

/** A table as a map, with its faults. */
export interface ParsedMap<V> {
  readonly map: ReadonlyMap<string, V>;
  readonly faults: readonly Fault[];
}

/** Word classes: `name` and `words`, the words around "|". A word "<other>" stands for the words of a class above it. */
export function parseClasses(text: string): ParsedMap<readonly string[]> {
  const table = parseTsv(text, ['name', 'words']);
  const faults: Fault[] = [...table.faults];
  const map = new Map<string, readonly string[]>();
  for (const row of table.rows) {
    const words = row.list('words').flatMap((word) => {
      const other = /^<(.+)>$/u.exec(word)?.[1];
      if (other === undefined) return [word];
      if (!map.has(other)) faults.push({ line: row.line, text: `there is no word class ${word} above this line` });
      return map.get(other) ?? [];
    });
    if (words.includes('')) faults.push({ line: row.line, text: 'an empty word' });
    const name = row.cell('name');
    if (words.length === 0) faults.push({ line: row.line, text: `the class ${name} has no words` });
    map.set(name, [...new Set([...(map.get(name) ?? []), ...words])]);
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

/** A word with one character in pinyin, or all of them; and, but for the first, by their first letter. */
function disguises(word: string, readings: ReadonlyMap<string, string>): readonly string[] {
  const characters = Array.from(word);
  const read = characters.map((character) => readings.get(character) ?? character);
  const found = [read.join('')];
  for (let i = 0; i < characters.length; i += 1) {
    const swapped = (part: string): string => [...characters.slice(0, i), part, ...characters.slice(i + 1)].join('');
    const sound = read[i] ?? '';
    found.push(swapped(sound));
    if (i > 0) found.push(swapped(sound.charAt(0)));
  }
  return found.filter((one) => one !== word);
}
