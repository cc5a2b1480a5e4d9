// How many tokens a picture takes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageGrid } from '../../server/engines/image-tokens.ts';

const demo = { tokenSidePx: 28, imageTokensMin: 20, imageTokensMax: 26 };
const real = { tokenSidePx: 28, imageTokensMin: 64, imageTokensMax: 1369 };

describe('the tokens of a picture', () => {
  test.each([
    [100, 100, 5, 5],
    [640, 480, 5, 4],
    [84, 168, 4, 7],
    [1000, 20, 36, 1],
    [20, 1000, 1, 36],
    [300, 30, 15, 2],
    [145, 180, 4, 5],
    [182, 113, 6, 4],
    [1, 1, 5, 5],
    [8, 2000, 1, 80],
  ])('of %i × %i pixels are %i × %i, as counted by the runtime', (widthPx, heightPx, columns, rows) => {
    expect(imageGrid(widthPx, heightPx, demo)).toEqual({ columns, rows });
  });

  test('of a square picture at the default limit are 37 × 37', () => {
    expect(imageGrid(1036, 1036, real)).toEqual({ columns: 37, rows: 37 });
    expect(imageGrid(4000, 4000, real)).toEqual({ columns: 37, rows: 37 });
  });

  test('stay within the budget for every picture that is not very thin', () => {
    const side = fc.integer({ min: 200, max: 6000 });
    fc.assert(
      fc.property(side, side, (widthPx, heightPx) => {
        const { columns, rows } = imageGrid(widthPx, heightPx, real);
        expect(columns * rows).toBeLessThanOrEqual(real.imageTokensMax);
        expect(columns * rows).toBeGreaterThanOrEqual(Math.min(real.imageTokensMin, 49));
      }),
    );
  });
});
