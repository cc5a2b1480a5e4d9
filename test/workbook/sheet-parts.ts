// Which part holds which sheet, found by the tests' own reading of the relationships.
import { posix } from 'node:path';
import { SaxesParser } from 'saxes';
import { contentOf, readZip, type ReadPart } from './read-zip.ts';

export interface SheetPartNames {
  readonly workbook: string;
  /** By sheet name. */
  readonly sheets: ReadonlyMap<string, string>;
}

/** Reads the names from the bytes of a workbook. */
export function sheetParts(bytes: Buffer): SheetPartNames {
  const parts = readZip(bytes);
  const office = tagsOf(parts, '_rels/.rels').find((tag) => tag['Type']?.endsWith('/officeDocument'));
  const workbook = resolve('', office?.['Target'] ?? '');
  const folder = posix.dirname(workbook);
  const links = tagsOf(parts, posix.join(folder, '_rels', `${posix.basename(workbook)}.rels`));
  const sheets = new Map<string, string>();
  for (const tag of tagsOf(parts, workbook)) {
    const id = Object.entries(tag).find(([name]) => name.endsWith(':id'))?.[1];
    const link = links.find((one) => one['Id'] === id);
    if (tag['name'] === undefined || id === undefined || link === undefined) continue;
    sheets.set(tag['name'], resolve(folder, link['Target'] ?? ''));
  }
  return { workbook, sheets };
}

function resolve(folder: string, target: string): string {
  const path = target.replaceAll('\\', '/');
  return path.startsWith('/') ? path.slice(1) : posix.normalize(posix.join(folder, path));
}

function tagsOf(parts: ReadonlyMap<string, ReadPart>, name: string): Record<string, string>[] {
  const part = [...parts.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (part === undefined) return [];
  const tags: Record<string, string>[] = [];
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  parser.on('opentag', (tag) => tags.push(tag.attributes));
  parser.write(new TextDecoder().decode(contentOf(part))).close();
  return tags;
}
