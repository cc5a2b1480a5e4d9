// Ranges of the fake Excel: their contents read and written as Excel does it.
import { addressOf, entered, type FakeCell, type Place } from './fake-grid.ts';
import { OfficeError, remote, type FakeContext } from './fake-requests.ts';

type Resolve = () => Place | undefined;

/** A range that is looked up when its turn comes in the sync. */
export function fakeRange(context: FakeContext, resolve: Resolve, isNullable = false): object {
  let place: Place | undefined;
  context.queue(() => {
    place = resolve();
    if (place === undefined && !isNullable) throw new OfficeError('ItemNotFound', 'There is no such range');
  });
  const at = (): Place => {
    if (place === undefined) throw new OfficeError('ItemNotFound', 'There is no such range');
    return place;
  };
  return remote(context, {
    read: { ...readers(at), rowHidden: () => rowHidden(at()), columnHidden: () => columnHidden(at()) },
    write: {
      values: (matrix) =>
        write(context, at(), matrix, (input, now, where) => {
          const misread = now.format === '@' ? undefined : context.excel.misread.get(String(input));
          return misread === undefined ? entered(input, now, where.sheet) : { ...now, value: misread };
        }),
      formulas: (matrix) => write(context, at(), matrix, (input, now, where) => entered(input, now, where.sheet)),
      numberFormat: (matrix) => write(context, at(), matrix, (format, now) => ({ ...now, format: String(format) })),
    },
    members: members(context, at),
    ...(isNullable ? { isMissing: () => place === undefined } : {}),
  });
}

function readers(at: () => Place) {
  const matrix = (of: (cell: FakeCell) => unknown) => () => {
    const { sheet, row, column, rows, columns } = at();
    return Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (__, c) => of(sheet.cell(row + r, column + c))),
    );
  };
  return {
    address: () => `${at().sheet.name}!${addressOf(at())}`,
    rowIndex: () => at().row,
    columnIndex: () => at().column,
    rowCount: () => at().rows,
    columnCount: () => at().columns,
    values: matrix(({ value }) => value),
    formulas: matrix(({ formula, value }) => formula ?? value),
    valueTypes: matrix(typeOf),
    numberFormat: matrix(({ format }) => format),
  };
}

function typeOf({ value, isRich }: FakeCell): string {
  if (isRich === true) return 'RichValue';
  if (value === '') return 'Empty';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return 'Double';
  return /^#[A-Z/0!?]+$/.test(value) ? 'Error' : 'String';
}

function members(context: FakeContext, at: () => Place): Record<string, unknown> {
  return {
    untrack: () => undefined,
    select: () => context.queue(() => context.excel.select(at().sheet.name, addressOf(at()))),
    clear: (what: string) => {
      if (what !== 'Contents') throw new TypeError('Only contents are cleared here');
      context.queue(() => {
        const { rows, columns } = at();
        const empty = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ''));
        write(context, at(), empty, (_, { format }) => ({ value: '', format }));
      });
    },
    getVisibleView: () => remote(context, { read: { cellAddresses: () => visibleAddresses(at()) } }),
    getSpillParentOrNullObject: () => {
      context.queue(() => context.need('1.12', 'getSpillParentOrNullObject'));
      const parent = () => at().sheet.place(at().sheet.spilled.get(addressOf(at())) ?? '');
      return fakeRange(context, parent, true);
    },
    getMergedAreasOrNullObject: () => {
      context.queue(() => context.need('1.13', 'getMergedAreasOrNullObject'));
      const isMissing = () => mergedArea(at()) === undefined;
      return remote(context, { read: { address: () => `${at().sheet.name}!${mergedArea(at())}` }, isMissing });
    },
    format: {
      protection: remote(context, {
        read: { locked: () => at().sheet.cell(at().row, at().column).isUnlocked !== true },
      }),
    },
  };
}

function mergedArea({ sheet, row, column }: Place): string | undefined {
  return sheet.merged.find((address) => {
    const area = sheet.place(address);
    if (area === undefined) return false;
    const isRow = row >= area.row && row < area.row + area.rows;
    return isRow && column >= area.column && column < area.column + area.columns;
  });
}

/** null when some are hidden and some are not, as Excel has it. */
function rowHidden({ sheet, row, rows }: Place): boolean | null {
  const hidden = Array.from({ length: rows }, (_, r) => sheet.hiddenRows.has(row + r));
  return hidden.every(Boolean) ? true : hidden.some(Boolean) ? null : false;
}

function columnHidden({ sheet, column, columns }: Place): boolean | null {
  const hidden = Array.from({ length: columns }, (_, c) => sheet.hiddenColumns.has(column + c));
  return hidden.every(Boolean) ? true : hidden.some(Boolean) ? null : false;
}

function visibleAddresses({ sheet, row, column, rows, columns }: Place): string[][] {
  const found: string[][] = [];
  for (let r = row; r < row + rows; r += 1) {
    if (sheet.hiddenRows.has(r)) continue;
    const cells: string[] = [];
    for (let c = column; c < column + columns; c += 1) {
      if (!sheet.hiddenColumns.has(c))
        cells.push(`${sheet.name}!${addressOf({ row: r, column: c, rows: 1, columns: 1 })}`);
    }
    if (cells.length > 0) found.push(cells);
  }
  return found;
}

type Change = (input: unknown, now: FakeCell, where: Place) => FakeCell;

function write(context: FakeContext, place: Place, matrix: unknown, change: Change): void {
  const { sheet, row, column, rows, columns } = place;
  if (!Array.isArray(matrix) || matrix.length !== rows || matrix.some((line) => line.length !== columns)) {
    throw new OfficeError('InvalidArgument', 'The matrix does not fit the range');
  }
  matrix.forEach((line: readonly unknown[], r) =>
    line.forEach((input, c) => {
      const now = sheet.cell(row + r, column + c);
      if (sheet.isProtected && now.isUnlocked !== true) throw new OfficeError('AccessDenied', 'The cell is locked');
      if (typeof input === 'string' && input.length > 32_768) throw new OfficeError('InvalidArgument', 'Too long');
      context.excel.change(sheet, row + r, column + c, change(input, now, place));
    }),
  );
}
