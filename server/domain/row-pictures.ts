// Which pictures belong to a row: the files that its cells name, and those that lie in the workbook itself.
import { formatAddress } from './cell-address.ts';
import type { ColumnMap } from './columns.ts';
import { splitPicturePaths } from './picture-paths.ts';

/** A picture inside a workbook's file. Programs rename its part when they save; checksum and size stay. */
export interface EmbeddedPicture {
  /** The name of its part. */
  readonly part: string;
  readonly crc32: number;
  readonly sizeBytes: number;
}

/** Where a picture lies in a sheet. */
export interface CellPicture {
  /** 1-based. */
  readonly row: number;
  /** 0-based. */
  readonly column: number;
  /** Whether it is the cell's own value, or floats over the sheet with most of it in this row. */
  readonly place: 'in-cell' | 'floating';
  readonly picture: EmbeddedPicture;
}

/** A picture that a row is about. */
export type PictureRef =
  | { readonly kind: 'file'; readonly path: string }
  | ({ readonly kind: 'embedded'; readonly name: string } & EmbeddedPicture);

/** What a person would call the picture: its path, or the cell it lies in. */
export function pictureName(ref: PictureRef): string {
  return ref.kind === 'file' ? ref.path : ref.name;
}

/** What a row's fingerprint holds of a picture: the path, or what tells the content of an embedded one apart. */
export function pictureIdentity(ref: PictureRef): unknown {
  return ref.kind === 'file' ? ref.path : [ref.crc32, ref.sizeBytes];
}

/** What of a row matters here. */
export interface PictureSource {
  readonly texts: ReadonlyMap<number, string>;
  /** The embedded pictures of this row. */
  readonly pictures: readonly CellPicture[];
}

/**
 * The pictures of a row, each embedded one once: those of its picture columns, named, in the cell, or floating over a cell that
 * has neither; else those in any other cells that are not filled by the program; else those floating anywhere in the row.
 * Where there are picture columns a picture that floats elsewhere makes no product of a row without any text.
 */
export function picturesOf(source: PictureSource, map: ColumnMap): readonly PictureRef[] {
  const named = map.pictures.flatMap(({ index }) => inPictureColumn(source, index));
  if (named.length > 0) return withoutRepeats(named);
  const outputs = new Set([...map.outputs.values()].map((ref) => ref.index));
  const sorted = source.pictures.toSorted((a, b) => a.column - b.column);
  const inCells = sorted.filter(({ place, column }) => place === 'in-cell' && !outputs.has(column));
  if (inCells.length > 0) return withoutRepeats(inCells.map(embedded));
  if (map.pictures.length > 0 && !hasInputText(source, outputs)) return [];
  return withoutRepeats(sorted.filter(({ place }) => place === 'floating').map(embedded));
}

function inPictureColumn({ texts, pictures }: PictureSource, column: number): PictureRef[] {
  const paths = splitPicturePaths((texts.get(column) ?? '').trim());
  if (paths.length > 0) return paths.map((path) => ({ kind: 'file', path }));
  const here = pictures.filter((one) => one.column === column);
  const inCell = here.filter(({ place }) => place === 'in-cell');
  return (inCell.length > 0 ? inCell : here).map(embedded);
}

function hasInputText({ texts }: PictureSource, outputs: ReadonlySet<number>): boolean {
  return [...texts].some(([column, text]) => !outputs.has(column) && text.trim() !== '');
}

function embedded({ row, column, picture }: CellPicture): PictureRef {
  const { part, crc32, sizeBytes } = picture;
  const name = `${formatAddress({ row, column })} (${part.slice(part.lastIndexOf('/') + 1)})`;
  return { kind: 'embedded', name, part, crc32, sizeBytes };
}

function withoutRepeats(refs: readonly PictureRef[]): readonly PictureRef[] {
  const seen = new Set<string>();
  return refs.filter((ref) => {
    const identity = JSON.stringify(pictureIdentity(ref));
    const isRepeat = ref.kind === 'embedded' && seen.has(identity);
    seen.add(identity);
    return !isRepeat;
  });
}
