// What a fill does with what an engine can: all its slots at work, smaller pictures when a row does not fit.
import { describe, expect, test } from 'vitest';
import { RowscribeError } from '../../server/errors.ts';
import { fill } from '../../server/jobs/fill.ts';
import { smallerPictures } from '../../server/jobs/look.ts';
import { createFillBench, fillOptions, goodAnswer, product } from '../fixtures/fill-bench.ts';

const tooLong = new RowscribeError('prompt-too-long', { tokens: 110, tokensMax: 100 });

describe('a row that is too much for what the model reads', () => {
  const benchOf = (imageTokensMin: number, refusals: number) =>
    createFillBench({
      rows: [product('A')],
      engineInfo: { imageTokensMin, imageTokensMax: 1369 },
      engine: (request, look) => (look <= refusals ? { error: tooLong } : goodAnswer(request)),
    });

  test('is looked at once more with smaller pictures', async () => {
    const bench = benchOf(4, 1);
    await bench.fill();
    expect(bench.images.requests.map(({ imageTokensMax }) => imageTokensMax)).toEqual([1369, 12]);
    expect(bench.cells()).toMatchObject({ D2: 'A的描述', H2: '完成' });
  });

  test('is not tried for ever, nor with pictures that show nothing', async () => {
    for (const [bench, looks] of [[benchOf(4, 9), 2] as const, [benchOf(20, 9), 1] as const]) {
      await bench.fill();
      expect(bench.engine.looks).toHaveLength(looks);
      expect(bench.noted.answers).toMatchObject([{ outcome: 'failed' }]);
    }
  });

  test('each picture gives its share of what is too much', () => {
    const image = { jpeg: new Uint8Array(), sha256: '', widthPx: 1036, heightPx: 1036 };
    const budget = (excess: number, count: number) =>
      smallerPictures(
        { tokens: 4000 + excess, tokensMax: 4000 },
        { images: Array(count).fill(image) },
        { imageTokensMin: 64 },
      );
    expect([budget(0, 1), budget(1000, 1), budget(1600, 2), budget(1369, 1), budget(10, 0)]).toEqual([
      ...[684, 369, 569, undefined, undefined],
    ]);
  });
});

describe('an engine with several slots', () => {
  const rows = Array.from({ length: 12 }, (_, index) => product(`R${index}`));

  test('has a row for each, and half as many whose pictures are prepared meanwhile', async () => {
    let inFlight = 0;
    let most = 0;
    const bench = createFillBench({
      rows,
      engineInfo: { slots: 4 },
      images: {},
      engine: (request) => goodAnswer(request),
    });
    const { images, engine } = bench.parts;
    const counting = {
      ...bench.parts,
      images: {
        prepare: async (...args: Parameters<typeof images.prepare>) => {
          most = Math.max(most, (inFlight += 1));
          return images.prepare(...args);
        },
      },
      engine: {
        ...engine,
        start: () => engine.start(),
        generate: async (...args: Parameters<typeof engine.generate>) =>
          engine.generate(...args).finally(() => void (inFlight -= 1)),
      },
    };
    const signal = new AbortController().signal;
    const outcome = await fill(counting, fillOptions, bench.noted, signal);
    expect(outcome).toMatchObject({ state: 'finished', total: 12 });
    expect(most).toBe(6);
  });
});
