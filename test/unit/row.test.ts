// Product rows: their keys, fingerprints, inputs, and what of them may be written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureName } from '../../server/domain/row-pictures.ts';
import { mayDeliver, workOf } from '../../server/domain/work.ts';
import { smallRecipe } from '../fixtures/recipe.ts';
import { readRow, readRows } from '../fixtures/row.ts';

const headers = ['SKU', '图片', '颜色', '描述'];
const keysOf = (rows: ReturnType<typeof readRows>) => rows.map((row) => row?.key);

describe('the key of a row', () => {
  test('is its key cell', () => {
    expect(readRow({ SKU: ' A-1 ', 图片: 'a.jpg', 描述: '' })).toMatchObject({ key: 'A-1', label: 'A-1' });
  });

  test('is made of its inputs when there is no key, and the row is then called by its number', () => {
    const row = readRow({ SKU: '', 图片: 'a.jpg', 描述: '' });
    expect(row.key).toMatch(/^~[0-9a-f]{24}$/);
    expect(row).toMatchObject({ label: '2', number: 2 });
  });

  test('survives sorting and inserting', () => {
    const lines = [
      ['', 'a.jpg', '红', ''],
      ['', 'b.jpg', '蓝', ''],
    ];
    const before = keysOf(readRows(headers, lines));
    const after = keysOf(readRows(headers, [['', 'new.jpg', '绿', ''], ...lines.toReversed()]));
    expect(after.slice(1)).toEqual(before.toReversed());
  });

  test('of equal rows tells them apart in the order of the sheet', () => {
    const lines = Array.from({ length: 3 }, () => ['A', 'a.jpg', '红', '']);
    expect(keysOf(readRows(headers, lines))).toEqual(['A', 'A#2', 'A#3']);
  });

  test('is no other row’s key, also when people write such keys themselves', () => {
    const key = fc.constantFrom('A', 'A#2', 'A#3', 'A#2#2', 'B', '');
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), (keys) => {
        const rows = keysOf(
          readRows(
            headers,
            keys.map((text) => [text, 'a.jpg', '', '']),
          ),
        );
        expect(new Set(rows).size).toBe(keys.length);
      }),
    );
  });
});

describe('the fingerprint of a row', () => {
  const cells = { SKU: 'A', 图片: 'a.jpg', 颜色: '红', 提示词: '短一点', 描述: '', 标题: '' };
  const base = readRow(cells).fingerprint;

  test.each([
    ['the picture', { 图片: 'b.jpg' }],
    ['a fact', { 颜色: '蓝' }],
    ['the prompt', { 提示词: '长一点' }],
  ])('changes with %s', (_, change) => {
    expect(readRow({ ...cells, ...change }).fingerprint).not.toBe(base);
  });

  test.each([
    ['an output', { 描述: '新写的' }],
    ['all outputs', { 描述: '新写的', 标题: '标题' }],
    ['blanks around an input', { 颜色: ' 红 ' }],
  ])('stays with %s', (_, change) => {
    expect(readRow({ ...cells, ...change }).fingerprint).toBe(base);
  });
});

describe('a product row', () => {
  test.each([
    ['blank', ['', '', '', '']],
    ['a note below the table', ['', '', '合计', '']],
    ['output alone', ['', '', '', '描述']],
  ])('is not what is %s', (_, line) => {
    expect(readRows(headers, [line])).toEqual([undefined]);
  });

  test('may name its pictures in several columns and several in a cell', () => {
    const row = readRow({ 图片1: 'a.jpg；b.jpg', 图片2: 'c.png', 描述: '' });
    expect(row.pictures.map(pictureName)).toEqual(['a.jpg', 'b.jpg', 'c.png']);
  });

  test('has facts without the empty ones, and every column as a value', () => {
    const row = readRow({ SKU: 'A', 图片: 'a.jpg', 品类: '裙', 颜色: '', 提示词: '短', 描述: '旧' });
    expect(row.facts).toEqual([{ header: '品类', text: '裙' }]);
    expect(row).toMatchObject({ category: '裙', prompt: '短' });
    expect(Object.fromEntries(row.values)).toEqual({
      ...{ SKU: 'A', 图片: 'a.jpg', 品类: '裙', 颜色: '', 提示词: '短', 描述: '旧' },
    });
  });

  test('keeps its output texts untrimmed and leaves out cells that text must not replace', () => {
    const lines = [['A', 'a.jpg', '红', ' 旧 ']];
    expect(readRows(headers, lines)[0]?.outputs).toEqual(new Map([['description', ' 旧 ']]));
    expect(readRows(headers, lines, smallRecipe, [3])[0]?.outputs).toEqual(new Map());
  });
});

describe('the work of a row', () => {
  const cells = { SKU: 'A', 图片: 'a.jpg', 描述: '我们写的', 标题: '人写的', 关键词: ' ', 状态: '完成' };
  const delivered = new Map([['description', '我们写的']]);
  const work = (mode: 'empty' | 'all', overwriteEdited = false) => {
    const { keys, keptKeys } = workOf(readRow(cells), smallRecipe, { mode, overwriteEdited }, delivered);
    return { keys, keptKeys };
  };

  test('is the empty cells by default', () => {
    expect(work('empty')).toEqual({ keys: ['keywords'], keptKeys: [] });
  });

  test('in mode all also those that still hold what was delivered; people’s words are kept', () => {
    expect(work('all')).toEqual({ keys: ['description', 'keywords'], keptKeys: ['title'] });
  });

  test('is everything only after the explicit yes, which alone empties nothing', () => {
    expect(work('all', true)).toEqual({ keys: ['description', 'title', 'keywords'], keptKeys: [] });
    expect(work('empty', true)).toEqual({ keys: ['keywords'], keptKeys: [] });
  });

  test('never is a column that Rowscribe writes itself, that the sheet lacks or that holds a formula', () => {
    const [row] = readRows(['图片', '描述', '状态'], [['a.jpg', '', '']], smallRecipe, [1]);
    if (row === undefined) throw new Error('no row');
    expect(workOf(row, smallRecipe, { mode: 'all', overwriteEdited: true }, new Map()).keys).toEqual([]);
  });
});

describe('a text may be put into a cell', () => {
  test.each([
    ['', '新', '', true],
    [' \n', '新', '旧', true],
    ['新', '新', '', true],
    ['旧', '新', '旧', true],
    ['人改的', '新', '旧', false],
    ['人写的', '新', '', false],
  ])('that holds %j, the text being %j and expected %j: %s', (current, text, expected, may) => {
    expect(mayDeliver(current, text, expected)).toBe(may);
  });
});
