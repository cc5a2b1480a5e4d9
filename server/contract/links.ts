// What the server and Excel’s pane say to each other about the workbook that is open there.

/** `POST /api/documents`: Excel's pane says which document it belongs to. Answers with its `WorkbookView`. */
export interface DocumentRequest {
  /** Path or address of the saved document; '' when it was never saved. */
  readonly path: string;
  readonly name: string;
  /** Chosen by the pane once per document; tells an unsaved one from others. */
  readonly instance: string;
}

/** What the server asks of the pane that a document is open in. */
export type LinkRequest =
  | { readonly id: string; readonly ask: 'sheets' }
  | {
      readonly id: string;
      readonly ask: 'read';
      readonly sheet: string;
      /** Answered by `unchanged` when the sheet still is what it was then. */
      readonly ifRevision?: string;
    }
  | {
      readonly id: string;
      readonly ask: 'write';
      readonly sheet: string;
      /** The revision the edits were made for: `changed` when rows moved since, and nothing is written. */
      readonly revision: string;
      readonly edits: readonly LinkEdit[];
    };

export interface LinkEdit {
  readonly cell: string;
  /** null empties the cell. */
  readonly value: string | number | boolean | null;
  readonly expected?: string;
}

/**
 * A cell of a sheet that the pane has read: `[0-based column, text, kind, formula?]`; empty cells are absent. The text is
 * what the file's reader makes of the same cell. `rich`: a picture or a linked value; formulas come without "=".
 */
export type LinkCell = readonly [number, string, 'text' | 'number' | 'boolean' | 'error' | 'rich', string?];

/** `POST /api/links/WORKBOOK/ID` */
export type LinkAnswer =
  | {
      readonly answer: 'sheets';
      readonly sheets: readonly { readonly name: string; readonly visible: boolean }[];
      readonly active: string;
    }
  | { readonly answer: 'unchanged' }
  | {
      readonly answer: 'sheet';
      readonly revision: string;
      readonly rows: readonly {
        readonly number: number;
        readonly hidden: boolean;
        readonly cells: readonly LinkCell[];
      }[];
    }
  | {
      readonly answer: 'written';
      /** The sheet's revision with these edits: cached rows count on when they are edited alike. */
      readonly revision: string;
      readonly refused: readonly {
        readonly cell: string;
        readonly why: 'changed' | 'formula' | 'merged' | 'protected' | 'rich' | 'too-long';
      }[];
    }
  | { readonly answer: 'changed' }
  /** Nothing was done. `editing`: the person is typing in a cell; `protected`: the sheet; `missing`: no such sheet. */
  | { readonly answer: 'failed'; readonly why: 'editing' | 'protected' | 'missing' | 'other'; readonly detail: string };
