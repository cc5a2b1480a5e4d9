// Edits of a workbook that is open in Excel: those that name a cell once, by sheet, and those refused at sight.
import type { LinkEdit } from '../contract/links.ts';
import { formatAddress, parseAddress } from '../domain/cell-address.ts';
import { RowscribeError } from '../errors.ts';
import type { CellEdit, CellRefusal } from '../ports/workbook.ts';

/** UTF-16 units that a cell can hold. */
const cellTextMax = 32_767;

type PlainCode = Exclude<CellRefusal['error']['code'], 'sheet-missing' | 'cell-too-long'>;

/** An edit with the name of its sheet as the workbook spells it, and its cell as the pane is told it. */
export interface PaneEdit {
  readonly edit: CellEdit;
  readonly sheet: string;
  readonly link: LinkEdit;
}

export interface SortedEdits {
  readonly bySheet: ReadonlyMap<string, readonly PaneEdit[]>;
  readonly refused: readonly CellRefusal[];
}

export function refusal({ sheet, cell }: Pick<CellEdit, 'sheet' | 'cell'>, code: PlainCode): CellRefusal {
  return { sheet, cell, error: new RowscribeError(code, { sheet, cell }) };
}

/** The name of a sheet as the workbook spells it; undefined when there is none. */
export function findSheet(names: readonly string[], name: string): string | undefined {
  const lower = name.toLowerCase();
  return names.find((one) => one === name) ?? names.find((one) => one.toLowerCase() === lower);
}

/** Refuses `cell-invalid`, `sheet-missing`, `cell-too-long`, `cell-value`, `cell-twice`. */
export function sortEdits(edits: readonly CellEdit[], names: readonly string[]): SortedEdits {
  const refused: CellRefusal[] = [];
  const places = new Map<string, PaneEdit[]>();
  for (const edit of edits) {
    const found = placeOf(edit, names);
    if ('error' in found) refused.push(found);
    else {
      const place = `${found.link.cell}!${found.sheet}`;
      places.set(place, [...(places.get(place) ?? []), found]);
    }
  }
  const bySheet = new Map<string, PaneEdit[]>();
  for (const [first, ...others] of places.values()) {
    if (first === undefined) continue;
    if (others.length > 0) refused.push(...[first, ...others].map(({ edit }) => refusal(edit, 'cell-twice')));
    else bySheet.set(first.sheet, [...(bySheet.get(first.sheet) ?? []), first]);
  }
  return { bySheet, refused };
}

function placeOf(edit: CellEdit, names: readonly string[]): CellRefusal | PaneEdit {
  const { sheet: named, cell, expected } = edit;
  const position = parseAddress(cell);
  if (position === undefined) return refusal(edit, 'cell-invalid');
  const sheet = findSheet(names, named);
  if (sheet === undefined) {
    return { sheet: named, cell, error: new RowscribeError('sheet-missing', { sheet: named, known: names }) };
  }
  const value = typeof edit.value === 'string' ? cleanText(edit.value) : edit.value;
  if (typeof value === 'string' && value.length > cellTextMax) {
    return {
      sheet: named,
      cell,
      error: new RowscribeError('cell-too-long', { sheet: named, cell, length: value.length }),
    };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return refusal(edit, 'cell-value');
  const link = { cell: formatAddress(position), value: value === '' ? null : value };
  return { edit, sheet, link: expected === undefined ? link : { ...link, expected } };
}

/** Line ends as "\n", and no control characters that a cell could not keep. */
function cleanText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters to remove
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}
