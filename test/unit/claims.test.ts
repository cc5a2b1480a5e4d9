// Hard facts that nobody stated.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unsupportedFacts } from '../../server/domain/claims.ts';

describe('a hard fact that no source states is found', () => {
  test.each([
    ['执行标准 GB/T 18401-2010', ['GB/T 18401-2010']],
    ['通过 ISO 9001 认证', ['ISO 9001']],
    ['95%棉，5％氨纶', ['95%', '5%']],
    ['９５％棉', ['95%']],
    ['容量500ml', ['500ml']],
    ['重 0.5 kg', ['0.5 kg']],
    ['约1,500ml', ['1,500ml']],
    ['重123456g', ['123456g']],
    ['规格5，50ml', ['50ml']],
    ['长30厘米', ['30厘米']],
    ['续航24小时', ['24小时']],
    ['仅售99元', ['99元']],
    ['不含荧光剂', ['荧光剂']],
    ['A类面料', ['A类']],
    ['Only 250 g', ['250 g']],
  ])('in %j: %j', (text, facts) => {
    expect(unsupportedFacts(text, [])).toEqual(facts);
  });
});

describe('a stated fact is no invention', () => {
  test.each([
    ['95%棉', '成分：95％ 棉'],
    ['500ML 大容量', '500 ml'],
    ['GB/T 18401-2010', '执行标准：gb/t18401-2010'],
    ['30cm', '尺寸 20x30cm'],
    ['重 0.5 kg', '净重:0.5kg'],
    ['5%氨纶', '95%棉,5%氨纶'],
    ['50ml', '规格5 50ml'],
    ['50ml', '规格5，50ml'],
    ['5%氨纶', '95%棉+5%氨纶'],
  ])('%j, stated as %j', (text, source) => {
    expect(unsupportedFacts(text, [source])).toEqual([]);
  });

  test.each([
    ['5%氨纶', '95%棉', ['5%']],
    ['容量500ml', '容量1500ml', ['500ml']],
    ['容量500ml', '容量1,500ml', ['500ml']],
    ['重5kg', '重1.5kg', ['5kg']],
    ['18401-2010', 'GB/T 18401-2010', []],
    ['100%棉', '棉', ['100%']],
  ])('%j is not stated by %j: %j', (text, source, facts) => {
    expect(unsupportedFacts(text, [source])).toEqual(facts);
  });
});

describe('ordinary copy states no hard fact', () => {
  test.each([
    '夏季碎花连衣裙，显瘦百搭，一件搞定通勤和约会',
    '三种穿法，两侧口袋',
    'A soft summer dress with 2 pockets and 3 buttons',
    'For a screen 1080 wide, open 1234 at a nice 1999',
    'Look no 5 mild colours',
    '2026春季新款 v2 版型',
  ])('%j', (text) => {
    expect(unsupportedFacts(text, [])).toEqual([]);
  });
});

const spec = fc
  .array(
    fc.constantFrom('1', '5', '50', '500', '123456', '.', ',', '，', ' ', '  ', '%', 'ml', '克', 'GB/T ', '棉', '\n'),
  )
  .map((pieces) => pieces.join(''));

test('a text that is its own source has nothing unsupported', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), spec), (text) => {
      expect(unsupportedFacts(text, [text])).toEqual([]);
    }),
  );
});

test('the same fact is named once', () => {
  expect(unsupportedFacts('95%棉，就是95%棉', [])).toEqual(['95%']);
});
