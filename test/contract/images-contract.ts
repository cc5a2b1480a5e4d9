// What every implementation of the pictures port must do.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import type { Images, PictureRequest } from '../../server/ports/images.ts';

export interface ImagesSubject {
  readonly images: Images;
  readonly baseDir: string;
  /** Two usable pictures that differ, and one that is not there. */
  readonly good: string;
  readonly other: string;
  readonly missing: string;
}

export function describeImagesContract(subject: () => ImagesSubject): void {
  const request = (path: string, imageTokensMax = 26): PictureRequest => ({
    path,
    baseDir: subject().baseDir,
    roots: [],
    imageTokensMin: 20,
    imageTokensMax,
  });

  test('gives a JPEG of the size it says, in whole tokens, within the limits', async () => {
    const { image } = await subject().images.prepare(request(subject().good));
    const meta = await sharp(image.jpeg).metadata();
    expect(meta).toMatchObject({ format: 'jpeg', width: image.widthPx, height: image.heightPx, channels: 3 });
    const tokens = (image.widthPx / 28) * (image.heightPx / 28);
    expect(Number.isInteger(tokens)).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(20);
    expect(tokens).toBeLessThanOrEqual(26);
  });

  test('names the bytes of the picture and of its file by their SHA-256', async () => {
    const { image, sourceSha256 } = await subject().images.prepare(request(subject().good));
    expect(image.sha256).toBe(createHash('sha256').update(image.jpeg).digest('hex'));
    expect(sourceSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives the same bytes for the same picture and others for another', async () => {
    const { images, good, other } = subject();
    const [first, again, another] = await Promise.all([good, good, other].map((path) => images.prepare(request(path))));
    expect(again?.image.sha256).toBe(first?.image.sha256);
    expect(another?.image.sha256).not.toBe(first?.image.sha256);
    expect(another?.sourceSha256).not.toBe(first?.sourceSha256);
  });

  test('takes bytes with a name in the place of a file, within the same limits', async () => {
    const { images, good } = subject();
    const { image } = await images.prepare(request(good));
    const inner = { ...request('B7 (image1.png)'), bytes: image.jpeg };
    const { image: again, sourceSha256 } = await images.prepare(inner);
    expect(again.widthPx * again.heightPx).toBeGreaterThan(0);
    expect(sourceSha256).toBe(image.sha256);
    expect((await images.prepare(inner)).image.sha256).toBe(again.sha256);
  });

  test('says that a picture is missing', async () => {
    expect(await thrownCode(subject().images.prepare(request(subject().missing)))).toBe('picture-missing');
  });

  test('rejects with the reason of a signal that is already aborted', async () => {
    const reason = new Error('stopped by a person');
    await expect(subject().images.prepare(request(subject().good), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
}

/** The code of the typed error that `work` ends in; anything else as it is. */
export async function thrownCode(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isRowscribeError(error) ? error.code : error;
}
