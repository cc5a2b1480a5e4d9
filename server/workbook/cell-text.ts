// The text of a cell on its way in and out of XML: hygiene, escapes, the limit of a cell.

/** UTF-16 units that a cell can hold. */
export const CELL_TEXT_MAX = 32_767;

/**
 * The text a cell can hold for what was given: line ends as "\n", no control characters that XML forbids, U+FFFD for
 * each half of a broken surrogate pair and for the two non-characters.
 */
export function cleanCellText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // oxlint-disable-next-line no-control-regex -- these are the characters to remove
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd')
  );
}

/** Text as the content of a `t` element. A literal "_x0041_" is escaped, since readers would decode it. */
export function encodeCellText(text: string): string {
  return text
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** The text behind a `t` element's content: "_x000A_" and its like decoded. */
export function decodeCellText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
