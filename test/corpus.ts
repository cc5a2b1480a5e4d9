// Patches every workbook of a folder and reports whatever was lost: npm run test:corpus -- DIR
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAddress, parseAddress } from '../server/domain/cell-address.ts';
import { asRowscribeError, isRowscribeError } from '../server/errors.ts';
import type { Book, CellEdit, PatchReport } from '../server/ports/workbook.ts';
import { createWorkbooks } from '../server/workbook/file.ts';
import { lossesBetween } from './workbook/losses.ts';
import { sheetParts } from './workbook/sheet-parts.ts';

const SHEETS_EDITED = 2;
const workbooks = createWorkbooks();

interface Outcome {
  /** The code of the error that refused the whole file. */
  readonly refused?: string;
  readonly report?: PatchReport;
  readonly losses: readonly string[];
}

/** An edit of each kind in the first sheets: beside the last cell, below, in a gap, over a text. */
async function pickEdits(book: Book): Promise<CellEdit[]> {
  const edits: CellEdit[] = [];
  for (const { name } of book.sheets.slice(0, SHEETS_EDITED)) {
    let last = 0;
    let gap: number | undefined;
    let width = 0;
    let text: string | undefined;
    for await (const row of book.rows(name)) {
      if (row.number > last + 1) gap ??= last + 1;
      last = row.number;
      width = Math.max(...row.cells.keys()) + 1;
      for (const [column, cell] of row.cells) {
        if (cell.kind === 'text') text ??= formatAddress({ row: row.number, column });
      }
    }
    const add = (cell: string, kind: string) =>
      edits.push({ sheet: name, cell, value: `${kind} 文案 <&> _x0041_ 🧵\n` });
    add(formatAddress({ row: Math.max(1, last), column: Math.min(width, 16_383) }), 'append');
    add(formatAddress({ row: Math.min(last + 2, 1_048_576), column: 1 }), 'below');
    if (gap !== undefined) add(formatAddress({ row: gap, column: 2 }), 'gap');
    if (text !== undefined) add(text, 'over');
  }
  return edits.filter(
    (edit, index) => edits.findIndex((one) => one.sheet === edit.sheet && one.cell === edit.cell) === index,
  );
}

async function tryFile(path: string, out: string): Promise<Outcome> {
  try {
    const book = await workbooks.open(path);
    const edits = await pickEdits(book);
    await book.close();
    const before = await readFile(path);
    const report = await workbooks.patch(path, edits, { out });
    const after = await readFile(out);
    const parts = sheetParts(before);
    const changed = new Map<string, Set<string>>();
    for (const { sheet, cell } of report.written) {
      const part = parts.sheets.get(sheet) ?? '';
      const place = parseAddress(cell);
      changed.set(part, (changed.get(part) ?? new Set()).add(`${place?.row}:${(place?.column ?? 0) + 1}`));
    }
    const losses = lossesBetween(before, after, parts.workbook, changed);
    if (!before.equals(await readFile(path))) losses.push('the original changed');
    return { report, losses: [...losses, ...(await wrongValues(out, edits, report))] };
  } catch (cause) {
    const known = isRowscribeError(cause) && cause.code !== 'internal' && cause.code !== 'verify-failed';
    return known ? { refused: cause.code, losses: [] } : { losses: [`failed: ${asRowscribeError(cause).message}`] };
  }
}

/** Written cells that do not read back as what was written. */
async function wrongValues(path: string, edits: readonly CellEdit[], report: PatchReport): Promise<string[]> {
  const book = await workbooks.open(path);
  const wrong: string[] = [];
  for (const { name } of book.sheets) {
    const wanted = new Map(
      edits
        .filter(
          (edit) => edit.sheet === name && report.written.some((one) => one.sheet === name && one.cell === edit.cell),
        )
        .map((edit) => [edit.cell, edit.value]),
    );
    for await (const row of wanted.size > 0 ? book.rows(name) : []) {
      for (const [column, cell] of row.cells) {
        const address = formatAddress({ row: row.number, column });
        if (wanted.get(address) === cell.text) wanted.delete(address);
      }
    }
    wrong.push(...[...wanted.keys()].map((cell) => `${name}!${cell} does not read back`));
  }
  await book.close();
  return wrong;
}

function count(into: Map<string, number>, key: string, by = 1): void {
  into.set(key, (into.get(key) ?? 0) + by);
}

async function main(folder: string): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(xlsx|xlsm|xltx|xltm)$/i.test(name));
  const temp = await mkdtemp(join(tmpdir(), 'rowscribe-corpus-'));
  const figures = new Map<string, number>([['workbooks', names.length]]);
  const seconds: number[] = [];
  for (const name of names.toSorted()) {
    const started = performance.now();
    const outcome = await tryFile(join(folder, name), join(temp, 'out.xlsx'));
    seconds.push((performance.now() - started) / 1000);
    count(figures, outcome.refused === undefined ? 'patched' : `file refused: ${outcome.refused}`);
    count(figures, 'cells written', outcome.report?.written.length ?? 0);
    for (const refusal of outcome.report?.refused ?? []) count(figures, `cell refused: ${refusal.error.code}`);
    count(figures, 'losses', outcome.losses.length);
    for (const loss of outcome.losses) console.log(`${name}: ${loss}`);
  }
  await rm(temp, { recursive: true, force: true });
  for (const [what, number] of figures) console.log(`${String(number).padStart(8)}  ${what}`);
  console.log(
    `${seconds
      .reduce((sum, one) => sum + one, 0)
      .toFixed(1)
      .padStart(8)}  seconds in all`,
  );
  return figures.get('losses') === 0 && names.length > 0 ? 0 : 1;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Usage: npm run test:corpus -- DIR');
  process.exitCode = 2;
} else {
  process.exitCode = await main(folder);
}
