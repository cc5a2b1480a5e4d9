// Rows an hour by the figures of cards and models, and the table of the documents.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cards,
  estimateFor,
  modelCosts,
  ratesOf,
  rowSeconds,
  rowsPerHour,
  usualRow,
  type RowShape,
} from '../../server/domain/capacity.ts';
import { capacityTable } from '../fixtures/capacity-table.ts';

const rates = ratesOf(cards.find(({ name }) => name === 'RTX 4090') ?? { gigabytesPerS: 0, teraflopPerS: 0 });
const row = (changes: Partial<RowShape> = {}): RowShape => ({ ...usualRow, pictureTokens: 1024, slots: 8, ...changes });

describe('a row', () => {
  const shape: fc.Arbitrary<RowShape> = fc.record({
    ...{ pictureTokens: fc.integer({ min: 64, max: 4096 }), promptTokens: fc.integer({ min: 400, max: 4000 }) },
    ...{ cachedTokens: fc.nat(400), outputTokens: fc.integer({ min: 1, max: 2000 }) },
    slots: fc.integer({ min: 1, max: 64 }),
  });
  const models = fc.constantFrom(...Object.values(modelCosts));

  test('takes longer with a larger picture, more text, more to write, and less with more slots', () => {
    const property = fc.property(shape, models, (one, model) => {
      const seconds = (changes: Partial<RowShape>) => rowSeconds({ ...one, ...changes }, model, rates);
      const now = seconds({});
      expect(now).toBeGreaterThan(0);
      expect(seconds({ pictureTokens: one.pictureTokens * 2 })).toBeGreaterThan(now);
      expect(seconds({ promptTokens: one.promptTokens + 100 })).toBeGreaterThan(now);
      expect(seconds({ outputTokens: one.outputTokens + 1 })).toBeGreaterThan(now);
      expect(seconds({ slots: one.slots + 1 })).toBeLessThan(now);
    });
    fc.assert(property);
  });

  test('takes half as long on a machine that is twice as fast', () => {
    const twice = { ...rates, bytesPerS: rates.bytesPerS * 2, promptFlopPerS: rates.promptFlopPerS * 2 };
    const look = { pictureFlopPerS: rates.pictureFlopPerS * 2, attentionFlopPerS: rates.attentionFlopPerS * 2 };
    const fast = { ...twice, ...look };
    expect(rowSeconds(row(), modelCosts.Q8_0, fast)).toBeCloseTo(rowSeconds(row(), modelCosts.Q8_0, rates) / 2, 9);
  });

  // The picture's operations by counting those of the released model layer by layer, in 10^12.
  test.each([
    [256, 1.49],
    [576, 3.83],
    [1024, 8.01],
    [1369, 11.95],
    [2304, 25.8],
  ])('looks at a picture of %i tokens with %d operations', (tokens, teraflop) => {
    const only = { promptTokens: 0, cachedTokens: tokens, outputTokens: 0, slots: 1, pictureTokens: tokens };
    const flop = rowSeconds(only, modelCosts.Q8_0, rates) * rates.pictureFlopPerS;
    expect(flop / 1e12).toBeCloseTo(teraflop, 1);
  });
});

test('an estimate is made for a card and a model that are known, and for nothing else', () => {
  const shape = { pictureTokens: 1369, slots: 12 };
  const known = { device: 'NVIDIA GeForce RTX 4090', backend: 'cuda', modelName: 'Qwen2.5-VL 7B Instruct, Q8_0' };
  const rows = estimateFor(known, shape, false);
  expect(rows).toBe(rowsPerHour({ ...usualRow, ...shape }, modelCosts.Q8_0, rates));
  expect(estimateFor({ ...known, backend: 'vulkan' }, shape, true)).toBeLessThan(rows ?? 0);
  for (const device of ['NVIDIA GeForce RTX 4090 D', 'NVIDIA GeForce RTX 4090 Laptop GPU', 'CPU', 'RTX 3090 Ti'])
    expect(estimateFor({ ...known, device }, shape, false)).toBeUndefined();
  for (const modelName of ['Qwen2.5-VL 3B Instruct, Q8_0', 'Qwen3-VL 8B Instruct, Q8_0', 'Qwen2.5-VL 7B Instruct'])
    expect(estimateFor({ ...known, modelName }, shape, false)).toBeUndefined();
  expect(estimateFor({ ...known, backend: 'cpu' }, shape, false)).toBeUndefined();
});

test.each([
  ['scale.md', 'Card'],
  ['scale.zh-CN.md', '显卡'],
])('the table in docs/%s is what the model says', (page, heading) => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string) => line.split('|').map((cell) => cell.trim().replace(/^-+:?$/, '-'));
  const found = rows.map(cells);
  for (const line of capacityTable(heading).split('\n')) expect(found).toContainEqual(cells(line));
});
