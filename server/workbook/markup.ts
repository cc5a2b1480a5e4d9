// Small edits on the bytes of XML, as latin1 text: where a tag stands, what an attribute says.

/** The pattern of a start tag's attributes, each with a quoted value. */
export const ATTRIBUTES = `(?:\\s+[^\\s=<>]+\\s*=\\s*(?:"[^"]*"|'[^']*'))*`;

/** `text` as part of a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same length of text with comments and CDATA blanked, so that what they hold is not taken for tags. */
export function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, (one) => ' '.repeat(one.length));
}

/** The value of an attribute in the text of a start tag; its references are not resolved. */
export function attributeOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return match?.[1] ?? match?.[2];
}

/** `text` with `length` units at `at` replaced. */
export function spliced(text: string, at: number, length: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + length);
}
