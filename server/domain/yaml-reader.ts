// Reads YAML by its nodes: every fault is noted with its line instead of thrown.
import { LineCounter, parseDocument, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Bilingual } from './language.ts';

export interface ReadYaml {
  readonly reader: YamlReader;
  /** The document's topmost node; undefined when the text is no YAML. */
  readonly contents: unknown;
}

/** Reads a text. Never throws: what is wrong with it is noted in the reader. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new YamlReader(lines);
  for (const error of document.errors) reader.fault(error.pos[0], firstLine(error.message), firstLine(error.message));
  return { reader, contents: reader.faults.length > 0 ? undefined : (document.contents ?? null) };
}

export const blank: Bilingual = { 'zh-CN': '', 'en-US': '' };

/** Typed access to YAML nodes that notes a fault with its place instead of throwing. */
export class YamlReader {
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

export function offsetOf(node: unknown): number {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] ?? 0;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
