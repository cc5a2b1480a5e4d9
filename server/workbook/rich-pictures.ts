// Pictures that Excel keeps as a cell's value ("Place in Cell"): the way from the cell's number to the picture.
import type { EmbeddedPicture } from '../domain/row-pictures.ts';
import { parsePart, partOfKind, picturesById } from './embedded-pictures.ts';
import type { Package, Relationship } from './package.ts';
import { relationshipId } from './xml.ts';

/** The picture of the number that a cell holds as `vm`, counted from 1. */
export type PictureByValue = (richValue: number) => EmbeddedPicture | undefined;

const PICTURE_KEY = '_rvRel:LocalImageIdentifier';

/**
 * Reads the tables of rich values ([MS-XLSX] 2.3.6.1 on): value metadata → rich value → its structure's key for local
 * pictures → list of relationships. undefined when the workbook has none. `links` are those of the workbook part.
 */
export async function readRichPictures(
  pkg: Package,
  links: readonly Relationship[],
  signal?: AbortSignal,
): Promise<PictureByValue | undefined> {
  const metadata = partOfKind(pkg, links, 'sheetMetadata');
  const values = partOfKind(pkg, links, 'rdRichValue');
  const structures = partOfKind(pkg, links, 'rdRichValueStructure');
  const relations = partOfKind(pkg, links, 'richValueRel');
  if (metadata === undefined || values === undefined || structures === undefined || relations === undefined) {
    return undefined;
  }
  const indices = await readValueIndices(pkg, metadata, signal);
  const places = await readPicturePlaces(pkg, structures, signal);
  const richValues = await readRichValues(pkg, values, places, signal);
  const ids = await readRelationIds(pkg, relations, signal);
  const pictureOf = await picturesById(pkg, relations, signal);
  return (richValue) => {
    const relation = richValues[indices[richValue - 1] ?? -1];
    return relation === undefined ? undefined : pictureOf(ids[relation]);
  };
}

/** Per value metadata: the index of its rich value; undefined for metadata of other kinds. */
async function readValueIndices(pkg: Package, part: string, signal?: AbortSignal): Promise<(number | undefined)[]> {
  const types: string[] = [];
  const blocks = new Map<string, (number | undefined)[]>();
  const records: { type: number; block: number }[] = [];
  let section = '';
  let future: (number | undefined)[] = [];
  const open = (name: string, attributes: Readonly<Record<string, string>>, depth: number) => {
    if (depth === 2) section = name;
    if (name === 'metadataType') types.push(attributes['name'] ?? '');
    if (name === 'futureMetadata') blocks.set(attributes['name'] ?? '', (future = []));
    if (name === 'bk' && section === 'futureMetadata') future.push(undefined);
    if (name === 'bk' && section === 'valueMetadata') records.push({ type: -1, block: -1 });
    if (name === 'rvb' && future.length > 0) future[future.length - 1] = Number(attributes['i']);
    if (name === 'rc' && section === 'valueMetadata' && records.length > 0) {
      records[records.length - 1] = { type: Number(attributes['t']) - 1, block: Number(attributes['v']) };
    }
  };
  await parsePart(pkg, part, { open }, signal);
  return records.map(({ type, block }) => blocks.get(types[type] ?? '')?.[block]);
}

/** Per structure: the place of the key for a local picture among its keys; -1 when it has none. */
async function readPicturePlaces(pkg: Package, part: string, signal?: AbortSignal): Promise<number[]> {
  const places: number[] = [];
  let count = 0;
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 's') {
      places.push(-1);
      count = 0;
    } else if (name === 'k') {
      if (attributes['n'] === PICTURE_KEY && places.length > 0) places[places.length - 1] = count;
      count += 1;
    }
  };
  await parsePart(pkg, part, { open }, signal);
  return places;
}

/** Per rich value: the index of its picture's relationship; undefined when it is no picture. */
async function readRichValues(
  pkg: Package,
  part: string,
  places: readonly number[],
  signal?: AbortSignal,
): Promise<(number | undefined)[]> {
  const found: (number | undefined)[] = [];
  let place = -1;
  let index = -1;
  let text: string | undefined;
  const handlers = {
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      if (name === 'rv') {
        found.push(undefined);
        place = places[Number(attributes['s'])] ?? -1;
        index = -1;
      } else if (name === 'v') {
        index += 1;
        text = index === place ? '' : undefined;
      }
    },
    text: (piece: string) => {
      if (text !== undefined) text += piece;
    },
    close: (name: string) => {
      if (name !== 'v' || text === undefined) return;
      found[found.length - 1] = Number(text);
      text = undefined;
    },
  };
  await parsePart(pkg, part, handlers, signal);
  return found;
}

async function readRelationIds(pkg: Package, part: string, signal?: AbortSignal): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'rel') ids.push(relationshipId(attributes));
  };
  await parsePart(pkg, part, { open }, signal);
  return ids;
}
