// From a reference of a part to the picture inside the package that it means.
import type { EmbeddedPicture } from '../domain/row-pictures.ts';
import { isRowscribeError } from '../errors.ts';
import type { Package, Relationship } from './package.ts';
import { parseXml, type XmlHandlers } from './xml.ts';

/** Finds the picture of a relationship's id; undefined when it leads nowhere, outside the file, or to no picture. */
export type PictureById = (id: string | undefined) => EmbeddedPicture | undefined;

/** The pictures that a part's relationships lead to. */
export async function picturesById(pkg: Package, part: string, signal?: AbortSignal): Promise<PictureById> {
  const byId = new Map<string, EmbeddedPicture>();
  for (const { id, kind, part: target } of await pkg.relationships(part, signal)) {
    const entry = kind === 'image' && target !== undefined ? pkg.find(target) : undefined;
    if (entry === undefined || entry.inflatedBytes === 0) continue;
    byId.set(id, { part: entry.name, crc32: entry.crc32, sizeBytes: entry.inflatedBytes });
  }
  return (id) => (id === undefined ? undefined : byId.get(id));
}

/** The first relationship of a kind whose part is there. */
export function partOfKind(pkg: Package, links: readonly Relationship[], kind: string): string | undefined {
  return links.find((link) => link.kind === kind && link.part !== undefined && pkg.find(link.part))?.part;
}

/** Parses a part that is held as a whole. */
export async function parsePart(
  pkg: Package,
  part: string,
  handlers: XmlHandlers,
  signal?: AbortSignal,
): Promise<void> {
  const entry = pkg.part(part);
  await parseXml(pkg, entry, pkg.wholeChunks(entry, signal), handlers);
}

/** What a broken part gives instead: pictures are an extra, for which a readable sheet is not given up. */
export async function unlessBroken<T>(read: Promise<T>, instead: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (isRowscribeError(error, 'workbook-unreadable') || isRowscribeError(error, 'workbook-too-large')) return instead;
    throw error;
  }
}
