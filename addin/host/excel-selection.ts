// What is selected in the open workbook, told when it has come to rest.
import { parseArea, type Area } from '../../server/domain/cell-address.ts';
import { visibleRows } from './excel-read.ts';
import type { Batch, ExcelSession } from './excel-session.ts';
import type { Selection } from './host.ts';
import { rowRanges } from './row-ranges.ts';

/** Tells `listener` of the selection now and `delayMs` after it last changed; gives the function that ends it. */
export function watchSelection(
  session: ExcelSession,
  delayMs: number,
  listener: (selection: Selection) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const tell = async (): Promise<void> => {
    const selection = await session.run(readSelection).catch(() => undefined);
    if (selection !== undefined && !isOver) listener(selection);
  };
  const onChange = async (): Promise<void> => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => void tell(), delayMs);
  };
  const listening = session.run(async ({ context, sync }) => {
    const handler = context.workbook.onSelectionChanged.add(onChange);
    await sync();
    return handler;
  });
  void listening.then(tell, () => undefined);
  return () => {
    isOver = true;
    clearTimeout(timer);
    void listening.then((handler) => session.run(() => removed(handler))).catch(() => undefined);
  };
}

async function removed(handler: OfficeExtension.EventHandlerResult<Excel.SelectionChangedEventArgs>): Promise<void> {
  handler.remove();
  await handler.context.sync();
}

/** The selection now, with its visible rows. */
export async function readSelection(batch: Batch): Promise<Selection> {
  const { workbook } = batch.context;
  const selected = workbook.getSelectedRanges();
  selected.load('address');
  const active = workbook.getActiveCell();
  active.load('address');
  const sheet = workbook.worksheets.getActiveWorksheet();
  sheet.load('name');
  const used = sheet.getUsedRangeOrNullObject(true);
  used.load('rowIndex,columnIndex,rowCount,columnCount');
  await batch.sync();
  const address = withoutSheets(selected.address);
  const lastUsed = used.isNullObject ? 1 : used.rowIndex + used.rowCount;
  const rows = await shownRows(batch, sheet, address.split(',').flatMap(areaOf), lastUsed);
  return { sheet: sheet.name, address, cell: withoutSheets(active.address), rows: rowRanges(rows) };
}

/**
 * Rows of the areas that are shown. Whole columns end with the last row that holds anything; a selection below that is
 * told as it is, so that it never stands for all rows.
 */
async function shownRows(
  batch: Batch,
  sheet: Excel.Worksheet,
  areas: readonly Area[],
  lastUsed: number,
): Promise<readonly number[]> {
  const first = Math.min(...areas.map(({ firstRow }) => firstRow));
  const last = Math.max(first, Math.min(lastUsed, Math.max(...areas.map(({ lastRow }) => lastRow))));
  const span = { firstRow: first - 1, rowCount: last - first + 1, firstColumn: 0, columnCount: 1 };
  const rows = sheet.getRangeByIndexes(span.firstRow, 0, span.rowCount, 1);
  rows.load('rowHidden');
  await batch.sync();
  const isSelected = (row: number) => areas.some(({ firstRow, lastRow }) => row >= firstRow && row <= lastRow);
  const selected = Array.from({ length: span.rowCount }, (_, index) => first + index).filter(isSelected);
  if (rows.rowHidden === false) return selected;
  const visible = await visibleRows(batch, sheet, { ...span, columnCount: 50 });
  const shown = selected.filter((row) => visible.has(row));
  return shown.length > 0 ? shown : selected;
}

const withoutSheets = (address: string) =>
  address
    .replaceAll('$', '')
    .split(',')
    .map((part) => part.slice(part.lastIndexOf('!') + 1))
    .join(',');

/** "A2:F40", "C7", "C:E", "2:9" → the rows and columns of it; none for anything else. */
function areaOf(reference: string): Area[] {
  const rows = /^(\d+):(\d+)$/.exec(reference);
  const columns = /^([A-Z]+):([A-Z]+)$/.exec(reference);
  const full = rows ? `A${rows[1]}:XFD${rows[2]}` : columns ? `${columns[1]}1:${columns[2]}1048576` : reference;
  const area = parseArea(full);
  return area === undefined ? [] : [area];
}
