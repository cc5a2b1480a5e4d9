// The port to a user's workbook: read its rows, patch single cells, lose nothing.
import type { CellPicture, EmbeddedPicture } from '../domain/row-pictures.ts';
import type { ErrorCode, RowscribeError } from '../errors.ts';

export type CellKind = 'text' | 'number' | 'boolean' | 'error' | 'empty';

export interface Cell {
  /** What a reader sees as the cell's text; rich text without its formats, phonetics left out. Trimmed of nothing. */
  readonly text: string;
  readonly kind: CellKind;
  /** The formula behind the value, without "="; "" for a cell that shares the formula of another. */
  readonly formula?: string;
  /** True when the cell holds a picture or another rich value rather than text. */
  readonly rich?: true;
}

export interface SheetRow {
  /** 1-based, as people see it. */
  readonly number: number;
  /** By 0-based column; empty cells are absent. */
  readonly cells: ReadonlyMap<number, Cell>;
  readonly hidden: boolean;
}

export interface SheetInfo {
  readonly name: string;
  readonly visible: boolean;
}

/** One version of a workbook on disk. It is read while it is open; `close` it. */
export interface Book {
  readonly path: string;
  /** Lower-case hex SHA-256 of the file at the time it was opened. */
  readonly sha256: string;
  /** Worksheets only (no chart sheets), in the order of the tabs. */
  readonly sheets: readonly SheetInfo[];
  /** Rows that have cells, in order, streamed. Errors: `sheet-missing`, `workbook-unreadable`. */
  rows(sheet: string, signal?: AbortSignal): AsyncIterable<SheetRow>;
  /**
   * The pictures that lie in a sheet: in its cells (as Excel or WPS keep them) and floating over them. Pictures that lie
   * outside the file, and references that lead nowhere, are left out. Errors: those of `rows`.
   */
  pictures(sheet: string, signal?: AbortSignal): Promise<readonly CellPicture[]>;
  /**
   * The bytes of a picture as it was listed, also when its part has another name by now; `name` is what a person calls
   * it. Errors: `picture-missing` when the file no longer holds that content, `picture-too-large`, `workbook-unreadable`.
   */
  readPicture(picture: EmbeddedPicture, name: string, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface CellEdit {
  readonly sheet: string;
  /** A1 style, without "$". */
  readonly cell: string;
  /** Text is written as text, whatever it begins with. null empties the cell and keeps its format. */
  readonly value: string | number | boolean | null;
  /** When given: the edit is refused (`cell-changed`) unless the cell's text is still this. */
  readonly expected?: string;
}

export interface CellRefusal {
  readonly sheet: string;
  readonly cell: string;
  readonly error: RowscribeError<Extract<ErrorCode, `cell-${string}` | 'sheet-missing'>>;
}

export interface PatchReport {
  readonly written: readonly { readonly sheet: string; readonly cell: string }[];
  readonly refused: readonly CellRefusal[];
  /** SHA-256 of the file as it now is; unchanged when nothing was written. */
  readonly sha256: string;
}

export interface PatchOptions {
  /** Write the result here instead of replacing the workbook. The file may exist: it is replaced. */
  readonly out?: string;
  /** Only this version of the workbook is patched: another one is `workbook-changed`. */
  readonly base?: string;
  readonly signal?: AbortSignal;
}

/** A whole file that is to take the place of a workbook. */
export interface Replacement {
  readonly from: string;
  /** What `from` must hold, and what it is to replace: undefined when there must be no file. */
  readonly sha256: string;
  readonly replaces: string | undefined;
}

/**
 * Workbooks as files.
 *
 * - `open` fails with `workbook-missing`, `workbook-unreadable`, `workbook-encrypted`, `workbook-too-large`.
 * - `patch` writes all edits that can be written in one replacement of the file and refuses the others one by one, each
 *   with its reason. It is atomic: at every moment the path holds the old file or the new one, complete. Every part but
 *   the edited sheets (and the recalculation flag in the workbook part) stays byte-identical. It fails as a whole, with
 *   the original untouched, with those of `open`, `workbook-signed`, `workbook-unsafe`, `workbook-open`,
 *   `workbook-changed`, `workbook-busy`, `disk-full`, `write-failed`, `verify-failed`.
 * - `replace` puts a whole file, such as a backup, in the place of a workbook, as carefully and as atomically as `patch`,
 *   whatever the two files hold. Errors: `backup-damaged` when `from` is not there or not what it should be,
 *   `workbook-open`, `workbook-changed`, `workbook-busy`, `disk-full`, `write-failed`.
 * - `openedBy` names who has the workbook open in another program, as far as that can be known; undefined when nobody has.
 */
export interface Workbooks {
  open(path: string, signal?: AbortSignal): Promise<Book>;
  patch(path: string, edits: readonly CellEdit[], options?: PatchOptions): Promise<PatchReport>;
  replace(path: string, replacement: Replacement, signal?: AbortSignal): Promise<void>;
  openedBy(path: string): Promise<string | undefined>;
}
