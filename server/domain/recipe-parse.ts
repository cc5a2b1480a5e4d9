// YAML text → recipe, with every fault and its line.
import { isMap, type YAMLMap } from 'yaml';
import { normaliseHeader } from './columns.ts';
import type { Bilingual, Language } from './language.ts';
import type { ColumnKind, Recipe, RecipeColumn } from './recipe.ts';
import { blank, offsetOf, readYaml, type YamlReader } from './yaml-reader.ts';

export interface RecipeParse {
  /** Absent when there are faults. */
  readonly recipe?: Recipe;
  /** "line 12: …", in the order of the file. */
  readonly faults: readonly Bilingual[];
}

const kinds: readonly ColumnKind[] = ['text', 'list', 'compliance', 'status'];
const recipeFields = ['id', 'name', 'about', 'system', 'task', 'columns', 'platform', 'temperature'];
const columnFields = [
  'key',
  'kind',
  'headers',
  'instruction',
  'charactersMax',
  'itemsMin',
  'itemsMax',
  'verbatim',
  'byWriter',
];
const charactersLimit = 2000;
const itemsLimit = 20;

/** Reads one recipe. Never throws: whatever is wrong with the text comes back as faults. */
export function parseRecipe(text: string): RecipeParse {
  const { reader, contents } = readYaml(text);
  if (contents === undefined) return { faults: reader.sorted() };
  if (!isMap(contents)) {
    reader.fault(0, '配方由“id:”“columns:”等字段组成', 'a recipe is a list of fields such as "id:" and "columns:"');
    return { faults: reader.sorted() };
  }
  const recipe = readRecipe(reader, contents as YAMLMap);
  const faults = reader.sorted();
  return faults.length > 0 ? { faults } : { recipe, faults };
}

function readRecipe(reader: YamlReader, map: YAMLMap): Recipe {
  reader.onlyFields(map, recipeFields);
  const columns = reader.list(map, 'columns').map((node) => readColumn(reader, node));
  const recipe: Recipe = {
    id: reader.word(map, 'id'),
    name: reader.bilingual(map, 'name', true),
    about: reader.bilingual(map, 'about', true),
    system: reader.bilingual(map, 'system', true),
    task: reader.bilingual(map, 'task', true),
    platform: reader.has(map, 'platform') ? reader.word(map, 'platform') : 'all',
    temperature: reader.has(map, 'temperature') ? reader.number(map, 'temperature', 0, 2) : 0.3,
    columns,
  };
  checkColumns(reader, map, columns);
  return recipe;
}

function readColumn(reader: YamlReader, node: unknown): RecipeColumn {
  if (!isMap(node)) {
    reader.fault(
      offsetOf(node),
      '列由“key:”“headers:”等字段组成',
      'a column is a list of fields such as "key:" and "headers:"',
    );
    return {
      key: '',
      kind: 'text',
      headers: [],
      instruction: blank,
      charactersMax: sameForBoth(1),
      itemsMin: 0,
      itemsMax: 0,
      verbatim: false,
    };
  }
  reader.onlyFields(node, columnFields);
  const kind = reader.has(node, 'kind') ? reader.choice(node, 'kind', kinds) : 'text';
  const isWritten = kind === 'text' || kind === 'list';
  return {
    key: reader.word(node, 'key'),
    kind,
    headers: reader.texts(node, 'headers'),
    instruction: reader.bilingual(node, 'instruction', isWritten),
    charactersMax: isWritten ? readCharactersMax(reader, node) : sameForBoth(charactersLimit),
    itemsMin: kind === 'list' ? reader.integer(node, 'itemsMin', 1, itemsLimit) : 0,
    itemsMax: kind === 'list' ? reader.integer(node, 'itemsMax', 1, itemsLimit) : 0,
    verbatim: reader.has(node, 'verbatim') && reader.boolean(node, 'verbatim'),
    ...(reader.has(node, 'byWriter') && reader.boolean(node, 'byWriter') && { byWriter: true }),
  };
}

/** One number for both languages, or one for each. */
function readCharactersMax(reader: YamlReader, node: YAMLMap): Readonly<Record<Language, number>> {
  const each = node.get('charactersMax', true) as unknown;
  if (!isMap(each)) return sameForBoth(reader.integer(node, 'charactersMax', 1, charactersLimit));
  reader.onlyFields(each, ['zh-CN', 'en-US']);
  return {
    'zh-CN': reader.integer(each, 'zh-CN', 1, charactersLimit),
    'en-US': reader.integer(each, 'en-US', 1, charactersLimit),
  };
}

const sameForBoth = (count: number) => ({ 'zh-CN': count, 'en-US': count });

function checkColumns(reader: YamlReader, map: YAMLMap, columns: readonly RecipeColumn[]): void {
  const at = offsetOf(map.get('columns', true));
  if (columns.length > 0 && !columns.some((column) => column.kind === 'text' || column.kind === 'list')) {
    reader.fault(at, '没有任何一列由模型填写', 'no column is written by the model');
  }
  for (const [name, count] of counted(columns.map((column) => column.key))) {
    if (count > 1)
      reader.fault(at, `有 ${count} 列使用了同一个 key：${name}`, `the key "${name}" is used by ${count} columns`);
  }
  const headers = columns.flatMap((column) => [...new Set(column.headers.map(normaliseHeader))]);
  for (const [name, count] of counted(headers.filter((header) => header !== ''))) {
    if (count > 1)
      reader.fault(
        at,
        `有 ${count} 列使用了同一个表头：${name}`,
        `the header "${name}" is claimed by ${count} columns`,
      );
  }
  for (const column of columns) {
    if (column.itemsMin > column.itemsMax)
      reader.fault(
        at,
        `列 ${column.key} 的 itemsMin 大于 itemsMax`,
        `column "${column.key}": itemsMin is over itemsMax`,
      );
  }
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
