// One setting's value as it was written, read and checked: what is wrong is added to the faults.
import path from 'node:path';
import { both, type Bilingual } from './domain/language.ts';

type Kind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly default: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly kind: 'file' | 'folder' | 'text' | 'url'; readonly default: string }
  | { readonly kind: 'folders' | 'urls'; readonly default: readonly string[] };

export type Definition = Kind & { readonly about: Bilingual };

/** The value, or the default and a fault. Paths are taken from `base`. */
export function readValue(
  name: string,
  definition: Definition,
  raw: unknown,
  base: string,
  faults: Bilingual[],
): unknown {
  switch (definition.kind) {
    case 'integer': {
      const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof value === 'number' && Number.isInteger(value) && value >= definition.min && value <= definition.max)
        return value;
      faults.push(
        both(
          `${name} 应为 ${definition.min} 到 ${definition.max} 的整数，而不是 ${String(raw)}`,
          `${name} must be a whole number from ${definition.min} to ${definition.max}, not ${String(raw)}`,
        ),
      );
      return definition.default;
    }
    case 'choice':
      if (typeof raw === 'string' && definition.choices.includes(raw)) return raw;
      faults.push(
        both(
          `${name} 应为 ${definition.choices.join('、')} 之一，而不是 ${String(raw)}`,
          `${name} must be one of ${definition.choices.join(', ')}, not ${String(raw)}`,
        ),
      );
      return definition.default;
    case 'text':
      if (typeof raw === 'string' || typeof raw === 'number') return String(raw).trim();
      faults.push(both(`${name} 应为文本`, `${name} must be a text`));
      return definition.default;
    case 'url':
      return readUrl(name, raw, faults);
    case 'urls':
      return readUrls(name, raw, faults);
    case 'folders':
      return readFolders(name, raw, base, faults);
    case 'file':
    case 'folder':
      if (typeof raw === 'string') return raw === '' ? '' : path.resolve(base, raw);
      faults.push(both(`${name} 应为路径`, `${name} must be a path`));
      return definition.default;
  }
}

/** An address whose user name, password or query would end up in messages is refused. */
function readUrl(name: string, raw: unknown, faults: Bilingual[]): string {
  if (raw === '') return '';
  const url = typeof raw === 'string' && URL.canParse(raw) ? new URL(raw) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '')
    return url.href.replace(/\/$/, '');
  faults.push(
    both(
      `${name} 应为 http://192.168.1.20:8000 这样的地址`,
      `${name} must be an address such as http://192.168.1.20:8000`,
    ),
  );
  return '';
}

/** One address, several in a text with commas or spaces between them, or a list. */
function readUrls(name: string, raw: unknown, faults: Bilingual[]): readonly string[] {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(/[\s,]+/) : Array.isArray(raw) ? raw : [raw];
  const urls = list.filter((url) => url !== '').map((url) => readUrl(name, url, faults));
  return [...new Set(urls.filter((url) => url !== ''))];
}

function readFolders(name: string, raw: unknown, base: string, faults: Bilingual[]): readonly string[] {
  const list: unknown[] = typeof raw === 'string' ? raw.split(path.delimiter) : Array.isArray(raw) ? raw : [raw];
  const folders = list.filter((folder): folder is string => typeof folder === 'string' && folder.trim() !== '');
  if (folders.length < list.filter((folder) => folder !== '').length)
    faults.push(both(`${name} 应为文件夹列表`, `${name} must be a list of folders`));
  return folders.map((folder) => path.resolve(base, folder.trim()));
}
