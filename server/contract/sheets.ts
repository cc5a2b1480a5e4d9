// Sheets as pages see them: where work is to be done, columns with their roles, rows with their cells.
import type { Bilingual, Language } from '../domain/language.ts';

/** 'key', 'picture', 'prompt', 'category', 'fact', 'ignore', or `output:KEY` for a column of the recipe. */
export type ColumnRole = 'key' | 'picture' | 'prompt' | 'category' | 'fact' | 'ignore' | `output:${string}`;

/** What the person decided about columns, by 0-based index; the others are recognised by their headers. */
export type ColumnChoices = Readonly<Record<string, ColumnRole>>;

/** Where work is to be done. */
export interface Target {
  readonly workbook: string;
  /** The sheet that fits best when absent. */
  readonly sheet?: string;
  readonly recipe: string;
  readonly columns?: ColumnChoices;
}

export interface ColumnView {
  readonly index: number;
  /** "A", "B", … */
  readonly letter: string;
  readonly header: string;
  readonly role: ColumnRole;
}

/** `POST /api/sheets/view` */
export interface SheetAnswer {
  readonly sheet: string;
  readonly sheets: readonly string[];
  readonly headerRow: number;
  readonly columns: readonly ColumnView[];
  /** Columns of the recipe that the sheet lacks. */
  readonly absent: readonly { readonly key: string; readonly name: Bilingual }[];
  readonly rowCount: number;
  /** Language of the copy, from the headers. */
  readonly language: Language;
}

export interface RowsRequest {
  readonly target: Target;
  readonly offset: number;
  /** At most 200. */
  readonly limit: number;
  /** Only the row with this 1-based number. */
  readonly number?: number;
}

export interface CellView {
  /** Key of the recipe's column. */
  readonly column: string;
  readonly header: string;
  /** "C7" */
  readonly cell: string;
  readonly text: string;
  /** `ours`: as delivered; `edited`: a person's; `stale`: ours or edited, and the row's inputs changed since. */
  readonly state: 'empty' | 'ours' | 'edited' | 'stale';
}

export interface RowView {
  readonly key: string;
  readonly label: string;
  readonly number: number;
  readonly pictures: readonly { readonly name: string; readonly thumbnail: string }[];
  readonly facts: readonly { readonly header: string; readonly text: string }[];
  readonly cells: readonly CellView[];
}

/** `POST /api/sheets/rows` */
export interface RowsAnswer {
  readonly total: number;
  readonly rows: readonly RowView[];
}

/** `POST /api/workbooks`: opens a workbook by its path in the browser. Answers with its `WorkbookView`. */
export interface OpenRequest {
  readonly path: string;
}
