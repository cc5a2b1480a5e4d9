// Reads a sheet of the open workbook in blocks, and which of its rows are hidden.
import type { LinkAnswer, LinkCell } from '../../server/contract/links.ts';
import { contentMark, linkCell, rawCell, type RawRows } from './cell-reading.ts';
import type { Revisions, Snapshot } from './excel-revisions.ts';
import { officeCode, type Batch } from './excel-session.ts';

type SheetAnswer = Extract<LinkAnswer, { answer: 'sheet' }>;
type LinkRow = SheetAnswer['rows'][number];

/** The rectangle of a sheet that holds anything, 0-based. */
interface UsedArea {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly firstColumn: number;
  readonly columnCount: number;
}

/** Times that a sheet is read anew because someone changed it meanwhile. */
const readTriesMax = 3;
const blockProperties = 'values,formulas,valueTypes,numberFormat,rowHidden';

/** The names of the workbook's sheets and which one is in front. */
export async function listSheets({ context, sync }: Batch): Promise<LinkAnswer> {
  const { worksheets } = context.workbook;
  worksheets.load('items/name,items/visibility');
  const active = worksheets.getActiveWorksheet();
  active.load('name');
  await sync();
  const sheets = worksheets.items.map(({ name, visibility }) => ({ name, visible: visibility === 'Visible' }));
  return { answer: 'sheets', sheets, active: active.name };
}

/** All rows of a sheet that hold anything, or `unchanged` when `ifRevision` still is its revision. */
export async function readSheet(
  batch: Batch,
  name: string,
  ifRevision: string | undefined,
  revisions: Revisions,
  blockRows: number,
): Promise<LinkAnswer> {
  const sheet = batch.context.workbook.worksheets.getItemOrNullObject(name);
  sheet.load('id,name');
  await batch.sync();
  if (sheet.isNullObject) return { answer: 'failed', why: 'missing', detail: name };
  const known = revisions.byId(sheet.id, sheet.name);
  if (known.snapshot !== undefined && ifRevision === revisions.text(known)) return { answer: 'unchanged' };
  for (let tries = 1; ; tries += 1) {
    const since = known.revision;
    const { rows, snapshot } = await readRows(batch, sheet, since, blockRows);
    if (known.revision !== since && tries < readTriesMax) continue;
    known.snapshot = snapshot;
    return { answer: 'sheet', revision: revisions.text({ ...known, revision: since }), rows };
  }
}

async function readRows(
  batch: Batch,
  sheet: Excel.Worksheet,
  since: number,
  blockRows: number,
): Promise<{ rows: LinkRow[]; snapshot: Snapshot }> {
  const rows: LinkRow[] = [];
  const marks = new Map<number, Int32Array>();
  const area = await usedArea(batch, sheet);
  const end = area.firstRow + area.rowCount;
  let size = blockRows;
  for (let first = area.firstRow; first < end;) {
    const block = { ...area, firstRow: first, rowCount: Math.min(size, end - first) };
    const read = await readBlock(batch, sheet, block);
    if (read === 'too-large') {
      size = Math.max(1, Math.floor(block.rowCount / 2));
      continue;
    }
    addRows(read, block, rows, marks);
    first += block.rowCount;
  }
  const hasFormulas = rows.some(({ cells }) => cells.some((cell) => cell[3] !== undefined));
  const { firstColumn, columnCount } = area;
  return { rows, snapshot: { since, firstColumn, columnCount, hasFormulas, marks } };
}

async function usedArea({ sync }: Batch, sheet: Excel.Worksheet): Promise<UsedArea> {
  const used = sheet.getUsedRangeOrNullObject(true);
  used.load('rowIndex,columnIndex,rowCount,columnCount');
  await sync();
  if (used.isNullObject) return { firstRow: 0, rowCount: 0, firstColumn: 0, columnCount: 0 };
  const { rowIndex, columnIndex, rowCount, columnCount } = used;
  return { firstRow: rowIndex, rowCount, firstColumn: columnIndex, columnCount };
}

interface Block {
  readonly raw: RawRows;
  /** 1-based numbers of hidden rows. */
  readonly hidden: ReadonlySet<number>;
}

/** 'too-large' when Excel refuses to hand over so many cells at once. */
async function readBlock(batch: Batch, sheet: Excel.Worksheet, area: UsedArea): Promise<Block | 'too-large'> {
  const range = sheet.getRangeByIndexes(area.firstRow, area.firstColumn, area.rowCount, area.columnCount);
  range.load(blockProperties);
  try {
    await batch.sync();
  } catch (error) {
    if (officeCode(error) !== 'ResponsePayloadSizeLimitExceeded' || area.rowCount === 1) throw error;
    return 'too-large';
  }
  const hidden = await hiddenRows(batch, sheet, area, range.rowHidden);
  const { values, formulas, valueTypes, numberFormat } = range;
  range.untrack();
  return { raw: { values, formulas, valueTypes, numberFormat }, hidden };
}

/** The hidden rows of an area, given what the area says of all its rows together: null when only some are hidden. */
async function hiddenRows(
  batch: Batch,
  sheet: Excel.Worksheet,
  area: UsedArea,
  areHidden: boolean | null,
): Promise<ReadonlySet<number>> {
  if (areHidden === false) return new Set();
  const all = Array.from({ length: area.rowCount }, (_, row) => area.firstRow + row + 1);
  if (areHidden === true) return new Set(all);
  const visible = await visibleRows(batch, sheet, area);
  return new Set(all.filter((number) => !visible.has(number)));
}

/** The rows that are shown, 1-based. They are told by the cells of a column that is not hidden itself. */
export async function visibleRows(batch: Batch, sheet: Excel.Worksheet, area: UsedArea): Promise<ReadonlySet<number>> {
  const columns = Array.from({ length: Math.max(1, area.columnCount) }, (_, index) =>
    sheet.getRangeByIndexes(area.firstRow, area.firstColumn + index, area.rowCount, 1),
  );
  for (const column of columns) column.load('columnHidden');
  await batch.sync();
  const shown = columns.find((column) => column.columnHidden === false) ?? columns[0];
  if (shown === undefined) return new Set();
  const view = shown.getVisibleView();
  view.load('cellAddresses');
  await batch.sync();
  return new Set(view.cellAddresses.flat().map((address) => Number(/\d+$/.exec(String(address))?.[0])));
}

function addRows(block: Block, area: UsedArea, rows: LinkRow[], marks: Map<number, Int32Array>): void {
  for (let row = 0; row < area.rowCount; row += 1) {
    const number = area.firstRow + row + 1;
    const cells: LinkCell[] = [];
    for (let column = 0; column < area.columnCount; column += 1) {
      const cell = linkCell(area.firstColumn + column, rawCell(block.raw, row, column));
      if (cell !== undefined) cells.push(cell);
    }
    marks.set(number, marksOf(block.raw.formulas[row] ?? []));
    if (cells.length > 0) rows.push({ number, hidden: block.hidden.has(number), cells });
  }
}

/** Marks of a row's cells: of formulas rather than their results, which may change by themselves. */
export function marksOf(formulas: readonly unknown[]): Int32Array {
  return Int32Array.from(formulas, contentMark);
}

/** Marks of a row that was empty when the sheet was read. */
export const emptyMarks = (columnCount: number) => new Int32Array(columnCount).fill(contentMark(''));
