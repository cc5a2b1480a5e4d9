// Recipes: what ships keeps its promises, and whatever is wrong with one is said with its line.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseHeader } from '../../server/domain/columns.ts';
import { parseRecipe } from '../../server/domain/recipe-parse.ts';
import { writtenColumns, type Recipe } from '../../server/domain/recipe.ts';
import { shippedRecipe, shippedRecipeFiles } from '../fixtures/recipe.ts';

const han = /\p{Script=Han}/u;

describe.each(shippedRecipeFiles)('the shipped recipe %s', (file) => {
  const recipe = shippedRecipe(file);

  test('is named as its file', () => {
    expect(`${recipe.id}.yaml`).toBe(file);
  });

  test('says everything in Chinese and in English', () => {
    const texts = [recipe.name, recipe.about, recipe.system, recipe.task];
    for (const text of [...texts, ...writtenColumns(recipe).map((column) => column.instruction)]) {
      expect(text['zh-CN']).toMatch(han);
      expect(text['en-US']).toMatch(/[a-z]{3}/i);
      expect(text['en-US']).not.toMatch(han);
    }
  });

  test('has a check and a status, and headers in both languages for every column', () => {
    expect(recipe.columns.map((column) => column.kind)).toEqual(expect.arrayContaining(['compliance', 'status']));
    for (const { headers } of recipe.columns) {
      expect(headers.some((header) => han.test(header))).toBe(true);
      expect(headers.some((header) => !han.test(header))).toBe(true);
    }
  });

  test('gives English more room than Chinese, and every text some room', () => {
    for (const { charactersMax } of writtenColumns(recipe)) {
      expect(charactersMax['zh-CN']).toBeGreaterThanOrEqual(8);
      expect(charactersMax['en-US']).toBeGreaterThanOrEqual(charactersMax['zh-CN']);
    }
  });
});

describe('the limits that are promised', () => {
  const lengths = (recipe: Recipe, keys: RegExp) =>
    recipe.columns.filter((column) => keys.test(column.key)).map((column) => column.charactersMax['zh-CN']);

  test.each([
    ['abtest.yaml', /^title_/, [12, 12, 12]],
    ['abtest.yaml', /^lead_/, [80, 80, 80]],
    ['default.yaml', /^title_/, [12, 12, 12]],
    ['default.yaml', /^lead_/, [80, 80, 80]],
    ['channels.yaml', /^(xiaohongshu|jd)$/, [150, 150]],
    ['differentiation.yaml', /^detail_/, [30, 30, 30]],
  ])('%s: the columns %s have at most %j characters', (file, keys, expected) => {
    expect(lengths(shippedRecipe(file), keys)).toEqual(expected);
  });

  test('Taobao has three selling points and a call to action', () => {
    const recipe = shippedRecipe('taobao.yaml');
    const points = recipe.columns.find((column) => column.key === 'selling_points');
    expect([points?.itemsMin, points?.itemsMax]).toEqual([3, 3]);
    expect(recipe.columns.map((column) => column.key)).toContain('call_to_action');
    expect(recipe.platform).toBe('taobao');
  });

  test('clothing is analysed by colour, material, style and season', () => {
    const keys = shippedRecipe('apparel.yaml').columns.map((column) => column.key);
    expect(keys).toEqual(expect.arrayContaining(['color', 'material', 'style', 'season']));
  });

  test('what is read off a picture is copied word by word', () => {
    const columns = writtenColumns(shippedRecipe('readtext.yaml'));
    expect(columns.map((column) => [column.key, column.verbatim])).toEqual([
      ['text_in_image', true],
      ['brand', true],
    ]);
  });

  test('no two columns of the default recipe answer to the same header', () => {
    const names = shippedRecipe('default.yaml').columns.flatMap((column) => [
      ...new Set(column.headers.map(normaliseHeader)),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });
});

const good = `id: mine
name: { zh-CN: 我的, en-US: Mine }
about: { zh-CN: 说明, en-US: About }
system: { zh-CN: 系统, en-US: System }
task: { zh-CN: 任务, en-US: Task }
columns:
  - key: copy
    headers: [文案, Copy]
    instruction: { zh-CN: 写, en-US: write }
    charactersMax: 20
`;
const faultsOf = (text: string, language: 'zh-CN' | 'en-US' = 'en-US') =>
  parseRecipe(text).faults.map((fault) => fault[language]);

describe('a recipe of a team', () => {
  test('needs no more than texts and one column', () => {
    const { recipe, faults } = parseRecipe(good);
    expect(faults).toEqual([]);
    expect(recipe).toMatchObject({ id: 'mine', platform: 'all', temperature: 0.3 });
    expect(recipe?.columns[0]).toMatchObject({
      key: 'copy',
      kind: 'text',
      charactersMax: { 'zh-CN': 20, 'en-US': 20 },
      verbatim: false,
    });
  });

  test('may limit each language by itself', () => {
    const { recipe } = parseRecipe(good.replace('charactersMax: 20', 'charactersMax: { zh-CN: 12, en-US: 40 }'));
    expect(recipe?.columns[0]?.charactersMax).toEqual({ 'zh-CN': 12, 'en-US': 40 });
  });

  test.each([
    ['id: mine', 'id: Not A Word', 'line 1: "id" must be a short word'],
    ['id: mine\n', '', 'line 1: "id" is missing'],
    ['id: mine', 'id: mine\nidd: x', 'line 2: unknown field "idd"'],
    ['name: { zh-CN: 我的, en-US: Mine }', 'name: Mine', 'line 2: "name" must hold a text for zh-CN and one for en-US'],
    ['name: { zh-CN: 我的, en-US: Mine }', 'name: { zh-CN: 我的 }', 'line 2: "en-US" is missing'],
    ['charactersMax: 20', 'charactersMax: 0', 'line 10: "charactersMax" must be a number from 1 to 2000'],
    ['charactersMax: 20', 'charactersMax: 2001', 'line 10: "charactersMax" must be a number from 1 to 2000'],
    ['charactersMax: 20', 'charactersMax: 12.5', 'line 10: "charactersMax" must be a whole number'],
    ['charactersMax: 20', 'charactersMax: many', 'line 10: "charactersMax" must be a number'],
    ['charactersMax: 20', 'charactersMax: 20\n    kind: poem', 'line 11: "kind" must be one of'],
    ['charactersMax: 20', 'charactersMax: 20\n    verbatim: maybe', 'line 11: "verbatim" must be true or false'],
    ['headers: [文案, Copy]', 'headers: []', 'line 8: "headers" must be a list with at least one entry'],
    ['headers: [文案, Copy]', 'headers: [文案, [Copy]]', 'line 8: every entry of "headers" must be a text'],
    ['headers: [文案, Copy]', 'headers: [文案, ""]', 'line 8: every entry of "headers" must be a text'],
    ['id: mine', 'id: mine\ntemperature: 3', 'line 2: "temperature" must be a number from 0 to 2'],
  ])('%j in the place of %j is a fault with its line', (from, to, fault) => {
    const text = good.replace(from, to);
    expect(text).not.toBe(good);
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });

  test.each([
    ['the same key twice', '- { key: copy, kind: status, headers: [状态] }', 'the key "copy" is used by 2 columns'],
    ['the same header twice', '- { key: b, kind: status, headers: [Copy] }', 'is claimed by 2 columns'],
    [
      'headers that only look different',
      '- { key: b, kind: status, headers: ["c o p y!"] }',
      'is claimed by 2 columns',
    ],
  ])('%s is a fault', (_, column, fault) => {
    expect(faultsOf(`${good}  ${column}\n`)).toEqual([expect.stringContaining(fault)]);
  });

  test('a column may name the same header in two spellings', () => {
    expect(faultsOf(good.replace('[文案, Copy]', '[文案, 文 案, Copy, COPY]'))).toEqual([]);
  });

  test('a list whose least is over its most, and a recipe without a written column, are faults', () => {
    const list = `${good}    kind: list\n    itemsMin: 4\n    itemsMax: 3\n`;
    expect(faultsOf(list)).toEqual([expect.stringContaining('itemsMin is over itemsMax')]);
    const none = good.replace(/ {2}- key: copy[\s\S]*/, '  - { key: s, kind: status, headers: [状态] }\n');
    expect(faultsOf(none)).toEqual([expect.stringContaining('no column is written by the model')]);
  });

  test('all faults come together, in the order of the file, in both languages', () => {
    const text = good.replace('id: mine', 'id: 我').replace('task:', 'tsk:').replace('charactersMax: 20', 'kind: list');
    const lines = faultsOf(text).map((fault) => Number(/^line (\d+):/.exec(fault)?.[1]));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    for (const fault of faultsOf(text, 'zh-CN')) expect(fault).toMatch(/^第 \d+ 行：.*\p{Script=Han}/su);
  });

  test.each(['', '- 1\n- 2\n', 'just a text', 'id: [', 'id: a\nid: b\n', '---\na: 1\n---\nb: 2\n', '*unknown'])(
    '%j is no recipe and is told so',
    (text) => {
      const { recipe, faults } = parseRecipe(text);
      expect(recipe).toBeUndefined();
      expect(faults.length).toBeGreaterThan(0);
    },
  );
});

describe('parsing', () => {
  const line = fc.constantFrom(...good.split('\n'), ...readFileSync(recipePath('default'), 'utf8').split('\n'));
  const mixed = fc
    .array(fc.oneof({ arbitrary: line, weight: 4 }, fc.string(), fc.constantFrom('- ', '  ', '[', '{', '*a', '&a x')))
    .map((lines) => lines.join('\n'));

  test('never throws, and gives a recipe exactly when there is no fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), mixed), (text) => {
        const { recipe, faults } = parseRecipe(text);
        expect(recipe === undefined).toBe(faults.length > 0);
      }),
      { numRuns: 150 },
    );
  });

  test('survives nesting without end', () => {
    for (const piece of ['[', '{a: ', '- ', '? ']) expect(parseRecipe(piece.repeat(5000)).recipe).toBeUndefined();
  });
});

function recipePath(id: string): URL {
  return new URL(`../../templates/recipes/${id}.yaml`, import.meta.url);
}
