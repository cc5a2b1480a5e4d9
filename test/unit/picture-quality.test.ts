// Which pictures need a person, shown on real photos and on spoilt copies of them.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImages } from '../../server/images/prepare.ts';
import type { PictureFlaw } from '../../server/ports/images.ts';
import { draw, stripes } from '../fixtures/drawn-pictures.ts';

const photos = fileURLToPath(new URL('../../templates/demo/photos', import.meta.url));
const images = createImages();
let baseDir = '';
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'rowscribe-quality-'));
});
afterAll(async () => {
  await rm(baseDir, { recursive: true });
});

async function flawsOf(bytes: Buffer): Promise<readonly PictureFlaw[]> {
  await writeFile(join(baseDir, 'a.jpg'), bytes);
  const request = { path: 'a.jpg', baseDir, roots: [], imageTokensMin: 20, imageTokensMax: 26 };
  return (await images.prepare(request)).flaws;
}

const photo = (name: string): Promise<Buffer> => readFile(join(photos, `${name}.jpg`));

test('none of the demo photos is doubted', async () => {
  const names = (await readdir(photos)).filter((name) => name.endsWith('.jpg'));
  expect(names.length).toBeGreaterThanOrEqual(40);
  const doubted: string[] = [];
  for (const name of names) if ((await flawsOf(await readFile(join(photos, name)))).length > 0) doubted.push(name);
  expect(doubted).toEqual([]);
});

describe.each(['dress-2', 'hat-1', 'longsleeve-4', 'pants-3', 'shirt-2', 'shoes-3', 'skirt-2', 't-shirt-4'])(
  '%s',
  (name) => {
    test('is too dark in a quarter of its light', async () => {
      expect(
        await flawsOf(
          await sharp(await photo(name))
            .linear(0.25, 0)
            .jpeg()
            .toBuffer(),
        ),
      ).toContain('too-dark');
    });

    test('is blurred out of focus, but not when it is a little soft', async () => {
      expect(
        await flawsOf(
          await sharp(await photo(name))
            .blur(2.5)
            .jpeg()
            .toBuffer(),
        ),
      ).toEqual(['blurred']);
      expect(
        await flawsOf(
          await sharp(await photo(name))
            .blur(0.7)
            .jpeg()
            .toBuffer(),
        ),
      ).toEqual([]);
    });

    test('is blurred when the camera moved sideways', async () => {
      expect(await flawsOf(await moved(await photo(name), 13, (_, y) => y === 6))).toEqual(['blurred']);
    });

    test('has too few pixels as a thumbnail', async () => {
      const thumbnail = sharp(await photo(name)).resize(96, 96, { fit: 'inside' });
      expect(await flawsOf(await thumbnail.png().toBuffer())).toContain('too-few-pixels');
    });
  },
);

test.each(['dress-1', 'hat-2', 'outwear-3', 'pants-3', 'shirt-1'])(
  '%s is blurred when the camera moved aslant',
  async (name) => {
    expect(await flawsOf(await moved(await photo(name), 9, (x, y) => x === y))).toEqual(['blurred']);
  },
);

test.each<[string, (x: number, y: number) => boolean]>([
  ['sideways', (_, y) => y === 6],
  ['up and down', (x) => x === 6],
])('straight edges are blurred when the camera moved %s', async (_, isOn) => {
  const squares = Array.from({ length: 9 }, (_, i) => ({
    left: 60 + 140 * (i % 3),
    top: 60 + 140 * Math.floor(i / 3),
  }));
  const sharpOnes = await draw(
    500,
    500,
    '#d0d0d0',
    squares.map((at) => ({ ...at, width: 80, height: 80, fill: '#303030' })),
  );
  expect(await flawsOf(sharpOnes)).toEqual([]);
  expect(await flawsOf(await moved(sharpOnes, 13, isOn))).toEqual(['blurred']);
});

test.each(['dress-2', 'shirt-1', 'shorts-2', 't-shirt-3'])(
  '%s is too bright when its colours burn out',
  async (name) => {
    expect(
      await flawsOf(
        await sharp(await photo(name))
          .linear(3, 0)
          .jpeg()
          .toBuffer(),
      ),
    ).toContain('too-bright');
  },
);

describe('on a plain backdrop', () => {
  const box = { left: 100, top: 100, width: 300, height: 300 };

  test('white around a product is not too bright, black around it not too dark', async () => {
    for (const background of ['#ffffff', '#000000'])
      expect(await flawsOf(await draw(500, 500, background, stripes(box)))).toEqual([]);
  });

  test('a black product on white is not too dark, a white one with seams not too bright', async () => {
    expect(await flawsOf(await draw(500, 500, '#ffffff', [{ ...box, fill: '#101012' }]))).toEqual([]);
    const seams = [150, 220, 290].map((top) => ({ left: 120, top, width: 260, height: 3, fill: '#909090' }));
    expect(await flawsOf(await draw(500, 500, '#ffffff', [{ ...box, fill: '#e8e8e6' }, ...seams]))).toEqual([]);
  });

  test('white that shows between the parts of a product is no burnt colour', async () => {
    const legs = [100, 350].map((left) => ({ ...box, left, width: 50, fill: '#203050' }));
    expect(await flawsOf(await draw(500, 500, '#ffffff', legs))).toEqual([]);
  });

  test('a product with too few pixels of its own is too small', async () => {
    const small = { left: 400, top: 400, width: 90, height: 90 };
    expect(await flawsOf(await draw(1000, 1000, '#ffffff', stripes(small)))).toEqual(['product-too-small']);
    const enough = { left: 300, top: 300, width: 200, height: 200 };
    expect(await flawsOf(await draw(1000, 1000, '#ffffff', stripes(enough)))).toEqual([]);
  });

  test('nothing at all is blank and nothing else', async () => {
    for (const background of ['#ffffff', '#808080', '#000000'])
      expect(await flawsOf(await draw(500, 500, background, []))).toEqual(['blank']);
  });
});

/** A photo taken while the camera moved over `length` pixels along the points that are on. */
async function moved(picture: Buffer, length: number, isOn: (x: number, y: number) => boolean): Promise<Buffer> {
  const kernel = Array.from({ length: length ** 2 }, (_, i) => (isOn(i % length, Math.floor(i / length)) ? 1 : 0));
  return await sharp(picture).convolve({ width: length, height: length, kernel }).jpeg({ quality: 90 }).toBuffer();
}
