// Pictures that WPS keeps in cells: a formula that names an ID, and the part that says which picture has it.
import type { EmbeddedPicture } from '../domain/row-pictures.ts';
import { parsePart, partOfKind, picturesById } from './embedded-pictures.ts';
import type { Package, Relationship } from './package.ts';
import { relationshipId } from './xml.ts';

/** The ID that a cell's formula shows the picture of: `DISPIMG("ID_…",1)`, with or without `_xlfn.`. */
export function wpsPictureId(formula: string): string | undefined {
  return /\bDISPIMG\s*\(\s*"([^"]+)"/i.exec(formula)?.[1];
}

/** The pictures by ID; undefined when the workbook has none. `links` are those of the workbook part. */
export async function readWpsPictures(
  pkg: Package,
  workbookPart: string,
  links: readonly Relationship[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, EmbeddedPicture> | undefined> {
  const folder = workbookPart.slice(0, workbookPart.lastIndexOf('/') + 1);
  const part = partOfKind(pkg, links, 'cellImage') ?? pkg.find(`${folder}cellimages.xml`)?.name;
  if (part === undefined) return undefined;
  const pictureOf = await picturesById(pkg, part, signal);
  const found = new Map<string, EmbeddedPicture>();
  let id = '';
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'pic') id = '';
    if (name === 'cNvPr') id = attributes['name'] ?? '';
    const picture = name === 'blip' ? pictureOf(relationshipId(attributes, 'embed')) : undefined;
    if (picture !== undefined && id !== '') found.set(id, picture);
  };
  await parsePart(pkg, part, { open }, signal);
  return found;
}
