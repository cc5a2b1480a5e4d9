// Header names → roles of columns.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headerRowsMax, mapColumns, normaliseHeader, type ColumnMap } from '../../server/domain/columns.ts';
import type { Recipe } from '../../server/domain/recipe.ts';
import { columnOf, shippedRecipe, smallRecipe } from '../fixtures/recipe.ts';

type Line = readonly string[];

const rowsOf = (lines: readonly Line[]) =>
  lines.map((line, index) => ({ number: index + 1, texts: new Map(line.map((text, column) => [column, text])) }));

function map(lines: readonly Line[], recipe: Recipe = smallRecipe): ColumnMap {
  const mapping = mapColumns(rowsOf(lines), recipe);
  if ('problem' in mapping) throw new Error(JSON.stringify(mapping.problem));
  return mapping.map;
}

function problem(lines: readonly Line[], recipe: Recipe = smallRecipe) {
  const mapping = mapColumns(rowsOf(lines), recipe);
  return 'problem' in mapping ? mapping.problem : undefined;
}

describe('an input column', () => {
  test.each([
    ...['图片', '主图', '商品图片', '图片路径', '圖片', 'Image', 'IMAGES', 'picture', 'Photo', 'Image path'],
    ...[
      'image_path',
      'ｉｍａｇｅ',
      ' 图片 ',
      '图片（必填）',
      '图片(jpg/png)',
      '*图片',
      '【图片】',
      '图片1',
      'Image 2',
      'img03',
    ],
  ])('%j holds the picture', (header) => {
    expect(map([['SKU', header, '描述']]).pictures).toEqual([{ index: 1, header: header.trim() }]);
  });

  test.each([
    [
      'key',
      ['SKU', 'sku编码', '货号', '貨號', '商品编号', '编号', '編號', 'ID', 'Item No.', 'Product ID', 'SKU（必填）'],
    ],
    ['prompt', ['提示词', '提示詞', '提示語', '要求', 'Prompt', 'Instructions']],
    ['category', ['品类', '类目', '類目', '分类', '分類', 'Category', 'Product type']],
  ] as const)('for the %s is recognised by each of %j', (role, headers) => {
    for (const header of headers) expect(map([[header, '图片', '描述']])[role]).toEqual({ index: 0, header });
  });

  test('several picture columns count together, in the order of the sheet', () => {
    const { pictures } = map([['图片3', '描述', '图片1', '主图']]);
    expect(pictures.map((ref) => ref.header)).toEqual(['图片3', '图片1', '主图']);
  });

  test('of two columns for one role the better name wins, and the other is a fact', () => {
    const { key, facts } = map([['编号', 'SKU', '图片', '描述', '颜色']]);
    expect(key?.header).toBe('SKU');
    expect(facts.map((fact) => fact.header)).toEqual(['编号', '颜色']);
  });

  test('the category is a fact as well', () => {
    expect(map([['图片', '描述', '品类', '价格']]).facts.map((fact) => fact.header)).toEqual(['品类', '价格']);
  });
});

describe('an output column', () => {
  test('goes by the recipe, before any meaning of its own', () => {
    const { outputs, category } = map([['图片', '品类', '颜色']], shippedRecipe('apparel.yaml'));
    expect([...outputs.keys()]).toEqual(['category', 'color']);
    expect(category).toBeUndefined();
  });

  test('may be called as an input role without being one', () => {
    const recipe = { ...smallRecipe, columns: [columnOf({ key: 'prompt', headers: ['文案'] })] };
    const { outputs, prompt } = map([['图片', '文案', '提示词']], recipe);
    expect([outputs.get('prompt')?.index, prompt?.index]).toEqual([1, 2]);
  });

  test('that the sheet lacks is absent and the others are filled', () => {
    const { absent, outputs } = map([['图片', '描述', '状态']]);
    expect([...outputs.keys()]).toEqual(['description', 'status']);
    expect(absent.map((column) => column.key)).toEqual(['title', 'keywords', 'compliance']);
  });
});

describe('the header row', () => {
  test('is found below titles, notes and blank rows', () => {
    const lines = [
      ['2026 春季上新'],
      [''],
      ['填写说明：图片放在同一文件夹'],
      ['SKU', '图片', '描述'],
      ['A1', 'a.jpg', ''],
    ];
    expect(map(lines).headerRow).toBe(4);
  });

  test('is the uppermost of equals', () => {
    expect(
      map([
        ['图片', '描述'],
        ['图片', '描述'],
      ]).headerRow,
    ).toBe(1);
  });

  test('is not looked for below the first rows', () => {
    const notes = Array.from({ length: headerRowsMax }, (_, index) => [`说明${index}`]);
    expect(problem([...notes, ['图片', '描述']])).toMatchObject({ fault: 'missing' });
    expect(map([...notes.slice(1), ['图片', '描述']]).headerRow).toBe(headerRowsMax);
  });

  test.each([
    [['图片', '描述', '标题'], 'zh-CN'],
    [['Image', 'Description', 'Title'], 'en-US'],
    [['图片', 'Description', 'Title'], 'en-US'],
    [['图片', '描述', 'Title'], 'zh-CN'],
  ])('%j is in %s', (headers, language) => {
    expect(map([headers]).language).toBe(language);
  });
});

describe('a sheet that cannot be filled says why', () => {
  test.each([
    [[['描述', '标题']], ['图片 / Image'], ['描述', '标题']],
    [[['图片', '颜色']], ['描述 / 标题 / 关键词 / 合规 / 状态'], ['图片', '颜色']],
    [[['Colour']], ['图片 / Image', '描述 / 标题 / 关键词 / 合规 / 状态'], ['Colour']],
  ])('%j lacks %j', (lines, roles, seen) => {
    expect(problem(lines)).toEqual({ fault: 'missing', roles, seen });
  });

  test('an empty sheet lacks everything', () => {
    expect(problem([])).toMatchObject({ fault: 'missing', seen: [] });
  });

  test.each([
    [['图片', '描述', '描述'], 'description', ['描述', '描述']],
    [['图片', '描述', 'SKU', 'sku（旧）'], 'key', ['SKU', 'sku（旧）']],
  ])('%j is ambiguous for %s', (headers, role, expected) => {
    expect(problem([headers])).toEqual({ fault: 'ambiguous', role, headers: expected });
  });
});

describe('whatever the headers', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('图片', '描述', 'SKU', '标题', '图片2', '（）'),
  );

  test('no column has two roles, and every named column has one', () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 8 }), (headers) => {
        const mapping = mapColumns(rowsOf([['图片', '描述', ...headers]]), smallRecipe);
        if ('problem' in mapping) return;
        const { pictures, key, prompt, category, facts, outputs } = mapping.map;
        const inputs = [...pictures, ...[key, prompt].filter((ref) => ref !== undefined), ...facts];
        const indexes = [...inputs, ...outputs.values()].map((ref) => ref.index);
        expect(new Set(indexes).size).toBe(indexes.length);
        expect(indexes.length).toBe(2 + headers.filter((text) => text.trim() !== '').length);
        if (category !== undefined) expect(facts).toContainEqual(category);
      }),
    );
  });

  test('their compared form is stable', () => {
    fc.assert(
      fc.property(header, (text) => {
        expect(normaliseHeader(normaliseHeader(text))).toBe(normaliseHeader(text));
      }),
    );
  });
});
