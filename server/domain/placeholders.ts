// `{{column}}` in prompts: replaced by the row's own cells.
import { normaliseHeader } from './columns.ts';

export interface Filled {
  readonly text: string;
  /** Placeholders that name no column of the sheet; they are left out of the text. */
  readonly unknown: readonly string[];
}

const placeholder = /\{\{\s*([^{}\n]{1,80}?)\s*\}\}/g;

/** Replaces every placeholder by the text of the column it names, by the same lenient rule as headers are recognised. */
export function fillPlaceholders(template: string, values: ReadonlyMap<string, string>): Filled {
  const byName = new Map([...values].map(([header, text]) => [normaliseHeader(header), text]));
  const unknown: string[] = [];
  const text = template.replace(placeholder, (_, name: string) => {
    const value = values.get(name) ?? byName.get(normaliseHeader(name));
    if (value === undefined) unknown.push(name);
    return value ?? '';
  });
  return { text, unknown };
}
