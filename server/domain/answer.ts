// The model's JSON → cell texts within their limits, or what is wrong with it.
import { cutAtClause, graphemeCount } from './graphemes.ts';
import { both, type Bilingual, type Language } from './language.ts';
import type { RecipeColumn } from './recipe.ts';

export type AnswerProblem =
  | { readonly problem: 'too-long'; readonly key: string; readonly length: number; readonly charactersMax: number }
  | { readonly problem: 'empty'; readonly key: string };

export type AnswerParse =
  | { readonly texts: ReadonlyMap<string, string>; readonly problems: readonly AnswerProblem[] }
  | { readonly unusable: Bilingual };

/** Reads an answer. The text of a problem's column is still given, so that it can be cut when nothing better comes. */
export function parseAnswer(answer: string, columns: readonly RecipeColumn[], language: Language): AnswerParse {
  const value = parseObject(answer);
  if (value === undefined) return { unusable: both('不是 JSON 对象', 'not a JSON object') };
  const texts = new Map<string, string>();
  const problems: AnswerProblem[] = [];
  for (const column of columns) {
    const text = textOf(value[column.key], column, language);
    texts.set(column.key, text);
    problems.push(...problemsOf(text, column, language));
  }
  return { texts, problems };
}

/** Cuts a column's text to its limit: lists drop items, texts end at a clause. */
export function cutToLimit(text: string, column: RecipeColumn, language: Language): string {
  if (column.kind !== 'list') return cutAtClause(text, column.charactersMax[language]);
  const separator = listSeparator(language);
  return text
    .split(separator)
    .filter((item) => graphemeCount(item) <= column.charactersMax[language])
    .slice(0, column.itemsMax)
    .join(separator);
}

/** What joins the items of a list in a cell. */
export function listSeparator(language: Language): string {
  return language === 'zh-CN' ? '、' : ', ';
}

/** Takes JSON out of what some engines wrap around it: a code fence, a sentence before or after. */
function parseObject(answer: string): Record<string, unknown> | undefined {
  const from = answer.indexOf('{');
  const to = answer.lastIndexOf('}');
  if (from < 0 || to <= from) return undefined;
  try {
    const value: unknown = JSON.parse(answer.slice(from, to + 1));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown, column: RecipeColumn, language: Language): string {
  if (column.kind !== 'list') return typeof value === 'string' ? tidyText(value) : '';
  const items = (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === 'string');
  const tidy = items
    .map((item) =>
      tidyText(item)
        .replace(/[、,，;；\n]+/g, ' ')
        .trim(),
    )
    .filter((item) => item !== '');
  return [...new Set(tidy)].join(listSeparator(language));
}

/** Invisible, control and direction characters go; line ends become "\n"; runs of blanks shrink; quotes around all go. */
export function tidyText(text: string): string {
  const lines = text
    .normalize('NFC')
    // Half a surrogate pair would not come back from the workbook as it went in.
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\t\v\f]/g, ' ')
    // eslint-disable-next-line no-control-regex
    .replace(
      /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u2028\u2029\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFD]/g,
      '',
    )
    .split('\n')
    .map((line) => line.replace(/[ \u00A0\u3000]+/g, ' ').trim());
  const joined = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return joined.replace(/^[“"「『]([^“”"「」『』]*)[”"」』]$/u, '$1').trim();
}

function problemsOf(text: string, column: RecipeColumn, language: Language): AnswerProblem[] {
  if (text === '') return [{ problem: 'empty', key: column.key }];
  const pieces = column.kind === 'list' ? text.split(listSeparator(language)) : [text];
  const length = Math.max(...pieces.map(graphemeCount));
  const charactersMax = column.charactersMax[language];
  return length <= charactersMax ? [] : [{ problem: 'too-long', key: column.key, length, charactersMax }];
}
