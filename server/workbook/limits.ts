// The limits within which a workbook is opened, each with its default.

/** Every limit is a cap on what a file may claim or need; a file beyond one fails with `workbook-too-large` unless said. */
export interface WorkbookLimits {
  /** Bytes of the file itself. */
  readonly fileBytesMax: number;
  /** Parts in the package. The format written here holds at most 65,534. */
  readonly entriesMax: number;
  /** Bytes of all parts together after inflating, as declared; no part may grow beyond its declaration. */
  readonly inflatedBytesMax: number;
  /** Inflated bytes for one compressed byte; looked at only in parts above 4 MiB, where a bomb would hurt. */
  readonly inflationRatioMax: number;
  /** Bytes of a part that is held in memory as a whole (relationships, styles, tables, the workbook part). */
  readonly partBytesMax: number;
  /** Bytes of the shared strings, which have to be held while rows are read. */
  readonly sharedStringsBytesMax: number;
  /** Bytes of one picture that is read; a larger one fails with `picture-too-large`, its row alone. */
  readonly pictureBytesMax: number;
  /** Bytes of one row, or of everything before the first row. */
  readonly rowBytesMax: number;
}

const MEBIBYTE = 1024 * 1024;

export const defaultWorkbookLimits: WorkbookLimits = {
  fileBytesMax: 512 * MEBIBYTE,
  entriesMax: 20_000,
  inflatedBytesMax: 2048 * MEBIBYTE,
  inflationRatioMax: 400,
  partBytesMax: 64 * MEBIBYTE,
  sharedStringsBytesMax: 512 * MEBIBYTE,
  pictureBytesMax: 20 * MEBIBYTE,
  rowBytesMax: 32 * MEBIBYTE,
};
