// A1-style addresses ↔ 0-based column and 1-based row.

export interface CellAddress {
  /** 0-based; XFD, the last, is 16383. */
  readonly column: number;
  /** 1-based; the last is 1048576. */
  readonly row: number;
}

/** "C7" → column 2, row 7; undefined for anything that is not the address of one cell. "$" is allowed and ignored. */
export function parseAddress(text: string): CellAddress | undefined {
  const match = /^\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})$/.exec(text.trim());
  if (match === null) return undefined;
  const letters = (match[1] ?? '').toUpperCase();
  const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const row = Number(match[2]);
  return column <= 16_383 && row <= 1_048_576 ? { column, row } : undefined;
}

/** 0-based column → its letters: 0 → "A", 26 → "AA". */
export function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}

export function formatAddress(address: CellAddress): string {
  return `${columnLetters(address.column)}${address.row}`;
}

/** "2-10", "5" or "2-4,8" → a test for row numbers; undefined when the text is none of these. */
export function parseRows(text: string): ((row: number) => boolean) | undefined {
  const spans: [number, number][] = [];
  for (const piece of text.split(/[,，]/)) {
    const match = /^\s*([1-9][0-9]*)\s*(?:[-–~:]\s*([1-9][0-9]*)\s*)?$/.exec(piece);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from) return undefined;
    spans.push([from, to]);
  }
  return (row) => spans.some(([from, to]) => row >= from && row <= to);
}
