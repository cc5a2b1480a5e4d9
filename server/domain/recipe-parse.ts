// YAML text → recipe, with every fault and its line.
import { LineCounter, parseDocument, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { normaliseHeader } from './columns.ts';
import type { Bilingual, Language } from './language.ts';
import type { ColumnKind, Recipe, RecipeColumn } from './recipe.ts';

export interface RecipeParse {
  /** Absent when there are faults. */
  readonly recipe?: Recipe;
  /** "line 12: …", in the order of the file. */
  readonly faults: readonly Bilingual[];
}

const kinds: readonly ColumnKind[] = ['text', 'list', 'compliance', 'status'];
const recipeFields = ['id', 'name', 'about', 'system', 'task', 'columns', 'platform', 'temperature'];
const columnFields = ['key', 'kind', 'headers', 'instruction', 'charactersMax', 'itemsMin', 'itemsMax', 'verbatim'];
const charactersLimit = 2000;
const itemsLimit = 20;

/** Reads one recipe. Never throws: whatever is wrong with the text comes back as faults. */
export function parseRecipe(text: string): RecipeParse {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(lines);
  for (const error of document.errors) reader.fault(error.pos[0], firstLine(error.message), firstLine(error.message));
  if (reader.faults.length > 0) return { faults: reader.sorted() };
  if (!isMap(document.contents)) {
    reader.fault(0, '配方由“id:”“columns:”等字段组成', 'a recipe is a list of fields such as "id:" and "columns:"');
    return { faults: reader.sorted() };
  }
  const recipe = readRecipe(reader, document.contents);
  const faults = reader.sorted();
  return faults.length > 0 ? { faults } : { recipe, faults };
}

function readRecipe(reader: Reader, map: YAMLMap): Recipe {
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

function readColumn(reader: Reader, node: unknown): RecipeColumn {
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
  };
}

/** One number for both languages, or one for each. */
function readCharactersMax(reader: Reader, node: YAMLMap): Readonly<Record<Language, number>> {
  const each = node.get('charactersMax', true) as unknown;
  if (!isMap(each)) return sameForBoth(reader.integer(node, 'charactersMax', 1, charactersLimit));
  reader.onlyFields(each, ['zh-CN', 'en-US']);
  return {
    'zh-CN': reader.integer(each, 'zh-CN', 1, charactersLimit),
    'en-US': reader.integer(each, 'en-US', 1, charactersLimit),
  };
}

const sameForBoth = (count: number) => ({ 'zh-CN': count, 'en-US': count });

function checkColumns(reader: Reader, map: YAMLMap, columns: readonly RecipeColumn[]): void {
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

const blank: Bilingual = { 'zh-CN': '', 'en-US': '' };

/** Typed access to YAML nodes that notes a fault with its place instead of throwing. */
class Reader {
  readonly faults: { offset: number; zh: string; en: string }[] = [];
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  fault(offset: number, zh: string, en: string): void {
    this.faults.push({ offset, zh, en });
  }

  sorted(): Bilingual[] {
    const ordered = this.faults.toSorted((a, b) => a.offset - b.offset);
    return ordered.map((fault) => {
      const line = this.#lines.linePos(fault.offset).line || 1;
      return { 'zh-CN': `第 ${line} 行：${fault.zh}`, 'en-US': `line ${line}: ${fault.en}` };
    });
  }

  has(map: YAMLMap, field: string): boolean {
    return map.has(field);
  }

  onlyFields(map: YAMLMap, known: readonly string[]): void {
    for (const pair of map.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '?';
      if (!known.includes(name)) {
        this.fault(
          offsetOf(pair.key),
          `没有名为“${name}”的字段；可用字段：${known.join('、')}`,
          `unknown field "${name}"; known fields: ${known.join(', ')}`,
        );
      }
    }
  }

  text(map: YAMLMap, field: string): string {
    const value = this.#scalar(map, field);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (value !== missing)
      this.fault(offsetOf(map.get(field, true)), `“${field}”应为文字`, `"${field}" must be a text`);
    return '';
  }

  word(map: YAMLMap, field: string): string {
    const value = this.text(map, field);
    if (value !== '' && !/^[a-z][a-z0-9_-]{0,39}$/.test(value)) {
      this.fault(
        offsetOf(map.get(field, true)),
        `“${field}”应为由 a-z、0-9、_、- 组成的短词`,
        `"${field}" must be a short word of a-z, 0-9, "_" and "-"`,
      );
    }
    return value;
  }

  choice<T extends string>(map: YAMLMap, field: string, allowed: readonly T[]): T {
    const value = this.text(map, field);
    const found = allowed.find((item) => item === value);
    if (found !== undefined) return found;
    if (value !== '')
      this.fault(
        offsetOf(map.get(field, true)),
        `“${field}”应为 ${allowed.join('、')} 之一`,
        `"${field}" must be one of ${allowed.join(', ')}`,
      );
    return allowed[0] as T;
  }

  number(map: YAMLMap, field: string, min: number, max: number): number {
    const value = this.#scalar(map, field);
    if (typeof value === 'number' && value >= min && value <= max) return value;
    if (value !== missing) {
      this.fault(
        offsetOf(map.get(field, true)),
        `“${field}”应为 ${min} 到 ${max} 的数`,
        `"${field}" must be a number from ${min} to ${max}`,
      );
    }
    return min;
  }

  integer(map: YAMLMap, field: string, min: number, max: number): number {
    const value = this.number(map, field, min, max);
    if (Number.isInteger(value)) return value;
    this.fault(offsetOf(map.get(field, true)), `“${field}”应为整数`, `"${field}" must be a whole number`);
    return min;
  }

  boolean(map: YAMLMap, field: string): boolean {
    const value = this.#scalar(map, field);
    if (typeof value === 'boolean') return value;
    this.fault(offsetOf(map.get(field, true)), `“${field}”应为 true 或 false`, `"${field}" must be true or false`);
    return false;
  }

  list(map: YAMLMap, field: string): readonly unknown[] {
    const node = map.get(field, true) as unknown;
    if (isSeq(node) && node.items.length > 0) return node.items;
    this.fault(
      offsetOf(node ?? map),
      `“${field}”应为至少一项的列表`,
      `"${field}" must be a list with at least one entry`,
    );
    return [];
  }

  texts(map: YAMLMap, field: string): string[] {
    return this.list(map, field).map((node) => {
      const value = isScalar(node) ? node.value : undefined;
      if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number') return String(value);
      this.fault(offsetOf(node), `“${field}”的每一项都应为文字`, `every entry of "${field}" must be a text`);
      return '';
    });
  }

  bilingual(map: YAMLMap, field: string, required: boolean): Bilingual {
    const node = map.get(field, true) as unknown;
    if (node === undefined && !required) return blank;
    if (!isMap(node)) {
      this.fault(
        offsetOf(node ?? map),
        `“${field}”应包含 zh-CN 和 en-US 两段文字`,
        `"${field}" must hold a text for zh-CN and one for en-US`,
      );
      return blank;
    }
    this.onlyFields(node, ['zh-CN', 'en-US']);
    return { 'zh-CN': this.text(node, 'zh-CN'), 'en-US': this.text(node, 'en-US') };
  }

  #scalar(map: YAMLMap, field: string): unknown {
    const node = map.get(field, true) as unknown;
    if (node === undefined) {
      this.fault(offsetOf(map), `缺少“${field}”`, `"${field}" is missing`);
      return missing;
    }
    return isScalar(node) ? node.value : undefined;
  }
}

const missing = Symbol('missing');

function offsetOf(node: unknown): number {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] ?? 0;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
