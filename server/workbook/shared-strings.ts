// The shared strings of a workbook: the texts that cells name by number.
import { both } from '../domain/language.ts';
import type { Package } from './package.ts';
import { decodeCellText } from './cell-text.ts';
import { parseXml } from './xml.ts';

/** Every shared string, by its number. Errors: `workbook-unreadable`, `workbook-too-large`. */
export async function readSharedStrings(
  pkg: Package,
  part: string | undefined,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const strings: string[] = [];
  await eachSharedString(pkg, part, signal, (text) => strings.push(text));
  return strings;
}

/** Only the shared strings of the given numbers; the others are read past. Errors as above. */
export async function pickSharedStrings(
  pkg: Package,
  part: string | undefined,
  wanted: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const picked = new Map<number, string>();
  if (wanted.size === 0) return picked;
  let index = 0;
  await eachSharedString(pkg, part, signal, (text) => {
    if (wanted.has(index)) picked.set(index, text);
    index += 1;
  });
  return picked;
}

async function eachSharedString(
  pkg: Package,
  part: string | undefined,
  signal: AbortSignal | undefined,
  take: (text: string) => void,
): Promise<void> {
  const entry = part === undefined ? undefined : pkg.find(part);
  if (entry === undefined) return;
  if (entry.inflatedBytes > pkg.limits.sharedStringsBytesMax) {
    throw pkg.tooLarge(both(`部件 ${entry.name}`, `the part ${entry.name}`));
  }
  let text = '';
  let inText = false;
  let phoneticDepth = 0;
  await parseXml(pkg, entry, pkg.chunks(entry, signal), {
    open: (name, _, depth) => {
      if (depth === 2) text = '';
      if (name === 'rPh') phoneticDepth += 1;
      inText = name === 't' && phoneticDepth === 0;
    },
    close: (name, depth) => {
      inText = false;
      if (name === 'rPh') phoneticDepth -= 1;
      if (name === 'si' && depth === 2) take(decodeCellText(text));
    },
    text: (piece) => {
      if (inText) text += piece;
    },
  });
}
