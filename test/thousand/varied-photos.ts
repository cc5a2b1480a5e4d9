// As many product photos as wanted, made from the demo photos: each differs from every other in its bytes and in its pixels.
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { demoPhotos } from '../fixtures/product-book.ts';

/** Writes `count` pictures into the folder; gives their file names. Errors: two that are alike. */
export async function writeVariedPhotos(folder: string, count: number): Promise<readonly string[]> {
  const photos = (await readdir(demoPhotos)).filter((name) => name.endsWith('.jpg'));
  const names: string[] = [];
  const known = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const name = `v-${String(index + 1).padStart(4, '0')}.jpg`;
    const photo = path.join(demoPhotos, photos[index % photos.length] ?? '');
    const jpeg = await varied(photo, Math.floor(index / photos.length));
    known.add(sha256(jpeg)).add(sha256(await sharp(jpeg).raw().toBuffer()));
    await writeFile(path.join(folder, name), jpeg);
    names.push(name);
  }
  if (known.size !== count * 2) throw new Error(`${count * 2 - known.size} of ${count} pictures are alike`);
  return names;
}

/** The n-th variation of a photo: mirrored, cut by some pixels, and lighter or darker by a little. */
async function varied(photo: string, variation: number): Promise<Buffer> {
  const { width, height } = await sharp(photo).metadata();
  const [left, top] = [variation % 8, Math.floor(variation / 8) % 8];
  const cut = sharp(photo).extract({ left, top, width: width - 8, height: height - 8 });
  const turned = variation % 2 === 1 ? cut.flop() : cut;
  return turned
    .modulate({ brightness: 0.94 + 0.01 * (variation % 13), hue: variation % 3 })
    .jpeg({ quality: 90 })
    .toBuffer();
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
