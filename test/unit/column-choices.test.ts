// What a person says about columns comes before what their headers say.
import { describe, expect, test } from 'vitest';
import { mapColumns, type ColumnChoices } from '../../server/domain/columns.ts';
import { smallRecipe } from '../fixtures/recipe.ts';

const rowsOf = (lines: readonly (readonly string[])[]) =>
  lines.map((line, index) => ({ number: index + 1, texts: new Map(line.map((text, column) => [column, text])) }));

function map(lines: readonly (readonly string[])[], choices: ColumnChoices) {
  const mapping = mapColumns(rowsOf(lines), smallRecipe, true, choices);
  if ('problem' in mapping) throw new Error(JSON.stringify(mapping.problem));
  return mapping.map;
}

const headers = ['货品', '照片链接', '颜色', '文案', '短标题', '备注'];

describe('a column that a person chose', () => {
  test('has the role they gave it, whatever its header', () => {
    const found = map([headers], { '0': 'key', '1': 'picture', '4': 'output:title' });
    expect(found.key).toEqual({ index: 0, header: '货品' });
    expect(found.pictures).toEqual([{ index: 1, header: '照片链接' }]);
    expect([...found.outputs.keys()]).toEqual(['description', 'title']);
    expect(found.outputs.get('title')).toEqual({ index: 4, header: '短标题' });
  });

  test('takes the place of one whose header says the same, which is then a fact', () => {
    const found = map([['图片', '描述', '新文案']], { '2': 'output:description' });
    expect(found.outputs.get('description')?.index).toBe(2);
    expect(found.facts.map(({ header }) => header)).toEqual(['描述']);
  });

  test('to be ignored is no fact and has no role', () => {
    const found = map([['图片', '描述', '标题', '内部备注']], { '3': 'ignore', '2': 'ignore' });
    expect(found.facts).toEqual([]);
    expect([...found.outputs.keys()]).toEqual(['description']);
  });

  test('to be a fact is one, also where its header means something else', () => {
    expect(map([['图片', '描述', '品类']], { '2': 'fact' })).not.toHaveProperty('category');
    expect(map([['图片', '描述', '品类']], { '2': 'fact' }).facts.map(({ index }) => index)).toEqual([2]);
  });

  test('is called by its letter where it has no header', () => {
    expect(map([['图片', '描述']], { '27': 'output:title' }).outputs.get('title')).toEqual({ index: 27, header: 'AB' });
  });

  test('does not change which row holds the headers', () => {
    const lines = [
      ['夏季目录', '', ''],
      ['图片', '描述', '甲'],
      ['a.jpg', '', ''],
    ];
    expect(map(lines, { '2': 'key' })).toMatchObject({ headerRow: 2, key: { index: 2, header: '甲' } });
  });

  test('ends a doubt between two equal headers, and two for one role are a doubt', () => {
    const twice = [['图片', '标题', '标题']];
    expect(mapColumns(rowsOf(twice), smallRecipe)).toHaveProperty('problem.fault', 'ambiguous');
    expect(map(twice, { '2': 'output:title' }).outputs.get('title')?.index).toBe(2);
    const both = mapColumns(rowsOf(twice), smallRecipe, true, { '1': 'output:title', '2': 'output:title' });
    expect(both).toHaveProperty('problem.fault', 'ambiguous');
  });

  test('may be one of several with pictures, in the order of the sheet', () => {
    const found = map([['图片', '描述', '细节']], { '2': 'picture' });
    expect(found.pictures.map(({ index }) => index)).toEqual([0, 2]);
  });
});
