// Selected areas as Excel names them, and the cells that lie in them. Pure.

/** Whether a cell (1-based row, 0-based column) lies in "B2:D9", "C7", "2:5" or "B:D", or in one of several. */
export function areaOf(address: string): (row: number, column: number) => boolean {
  const areas = address.split(',').map((part) => {
    const [from = '', to = from] = part.trim().replaceAll('$', '').split(':');
    return { from: cornerOf(from), to: cornerOf(to) };
  });
  return (row, column) =>
    areas.some(
      ({ from, to }) =>
        row >= (from.row ?? 1) &&
        row <= (to.row ?? Infinity) &&
        column >= (from.column ?? 0) &&
        column <= (to.column ?? Infinity),
    );
}

function cornerOf(text: string): { readonly row?: number; readonly column?: number } {
  const [, letters = '', digits = ''] = /^([A-Z]*)(\d*)$/i.exec(text) ?? [];
  const column =
    letters
      .toUpperCase()
      .split('')
      .reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { ...(digits === '' ? {} : { row: Number(digits) }), ...(letters === '' ? {} : { column }) };
}
