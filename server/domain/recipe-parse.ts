// YAML text → recipe, with every fault and its line.
import { LineCounter, parseDocument, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Bilingual } from './language.ts';
import type { ColumnKind, Recipe, RecipeColumn } from './recipe.ts';

export interface RecipeParse {
  /** Absent when there are faults. */
  readonly recipe?: Recipe;
  /** "line 12: …", in the order of the file. */
  readonly faults: readonly string[];
}

const kinds: readonly ColumnKind[] = ['text', 'list', 'compliance', 'status'];
const recipeFields = ['id', 'name', 'about', 'system', 'task', 'columns', 'platform', 'temperature'];
const columnFields = ['key', 'kind', 'headers', 'instruction', 'charactersMax', 'itemsMin', 'itemsMax'];
const charactersLimit = 2000;
const itemsLimit = 20;

/** Reads one recipe. Never throws: whatever is wrong with the text comes back as faults. */
export function parseRecipe(text: string): RecipeParse {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(lines);
  for (const error of document.errors) reader.fault(error.pos[0], firstLine(error.message));
  if (reader.faults.length > 0) return { faults: reader.sorted() };
  if (!isMap(document.contents)) {
    reader.fault(0, 'a recipe is a list of fields such as "id:" and "columns:"');
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
    reader.fault(offsetOf(node), 'a column is a list of fields such as "key:" and "headers:"');
    return { key: '', kind: 'text', headers: [], instruction: blank, charactersMax: 1, itemsMin: 0, itemsMax: 0 };
  }
  reader.onlyFields(node, columnFields);
  const kind = reader.has(node, 'kind') ? reader.choice(node, 'kind', kinds) : 'text';
  const isWritten = kind === 'text' || kind === 'list';
  return {
    key: reader.word(node, 'key'),
    kind,
    headers: reader.texts(node, 'headers'),
    instruction: reader.bilingual(node, 'instruction', isWritten),
    charactersMax: isWritten ? reader.integer(node, 'charactersMax', 1, charactersLimit) : charactersLimit,
    itemsMin: kind === 'list' ? reader.integer(node, 'itemsMin', 1, itemsLimit) : 0,
    itemsMax: kind === 'list' ? reader.integer(node, 'itemsMax', 1, itemsLimit) : 0,
  };
}

function checkColumns(reader: Reader, map: YAMLMap, columns: readonly RecipeColumn[]): void {
  const at = offsetOf(map.get('columns', true));
  if (columns.length > 0 && !columns.some((column) => column.kind === 'text' || column.kind === 'list')) {
    reader.fault(at, 'no column is written by the model');
  }
  for (const [name, count] of counted(columns.map((column) => column.key))) {
    if (count > 1) reader.fault(at, `the key "${name}" is used by ${count} columns`);
  }
  for (const [name, count] of counted(columns.flatMap((column) => column.headers))) {
    if (count > 1) reader.fault(at, `the header "${name}" is claimed by ${count} columns`);
  }
  for (const column of columns) {
    if (column.itemsMin > column.itemsMax) reader.fault(at, `column "${column.key}": itemsMin is over itemsMax`);
  }
}

const blank: Bilingual = { 'zh-CN': '', 'en-US': '' };

/** Typed access to YAML nodes that notes a fault with its place instead of throwing. */
class Reader {
  readonly faults: { offset: number; text: string }[] = [];
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  fault(offset: number, text: string): void {
    this.faults.push({ offset, text });
  }

  sorted(): string[] {
    const ordered = this.faults.toSorted((a, b) => a.offset - b.offset);
    return ordered.map((fault) => `line ${this.#lines.linePos(fault.offset).line || 1}: ${fault.text}`);
  }

  has(map: YAMLMap, field: string): boolean {
    return map.has(field);
  }

  onlyFields(map: YAMLMap, known: readonly string[]): void {
    for (const pair of map.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '?';
      if (!known.includes(name)) {
        this.fault(offsetOf(pair.key), `unknown field "${name}"; known fields: ${known.join(', ')}`);
      }
    }
  }

  text(map: YAMLMap, field: string): string {
    const value = this.#scalar(map, field);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (value !== missing) this.fault(offsetOf(map.get(field, true)), `"${field}" must be a text`);
    return '';
  }

  word(map: YAMLMap, field: string): string {
    const value = this.text(map, field);
    if (value !== '' && !/^[a-z][a-z0-9_-]{0,39}$/.test(value)) {
      this.fault(offsetOf(map.get(field, true)), `"${field}" must be a short word of a-z, 0-9, "_" and "-"`);
    }
    return value;
  }

  choice<T extends string>(map: YAMLMap, field: string, allowed: readonly T[]): T {
    const value = this.text(map, field);
    const found = allowed.find((item) => item === value);
    if (found !== undefined) return found;
    if (value !== '') this.fault(offsetOf(map.get(field, true)), `"${field}" must be one of ${allowed.join(', ')}`);
    return allowed[0] as T;
  }

  number(map: YAMLMap, field: string, min: number, max: number): number {
    const value = this.#scalar(map, field);
    if (typeof value === 'number' && value >= min && value <= max) return value;
    if (value !== missing) {
      this.fault(offsetOf(map.get(field, true)), `"${field}" must be a number from ${min} to ${max}`);
    }
    return min;
  }

  integer(map: YAMLMap, field: string, min: number, max: number): number {
    const value = this.number(map, field, min, max);
    if (Number.isInteger(value)) return value;
    this.fault(offsetOf(map.get(field, true)), `"${field}" must be a whole number`);
    return min;
  }

  list(map: YAMLMap, field: string): readonly unknown[] {
    const node = map.get(field, true) as unknown;
    if (isSeq(node) && node.items.length > 0) return node.items;
    this.fault(offsetOf(node ?? map), `"${field}" must be a list with at least one entry`);
    return [];
  }

  texts(map: YAMLMap, field: string): string[] {
    return this.list(map, field).map((node) => {
      const value = isScalar(node) ? node.value : undefined;
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      this.fault(offsetOf(node), `every entry of "${field}" must be a text`);
      return '';
    });
  }

  bilingual(map: YAMLMap, field: string, required: boolean): Bilingual {
    const node = map.get(field, true) as unknown;
    if (node === undefined && !required) return blank;
    if (!isMap(node)) {
      this.fault(offsetOf(node ?? map), `"${field}" must hold a text for zh-CN and one for en-US`);
      return blank;
    }
    this.onlyFields(node, ['zh-CN', 'en-US']);
    return { 'zh-CN': this.text(node, 'zh-CN'), 'en-US': this.text(node, 'en-US') };
  }

  #scalar(map: YAMLMap, field: string): unknown {
    const node = map.get(field, true) as unknown;
    if (node === undefined) {
      this.fault(offsetOf(map), `"${field}" is missing`);
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
