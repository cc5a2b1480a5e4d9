// Texts to be tested against each other must differ.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alikeVariants, similarity } from '../../server/domain/variants.ts';
import { shippedRecipe } from '../fixtures/recipe.ts';

const recipe = shippedRecipe('abtest.yaml');
const texts = (titles: Readonly<Record<string, string>>) => new Map(Object.entries(titles));

describe('the titles A, B and C', () => {
  test('that argue differently about one product are not alike', () => {
    const titles = texts({ title_a: '划算黑色长袖上衣', title_b: '精致黑色长袖上衣', title_c: '日常搭配黑色长袖上衣' });
    expect(alikeVariants(titles, recipe, ['title_a', 'title_b', 'title_c'])).toEqual([]);
  });

  test('that say the same but for marks, case or a word are: the later one is the one to write anew', () => {
    const same = texts({ title_a: 'Red Wool Hat, Warm', title_b: 'red wool hat warm!' });
    expect(alikeVariants(same, recipe, ['title_a', 'title_b'])).toEqual([{ key: 'title_b', other: 'title_a' }]);
    const near = texts({ title_a: '黄色帽子阳光元气好搭', title_c: '黄色帽子阳光元气好穿' });
    expect(alikeVariants(near, recipe, ['title_a', 'title_c'])).toEqual([{ key: 'title_c', other: 'title_a' }]);
  });

  test('are compared with what stands in the row, and only what is asked for is written anew', () => {
    const titles = texts({ title_a: '黄色帽子', title_b: '黄色帽子' });
    expect(alikeVariants(titles, recipe, ['title_a'])).toEqual([{ key: 'title_a', other: 'title_b' }]);
    expect(alikeVariants(titles, recipe, ['title_c'])).toEqual([]);
  });

  test('are not compared with their first paragraphs', () => {
    expect(alikeVariants(texts({ title_a: '黄色帽子', lead_a: '黄色帽子' }), recipe, ['title_a', 'lead_a'])).toEqual(
      [],
    );
  });
});

describe('the similarity of two texts', () => {
  const text = fc.string({ unit: 'grapheme' });

  test('is 0 to 1 and the same both ways', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const value = similarity(a, b);
        expect(value).toBe(similarity(b, a));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('is 1 for a text and itself, and 0 where there is nothing to compare', () => {
    fc.assert(fc.property(text, (a) => [0, 1].includes(similarity(a, a))));
    expect(similarity('帽子', '帽子')).toBe(1);
    expect(similarity('', '')).toBe(0);
    expect(similarity('！', '！')).toBe(0);
  });
});
