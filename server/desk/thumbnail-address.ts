// The address under which a page finds the small picture of a row, and what it means.
import type { PictureRef } from '../domain/row-pictures.ts';

type Plain = readonly [string] | readonly [name: string, part: string, crc32: number, sizeBytes: number];

/** Everything that names the picture is in the address: the server remembers nothing about it. */
export function thumbnailOf(workbook: string, ref: PictureRef): string {
  const plain: Plain = ref.kind === 'file' ? [ref.path] : [ref.name, ref.part, ref.crc32, ref.sizeBytes];
  return `/api/thumbnails/${workbook}/${Buffer.from(JSON.stringify(plain)).toString('base64url')}`;
}

/** The picture of an address; undefined when it names none. */
export function pictureOf(token: string): PictureRef | undefined {
  try {
    const plain: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(plain)) return undefined;
    const [name, part, crc32, sizeBytes] = plain as unknown[];
    if (typeof name !== 'string') return undefined;
    if (part === undefined) return { kind: 'file', path: name };
    const isWhole = typeof part === 'string' && typeof crc32 === 'number' && typeof sizeBytes === 'number';
    return isWhole ? { kind: 'embedded', name, part, crc32, sizeBytes } : undefined;
  } catch {
    return undefined;
  }
}
