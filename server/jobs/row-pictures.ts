// The pictures of a row, ready to be prepared: paths as they are, those of the workbook with their bytes.
import { pictureName, type PictureRef } from '../domain/row-pictures.ts';
import { RowscribeError } from '../errors.ts';
import type { PictureRequest } from '../ports/images.ts';
import type { Workbooks } from '../ports/workbook.ts';

/** A picture as the port to pictures takes it. */
export type PictureInput = Pick<PictureRequest, 'path' | 'bytes'>;

export interface PictureSource {
  readonly workbooks: Pick<Workbooks, 'open'>;
  /** The workbook in which embedded pictures lie. */
  readonly workbook: string;
  readonly picturesPerRowMax: number;
}

/**
 * Gets the pictures of a row together; the workbook is open only while pictures are read out of it. Errors: `picture-none`,
 * `pictures-too-many`, those of `Workbooks.open` and `Book.readPicture`.
 */
export async function loadPictures(
  pictures: readonly PictureRef[],
  source: PictureSource,
  signal: AbortSignal,
): Promise<readonly PictureInput[]> {
  const countMax = source.picturesPerRowMax;
  if (pictures.length === 0) throw new RowscribeError('picture-none', {});
  if (pictures.length > countMax) throw new RowscribeError('pictures-too-many', { count: pictures.length, countMax });
  if (pictures.every((ref) => ref.kind === 'file')) return pictures.map((ref) => ({ path: pictureName(ref) }));
  const book = await source.workbooks.open(source.workbook, signal);
  try {
    const inputs: PictureInput[] = [];
    for (const ref of pictures) {
      if (ref.kind === 'file') inputs.push({ path: ref.path });
      else inputs.push({ path: ref.name, bytes: await book.readPicture(ref, ref.name, signal) });
    }
    return inputs;
  } finally {
    await book.close();
  }
}
