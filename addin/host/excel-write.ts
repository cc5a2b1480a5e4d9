// Writes a batch of cells into the open workbook in one step, or not at all when rows moved meanwhile.
import type { LinkAnswer, LinkEdit, LinkRequest } from '../../server/contract/links.ts';
import { cleanText, textInput } from './cell-input.ts';
import { contentMark, isFormula, type RawCell } from './cell-reading.ts';
import { groupByRow, isAsRead, isUntouched, loadRow, type EditedRow, type LoadedRow } from './excel-edited-rows.ts';
import { loadSurroundings, obstacleTo, type Refusal } from './excel-obstacles.ts';
import { emptyMarks } from './excel-read.ts';
import type { KnownSheet, Revisions, Snapshot } from './excel-revisions.ts';
import type { Batch } from './excel-session.ts';

type WriteRequest = Extract<LinkRequest, { ask: 'write' }>;

/** A cell that will be written. */
interface CellWrite {
  readonly row: EditedRow;
  readonly edit: LinkEdit;
  readonly column: number;
  /** What it holds before. */
  readonly now: RawCell;
}

/**
 * Writes edits that were made for a revision. First everything that is needed is read: rows that do not hold what they held
 * at that revision mean `changed`; cells that must not be written are refused one by one. Then all is written in one
 * step, with the rows read once more in that same step: when a person came in between, what they had is put back.
 */
export async function writeEdits(batch: Batch, request: WriteRequest, revisions: Revisions): Promise<LinkAnswer> {
  const known = revisions.byName(request.sheet);
  const snapshot = known?.snapshot;
  if (known === undefined || snapshot === undefined || !revisions.isSinceReading(known, request.revision)) {
    return unknownRevision(batch, request.sheet);
  }
  const sheet = batch.context.workbook.worksheets.getItemOrNullObject(request.sheet);
  sheet.load('id');
  sheet.protection.load('protected');
  const rows = groupByRow(request.edits, snapshot).map((row) => loadRow(sheet, row));
  const around = new Map(request.edits.map(({ cell }) => [cell, loadSurroundings(sheet, cell)]));
  await batch.sync();
  if (sheet.isNullObject) return { answer: 'failed', why: 'missing', detail: request.sheet };
  if (sheet.id !== known.id || !rows.every((row) => isAsRead(row, snapshot))) return changed(known);

  const refused: Refusal[] = [];
  const writes: CellWrite[] = [];
  for (const loaded of rows) {
    for (const { edit, column } of loaded.row.edits) {
      const now = loaded.cell(column);
      const surroundings = around.get(edit.cell);
      const why = surroundings && obstacleTo(edit, now, surroundings, sheet.protection.protected);
      if (why === undefined) writes.push({ row: loaded.row, edit, column, now });
      else refused.push({ cell: edit.cell, why });
    }
  }
  if (refused.length > 0 && refused.length === request.edits.length && refused.every(({ why }) => why === 'protected'))
    return { answer: 'failed', why: 'protected', detail: request.sheet };
  if (writes.length > 0 && !(await writeInOneStep(batch, sheet, rows, writes, known, snapshot))) return changed(known);
  return { answer: 'written', revision: revisions.text(known), refused };
}

/** Counts as a change of others, so that the sheet is read anew. */
function changed(known: KnownSheet): LinkAnswer {
  known.revision += 1;
  return { answer: 'changed' };
}

async function unknownRevision({ context, sync }: Batch, name: string): Promise<LinkAnswer> {
  const sheet = context.workbook.worksheets.getItemOrNullObject(name);
  sheet.load('id');
  await sync();
  return sheet.isNullObject ? { answer: 'failed', why: 'missing', detail: name } : { answer: 'changed' };
}

/** False when a person came in between; then everything is as they left it. */
async function writeInOneStep(
  { sync }: Batch,
  sheet: Excel.Worksheet,
  rows: readonly LoadedRow[],
  writes: readonly CellWrite[],
  known: KnownSheet,
  snapshot: Snapshot,
): Promise<boolean> {
  // Counted even when it fails halfway: the sheet may hold some of it.
  known.revision += 1;
  const justBefore = rows.map(({ row }) => loadRow(sheet, row));
  for (const { edit, now } of writes) put(sheet.getRange(edit.cell), edit.value, now.format);
  const written = writes.map(({ edit }) => loadWritten(sheet, edit));
  await sync();
  const isSafe = rows.every((row, index) => {
    const later = justBefore[index];
    return later !== undefined && isUntouched(row, later, writtenInto(row.row, writes));
  });
  if (!isSafe) {
    await putBack({ sheet, sync }, justBefore, writes);
    return false;
  }
  await mend({ sheet, sync }, writes, written);
  writes.forEach((write, index) => {
    const cell = written[index];
    remember(snapshot, write, cell?.isWanted() === true ? cell.formula() : wanted(write.edit));
  });
  return true;
}

const writtenInto = (row: EditedRow, writes: readonly CellWrite[]) =>
  new Map(writes.filter((write) => write.row === row).map(({ column, edit }) => [column, wanted(edit)]));

/** What the cell is to hold afterwards. */
const wanted = ({ value }: LinkEdit) => (typeof value === 'string' ? cleanText(value) : (value ?? ''));

function put(range: Excel.Range, value: LinkEdit['value'], format: string): void {
  if (value === null || value === '') range.clear('Contents');
  else range.values = [[typeof value === 'string' ? textInput(cleanText(value), format) : value]];
}

/** What a cell holds at one moment; to be read after the next sync. */
function loadWritten(sheet: Excel.Worksheet, edit: LinkEdit) {
  const range = sheet.getRange(edit.cell);
  range.load('values,formulas');
  return {
    formula: (): unknown => range.formulas[0]?.[0],
    isWanted: () => range.values[0]?.[0] === wanted(edit) && !isRead(range),
  };
}

/** Whether Excel made a formula of a text. */
const isRead = (range: Excel.Range) =>
  isFormula({ value: range.values[0]?.[0], formula: range.formulas[0]?.[0], type: '', format: '' });

interface Sheet {
  readonly sheet: Excel.Worksheet;
  readonly sync: () => Promise<void>;
}

/** Texts that Excel read something into all the same are written once more, into cells of the format text. */
async function mend(
  { sheet, sync }: Sheet,
  writes: readonly CellWrite[],
  written: readonly ReturnType<typeof loadWritten>[],
): Promise<void> {
  const wrong = writes.filter(
    ({ edit }, index) => typeof edit.value === 'string' && written[index]?.isWanted() === false,
  );
  if (wrong.length === 0) return;
  for (const { edit } of wrong) {
    const range = sheet.getRange(edit.cell);
    range.numberFormat = [['@']];
    range.values = [[wanted(edit)]];
  }
  await sync();
}

/** Puts back what stood in the cells right before they were written. */
async function putBack(
  { sheet, sync }: Sheet,
  rows: readonly LoadedRow[],
  writes: readonly CellWrite[],
): Promise<void> {
  for (const { row, column, edit } of writes) {
    const cell = rows.find((loaded) => loaded.row === row)?.cell(column);
    if (cell === undefined) continue;
    const range = sheet.getRange(edit.cell);
    if (isFormula(cell)) range.formulas = [[cell.formula]];
    else put(range, cell.value as LinkEdit['value'], cell.format);
  }
  await sync();
}

function remember(snapshot: Snapshot, { row, column }: CellWrite, formula: unknown): void {
  const marks = snapshot.marks.get(row.number) ?? emptyMarks(snapshot.columnCount);
  const index = column - snapshot.firstColumn;
  if (index >= 0 && index < marks.length) marks[index] = contentMark(formula ?? '');
  snapshot.marks.set(row.number, marks);
}
