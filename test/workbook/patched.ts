// Patches a workbook and looks at the result with the tests' own eyes.
import { readFileSync } from 'node:fs';
import type { CellEdit, PatchReport, Workbooks } from '../../server/ports/workbook.ts';
import { parseAddress } from '../../server/domain/cell-address.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { lossesBetween } from './losses.ts';
import { contentOf, readZip } from './read-zip.ts';
import { sheetParts } from './sheet-parts.ts';

export interface Patched {
  readonly report: PatchReport;
  /** By cell as it was named; the code of its refusal. */
  readonly refused: Readonly<Record<string, string>>;
  /** Whatever differs beside the cells that were written. */
  readonly losses: readonly string[];
  /** The content of a part afterwards; "sheet1.xml" is enough of a name. */
  readonly part: (name: string) => string;
}

type ShortEdit = CellEdit | readonly [cell: string, value: CellEdit['value']];

/** Patches in place; a short edit is of the sheet "Sheet1". */
export async function patched(
  path: string,
  edits: readonly ShortEdit[],
  workbooks: Workbooks = createWorkbooks(),
): Promise<Patched> {
  const full = edits.map((edit) => ('sheet' in edit ? edit : { sheet: 'Sheet1', cell: edit[0], value: edit[1] }));
  const before = readFileSync(path);
  const report = await workbooks.patch(path, full);
  const after = readFileSync(path);
  const { workbook, sheets } = sheetParts(before);
  const changed = new Map<string, Set<string>>();
  for (const { sheet, cell } of report.written) {
    const part = sheets.get(sheet) ?? '';
    const position = parseAddress(cell);
    if (position === undefined) throw new Error(`${cell} was written`);
    changed.set(part, (changed.get(part) ?? new Set()).add(`${position.row}:${position.column + 1}`));
  }
  const parts = [...readZip(after).values()];
  return {
    report,
    refused: Object.fromEntries(report.refused.map((one) => [one.cell, one.error.code])),
    losses: lossesBetween(before, after, workbook, changed),
    part(name) {
      const part = parts.find((one) => one.name.endsWith(name));
      return part === undefined ? '' : contentOf(part).toString();
    },
  };
}
