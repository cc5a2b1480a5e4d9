// Plain borders are cut so that the product fills the frame, and nothing of the product is ever cut.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFrame, withMargin } from '../../server/images/framing.ts';
import type { Box, Pixels } from '../../server/images/pixels.ts';
import { createImages } from '../../server/images/prepare.ts';
import { draw, stripes } from '../fixtures/drawn-pictures.ts';

async function pixelsOf(picture: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const product: Box = { left: 90, top: 130, width: 80, height: 64 };

describe('the frame', () => {
  test.each(['#ffffff', '#000000', '#eeeeea', '#30a050'])(
    'is the product on a plain %s backdrop',
    async (background) => {
      const frame = findFrame(await pixelsOf(await draw(300, 300, background, stripes(product))));
      expect(frame).toEqual({ product, blank: false });
    },
  );

  test('is found through JPEG noise', async () => {
    const jpeg = await sharp(await draw(300, 300, '#f2f2f2', stripes(product)))
      .jpeg({ quality: 80 })
      .toBuffer();
    const { left, top, width, height } = findFrame(await pixelsOf(jpeg)).product;
    expect(left).toBeLessThanOrEqual(product.left);
    expect(top).toBeLessThanOrEqual(product.top);
    expect(left + width).toBeGreaterThanOrEqual(product.left + product.width);
    expect(top + height).toBeGreaterThanOrEqual(product.top + product.height);
    expect(width * height).toBeLessThan(1.5 * product.width * product.height);
  });

  test('is found within black bars around a white backdrop', async () => {
    const white = { left: 0, top: 60, width: 300, height: 180, fill: '#ffffff' };
    const inside = { left: 90, top: 110, width: 80, height: 64 };
    const frame = findFrame(await pixelsOf(await draw(300, 300, '#000000', [white, ...stripes(inside)])));
    expect(frame.product).toEqual(inside);
  });

  test('keeps a product that runs out of the picture on one side', async () => {
    const cut: Box = { left: 90, top: 200, width: 80, height: 100 };
    const frame = findFrame(await pixelsOf(await draw(300, 300, '#ffffff', stripes(cut))));
    expect(frame.product).toEqual(cut);
  });

  test('is the whole picture when only one side is plain, as the top of a plain product would be', async () => {
    const busy = stripes({ left: 0, top: 100, width: 300, height: 200 });
    const frame = findFrame(await pixelsOf(await draw(300, 300, '#406080', busy)));
    expect(frame.product).toEqual({ left: 0, top: 0, width: 300, height: 300 });
  });

  test('is blank when nothing stands out', async () => {
    expect(findFrame(await pixelsOf(await draw(300, 200, '#f0f0f0', []))).blank).toBe(true);
  });

  test('never loses a pixel that differs from the backdrop', async () => {
    const rectangle = fc.record({
      left: fc.nat(60),
      top: fc.nat(60),
      width: fc.integer({ min: 2, max: 39 }),
      height: fc.integer({ min: 2, max: 39 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(rectangle, { minLength: 1, maxLength: 4 }), async (boxes) => {
        const picture = await draw(
          100,
          100,
          '#ffffff',
          boxes.map((box) => ({ ...box, fill: '#405060' })),
        );
        const { product: found } = findFrame(await pixelsOf(picture));
        expect(found.left).toBeLessThanOrEqual(Math.min(...boxes.map((box) => box.left)));
        expect(found.top).toBeLessThanOrEqual(Math.min(...boxes.map((box) => box.top)));
        expect(found.left + found.width).toBeGreaterThanOrEqual(Math.max(...boxes.map((box) => box.left + box.width)));
        expect(found.top + found.height).toBeGreaterThanOrEqual(Math.max(...boxes.map((box) => box.top + box.height)));
      }),
      { numRuns: 40 },
    );
  });

  test('keeps a plain product whole that carries a print, and one in the corner of its backdrop', async () => {
    const box = { left: 80, top: 60, width: 120, height: 160 };
    const print = { left: 120, top: 120, width: 30, height: 30, fill: '#ffffff' };
    const printed = await draw(300, 300, '#ffffff', [{ ...box, fill: '#202020' }, print]);
    expect(findFrame(await pixelsOf(printed)).product).toEqual(box);
    const corner = [
      { left: 0, top: 0, width: 2, height: 3, fill: '#405060' },
      { left: 0, top: 0, width: 3, height: 2, fill: '#405060' },
    ];
    const cornered = await draw(100, 100, '#ffffff', corner);
    expect(findFrame(await pixelsOf(cornered)).product).toEqual({ left: 0, top: 0, width: 3, height: 3 });
  });

  test('takes a margin that stays inside the picture', () => {
    expect(withMargin({ left: 0, top: 50, width: 100, height: 50 }, 0.02, 120, 100)).toEqual({
      left: 0,
      top: 48,
      width: 103,
      height: 52,
    });
  });
});

describe('what the model sees', () => {
  let baseDir = '';
  beforeAll(async () => {
    baseDir = await mkdtemp(join(tmpdir(), 'rowscribe-framing-'));
  });
  afterAll(async () => {
    await rm(baseDir, { recursive: true });
  });

  test.each([
    [{ left: 300, top: 500, width: 300, height: 300 }, 26],
    [{ left: 100, top: 100, width: 160, height: 800 }, 26],
    [{ left: 20, top: 700, width: 900, height: 180 }, 1369],
  ])('is the product on at least 70 %% of the picture: %o', async (box, imageTokensMax) => {
    await writeFile(join(baseDir, 'a.png'), await draw(1000, 1000, '#ffffff', stripes(box)));
    const request = { path: 'a.png', baseDir, roots: [], imageTokensMin: 20, imageTokensMax };
    const { image } = await createImages().prepare(request);
    const seen = await sharp(image.jpeg).raw().toBuffer();
    let covered = 0;
    for (let i = 0; i < seen.length; i += 3) if ((seen[i] ?? 0) - (seen[i + 2] ?? 0) > 40) covered++;
    expect(covered / (seen.length / 3)).toBeGreaterThanOrEqual(0.7);
  });
});
