// What becomes of picture files: formats, orientation, limits, damage, and always the same bytes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImages } from '../../server/images/prepare.ts';
import type { PreparedPicture } from '../../server/ports/images.ts';
import { thrownCode } from '../contract/images-contract.ts';
import { draw, pngBomb } from '../fixtures/drawn-pictures.ts';

const images = createImages();
let baseDir = '';
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'rowscribe-prepare-'));
});
afterAll(async () => {
  await rm(baseDir, { recursive: true });
});

async function prepare(bytes: Uint8Array, tokens = { min: 20, max: 26 }, name = 'a.jpg'): Promise<PreparedPicture> {
  await writeFile(join(baseDir, name), bytes);
  return await images.prepare({
    path: name,
    baseDir,
    roots: [],
    imageTokensMin: tokens.min,
    imageTokensMax: tokens.max,
  });
}

/** Red, green, blue and dark quarters: shows turns, mirrors and colours. */
const quarters = (): Promise<Buffer> =>
  draw(400, 300, '#000000', [
    { left: 0, top: 0, width: 200, height: 150, fill: '#d02020' },
    { left: 200, top: 0, width: 200, height: 150, fill: '#20b020' },
    { left: 0, top: 150, width: 200, height: 150, fill: '#2020d0' },
    { left: 200, top: 150, width: 200, height: 150, fill: '#303030' },
  ]);

/** The mean colour of each quarter of a prepared picture. */
async function coloursOf({ image }: PreparedPicture): Promise<readonly number[]> {
  const { widthPx, heightPx } = image;
  const raw = await sharp(image.jpeg).extract({ left: 0, top: 0, width: widthPx, height: heightPx }).raw().toBuffer();
  const at = (x: number, y: number): number[] => {
    const offset = 3 * (Math.floor(heightPx * y) * widthPx + Math.floor(widthPx * x));
    return [...raw.subarray(offset, offset + 3)];
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)].flat();
}

const expected = [0xd0, 0x20, 0x20, 0x20, 0xb0, 0x20, 0x20, 0x20, 0xd0, 0x30, 0x30, 0x30];

/** The farthest that any channel is from the wanted level. */
function farthest(seen: readonly number[], wanted: readonly number[]): number {
  return Math.max(...seen.map((level, i) => Math.abs(level - (wanted[i] ?? 0))));
}

describe('a picture file', () => {
  test.each<[string, (picture: Sharp) => Sharp]>([
    ['JPEG', (picture) => picture.jpeg({ quality: 95 })],
    ['progressive JPEG', (picture) => picture.jpeg({ quality: 95, progressive: true })],
    ['PNG', (picture) => picture.png()],
    ['16-bit PNG', (picture) => picture.toColourspace('rgb16').png()],
    ['palette PNG', (picture) => picture.png({ palette: true })],
    ['PNG with an alpha channel', (picture) => picture.ensureAlpha().png()],
    ['lossy WEBP', (picture) => picture.webp({ quality: 95 })],
    ['lossless WEBP with an alpha channel', (picture) => picture.ensureAlpha().webp({ lossless: true })],
    ['JPEG with a profile of its own', (picture) => picture.withIccProfile('p3').jpeg({ quality: 95 })],
  ])('keeps its colours as %s', async (_, encode) => {
    const prepared = await prepare(await encode(sharp(await quarters())).toBuffer(), undefined, 'any-name.bin');
    expect(farthest(await coloursOf(prepared), expected)).toBeLessThanOrEqual(14);
  });

  test('may be a CMYK JPEG', async () => {
    const prepared = await prepare(
      await sharp(await quarters())
        .toColourspace('cmyk')
        .jpeg({ quality: 95 })
        .toBuffer(),
    );
    const [red = 0, green = 0, blue = 0] = await coloursOf(prepared);
    expect(red).toBeGreaterThan(Math.max(green, blue) + 60);
  });

  test.each([
    ['8-bit', 'b-w'],
    ['16-bit', 'grey16'],
  ])('may be %s grey', async (_, space) => {
    const prepared = await prepare(
      await sharp(await quarters())
        .toColourspace(space)
        .png()
        .toBuffer(),
    );
    expect((await sharp(prepared.image.jpeg).metadata()).channels).toBe(3);
    const [red = 0, green = 0, blue = 0] = await coloursOf(prepared);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(3);
  });

  test('shows the first frame of an animated WEBP', async () => {
    const frame = (fill: string) => ({ create: { width: 200, height: 200, channels: 3 as const, background: fill } });
    const frames = await Promise.all(['#c01010', '#1010c0'].map((fill) => sharp(frame(fill)).png().toBuffer()));
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ quality: 95 })
      .toBuffer();
    expect(farthest((await coloursOf(await prepare(animated))).slice(0, 3), [0xc0, 0x10, 0x10])).toBeLessThanOrEqual(
      10,
    );
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright whatever its EXIF orientation says: %i', async (orientation) => {
    const turned = await inverse[orientation]?.(sharp(await quarters()))
      .png()
      .toBuffer();
    const prepared = await prepare(await sharp(turned).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer());
    expect(prepared.image.widthPx).toBeGreaterThan(prepared.image.heightPx);
    expect(farthest(await coloursOf(prepared), expected)).toBeLessThanOrEqual(14);
  });

  test.each(['png', 'webp'] as const)('has its transparent parts on white as %s', async (format) => {
    const clear = sharp({
      create: { width: 200, height: 200, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } },
    });
    const seen = await coloursOf(await prepare(await clear.toFormat(format).toBuffer()));
    expect(
      farthest(
        seen,
        expected.map(() => 255),
      ),
    ).toBeLessThanOrEqual(2);
  });

  test('carries no metadata on', async () => {
    const noted = sharp(await quarters()).withExif({ IFD0: { Copyright: 'secret' } });
    const { image } = await prepare(await noted.jpeg().toBuffer());
    expect(Buffer.from(image.jpeg).includes('secret')).toBe(false);
    expect((await sharp(image.jpeg).metadata()).exif).toBeUndefined();
  });

  test('gives the same bytes every time, also side by side with others', async () => {
    const bytes = await quarters();
    const prepared = await Promise.all([1, 2, 3, 4].map((i) => prepare(bytes, undefined, `same-${i}.png`)));
    expect(new Set(prepared.map(({ image }) => image.sha256)).size).toBe(1);
  });
});

/** Turns an upright picture into what a camera stores under each orientation. */
const inverse: Readonly<Record<number, (picture: Sharp) => Sharp>> = {
  1: (picture) => picture,
  2: (picture) => picture.flop(),
  3: (picture) => picture.rotate(180),
  4: (picture) => picture.flip(),
  5: (picture) => picture.rotate(270).flop(),
  6: (picture) => picture.rotate(270),
  7: (picture) => picture.rotate(90).flop(),
  8: (picture) => picture.rotate(90),
};

describe('bytes in the place of a file', () => {
  const held = async (bytes: Uint8Array, path = 'B7 (image1.png)') =>
    images.prepare({ path, bytes, baseDir, roots: [], imageTokensMin: 20, imageTokensMax: 26 });

  test('give the same picture as the file, whatever they are called', async () => {
    const bytes = await quarters();
    const { image } = await prepare(bytes, undefined, 'file.png');
    expect((await held(bytes)).image.sha256).toBe(image.sha256);
    expect((await held(new Uint8Array(bytes), '../../etc/passwd')).image.sha256).toBe(image.sha256);
  });

  test('are held to the same limits', async () => {
    const jpeg = await sharp(await quarters())
      .jpeg()
      .toBuffer();
    expect(await thrownCode(held(Buffer.alloc(0)))).toBe('picture-broken');
    expect(await thrownCode(held(Buffer.concat([jpeg, Buffer.alloc(21 * 1024 * 1024)])))).toBe('picture-too-large');
    expect(await thrownCode(held(Buffer.from('no picture')))).toBe('picture-format');
    expect(await thrownCode(held(pngBomb(30_000, 30_000)))).toBe('picture-pixels');
  });
});

describe('the size', () => {
  test.each([
    [400, 300, 20, 26],
    [300, 533, 20, 26],
    [100, 500, 20, 26],
    [2000, 1500, 20, 1369],
    [30, 30, 20, 26],
    [1, 900, 8, 64],
  ])('of %i × %i pixels is a whole grid within %i–%i tokens', async (width, height, min, max) => {
    const { image } = await prepare(await draw(width, height, '#808080', []), { min, max });
    const tokens = (image.widthPx / 28) * (image.heightPx / 28);
    expect(Number.isInteger(tokens)).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(min);
    expect(tokens).toBeLessThanOrEqual(max);
  });
});

describe('a file that is no usable picture', () => {
  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['HTML', '<!doctype html><title>a.jpg</title>'],
    ['GIF', 'GIF89a\u0001\u0000\u0001\u0000'],
    ['one byte', '\u00ff'],
  ])('is refused by its content: %s', async (_, text) => {
    expect(await thrownCode(prepare(Buffer.from(text, 'latin1')))).toBe('picture-format');
  });

  test('is refused although libvips could read it', async () => {
    const tiff = await sharp(await quarters())
      .tiff()
      .toBuffer();
    expect(await thrownCode(prepare(tiff))).toBe('picture-format');
  });

  test('is broken when it is cut short, anywhere', async () => {
    const jpeg = await sharp(await quarters())
      .jpeg()
      .toBuffer();
    const png = await quarters();
    const webp = await sharp(png).webp().toBuffer();
    for (const bytes of [jpeg, png, webp])
      for (const share of [0.05, 0.5, 0.9])
        expect(await thrownCode(prepare(bytes.subarray(0, Math.max(12, bytes.length * share))))).toBe('picture-broken');
  });

  test('is refused for its pixels before they are decoded', async () => {
    const bomb = pngBomb(16_000, 16_000);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await thrownCode(prepare(bomb))).toBe('picture-pixels');
  });

  test('is refused over 20 MB', async () => {
    const jpeg = await sharp(await quarters())
      .jpeg()
      .toBuffer();
    expect(await thrownCode(prepare(Buffer.concat([jpeg, Buffer.alloc(21 * 1024 * 1024)])))).toBe('picture-too-large');
  });

  test('gives a typed error or a picture, whatever its bytes', async () => {
    const jpeg = await sharp(await quarters())
      .jpeg()
      .toBuffer();
    const starts = [jpeg, await quarters(), await sharp(jpeg).webp().toBuffer()];
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts),
        damage,
        fc.uint8Array({ maxLength: 64 }),
        async (start, spots, tail) => {
          const bytes = Buffer.concat([start, tail]);
          for (const [at, value] of spots) bytes[at % bytes.length] = value;
          const outcome = await thrownCode(prepare(bytes));
          expect([undefined, 'picture-broken', 'picture-format', 'picture-pixels']).toContain(outcome);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a signal stops the wait while a picture is being decoded', async () => {
  await writeFile(join(baseDir, 'wide.png'), pngBomb(7000, 7000));
  const stop = new AbortController();
  const reason = new Error('stopped');
  const request = { path: 'wide.png', baseDir, roots: [], imageTokensMin: 20, imageTokensMax: 26 };
  const work = images.prepare(request, stop.signal);
  stop.abort(reason);
  await expect(work).rejects.toBe(reason);
});
