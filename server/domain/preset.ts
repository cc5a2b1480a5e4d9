// Ready-made questions: YAML text → presets, with every fault and its line.
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { both, type Bilingual } from './language.ts';
import { blank, offsetOf, readYaml, type YamlReader } from './yaml-reader.ts';

/** A question that is asked with one click. */
export interface Preset {
  readonly id: string;
  readonly name: Bilingual;
  readonly text: Bilingual;
}

export interface PresetsParse {
  /** In the order of the file; those with faults are left out. */
  readonly presets: readonly Preset[];
  /** "line 12: …", in the order of the file. */
  readonly faults: readonly Bilingual[];
}

const fields = ['id', 'name', 'text'];
const presetsMax = 100;
const nameCharactersMax = 40;
const textCharactersMax = 2000;

/** Reads a list of presets. Texts may be given for both languages or once for both. Never throws. */
export function parsePresets(text: string): PresetsParse {
  const { reader, contents } = readYaml(text);
  if (contents === undefined) return { presets: [], faults: reader.sorted() };
  if (contents === null) return { presets: [], faults: [] };
  if (!isSeq(contents)) {
    reader.fault(
      offsetOf(contents),
      '预设由“- id:”开头的条目组成',
      'presets are a list of entries that begin with "- id:"',
    );
    return { presets: [], faults: reader.sorted() };
  }
  const presets = contents.items.slice(0, presetsMax).map((node) => readPreset(reader, node));
  if (contents.items.length > presetsMax)
    reader.fault(offsetOf(contents.items[presetsMax]), `最多 ${presetsMax} 个预设`, `at most ${presetsMax} presets`);
  noteDoubles(reader, contents.items, presets);
  return { presets: presets.filter(({ id }) => id !== ''), faults: reader.sorted() };
}

function readPreset(reader: YamlReader, node: unknown): Preset {
  if (!isMap(node)) {
    reader.fault(
      offsetOf(node),
      '每个预设由“id:”“name:”“text:”组成',
      'a preset is made of the fields "id:", "name:" and "text:"',
    );
    return { id: '', name: blank, text: blank };
  }
  const map = node as YAMLMap;
  reader.onlyFields(map, fields);
  return {
    id: reader.word(map, 'id'),
    name: readText(reader, map, 'name', nameCharactersMax),
    text: readText(reader, map, 'text', textCharactersMax),
  };
}

function readText(reader: YamlReader, map: YAMLMap, field: string, charactersMax: number): Bilingual {
  const node = map.get(field, true) as unknown;
  const value = isMap(node) ? reader.bilingual(map, field, true) : once(reader, map, field);
  const length = Math.max(value['zh-CN'].length, value['en-US'].length);
  if (length > charactersMax)
    reader.fault(
      offsetOf(node),
      `“${field}”最多 ${charactersMax} 字`,
      `"${field}" may have ${charactersMax} characters at most`,
    );
  return value;
}

function once(reader: YamlReader, map: YAMLMap, field: string): Bilingual {
  const node = map.get(field, true) as unknown;
  if (isScalar(node) && typeof node.value === 'number') return both(String(node.value), String(node.value));
  const text = reader.text(map, field);
  return both(text, text);
}

function noteDoubles(reader: YamlReader, nodes: readonly unknown[], presets: readonly Preset[]): void {
  const seen = new Set<string>();
  for (const [index, { id }] of presets.entries()) {
    if (id !== '' && seen.has(id))
      reader.fault(offsetOf(nodes[index]), `id“${id}”用了不止一次`, `the id "${id}" is used more than once`);
    seen.add(id);
  }
}
