// What the server and its pages say to each other, as types; of our code `addin/` imports only this and pure functions of domain/.
import type { Bilingual, Language } from './domain/language.ts';

export type { Bilingual, Language } from './domain/language.ts';

/** An error as RFC 9457 describes it, with the sentence in both languages. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** A code of the error catalogue. */
  readonly code: string;
  /** What happened, to what, and what to do next. */
  readonly message: Bilingual;
  readonly retryable: boolean;
}

export interface EngineView {
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** 0..100, when the engine can tell. */
  readonly percent?: number;
  /** A name for people; '' until it is known. */
  readonly model: string;
  readonly isDemo: boolean;
  /** e.g. "CUDA0: NVIDIA GeForce RTX 4090"; '' until it is known. */
  readonly device: string;
  readonly fallback?: Bilingual;
  readonly problem?: Problem;
  /** Measured over the newest rows; absent before the first ones. */
  readonly secondsPerRow?: number;
}

export interface RecipeView {
  readonly id: string;
  readonly name: Bilingual;
  readonly about: Bilingual;
  readonly columns: readonly { readonly key: string; readonly name: Bilingual; readonly kind: string }[];
}

/** A question that is asked with one click, from the recipes' folder or the team's own. */
export interface PresetView {
  readonly id: string;
  readonly name: Bilingual;
  readonly text: Bilingual;
}

export interface WorkbookView {
  /** Opaque; names the workbook in every request. */
  readonly id: string;
  /** File name for people. */
  readonly name: string;
  /** Folder for people; '' for a workbook that was never saved. */
  readonly folder: string;
  readonly source: 'watched' | 'opened' | 'excel';
  /** Why it cannot be written now: it is open elsewhere, or its pane is gone. */
  readonly waiting?: Problem;
}

export interface SettingsView {
  readonly language: Language | 'auto';
  /** `1024`: pictures are looked at in at most 1024 × 1024 pixels; `small`: 672 × 672, for cards with little memory. */
  readonly pictureSize: '1024' | 'small';
}

/** Everything a page needs to begin with; also sent when events were missed. */
export interface AppState {
  readonly version: string;
  readonly engine: EngineView;
  readonly settings: SettingsView;
  readonly recipes: readonly RecipeView[];
  readonly presets: readonly PresetView[];
  readonly workbooks: readonly WorkbookView[];
  /** Newest first, at most 20. */
  readonly runs: readonly RunView[];
}

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

/** Which rows, and which of their cells may be written. */
export interface Scope {
  /** "2-10, 15"; '' for all. */
  readonly rows: string;
  readonly mode: 'empty' | 'all';
  /** The explicit yes: texts that people wrote or changed may be replaced. */
  readonly overwriteEdited: boolean;
}

/** `POST /api/plans` takes a `WorkRequest`. */
export interface WorkRequest {
  readonly target: Target;
  readonly scope: Scope;
}

export interface PlanAnswer {
  readonly sheet: string;
  readonly rowCount: number;
  readonly cellCount: number;
  /** The first 200 rows, with the cells that would be written. */
  readonly rows: readonly {
    readonly key: string;
    readonly label: string;
    readonly number: number;
    readonly cells: readonly { readonly cell: string; readonly header: string; readonly now: string }[];
  }[];
  /** Cells left alone because a person wrote or changed them. */
  readonly keptCount: number;
  /** From measured seconds a row; absent before the first rows of a model. */
  readonly seconds?: number;
}

/** `POST /api/runs` */
export interface RunRequest extends WorkRequest {
  readonly kind: 'fill' | 'preview';
  /** Rows of a preview; 3 when absent. */
  readonly count?: number;
}

export interface RowRef {
  readonly key: string;
  readonly label: string;
  readonly number: number;
  /** Address of the first picture's thumbnail; '' without one. */
  readonly thumbnail: string;
}

/** `POST /api/runs`, `GET /api/runs/ID`, `POST /api/runs/ID/pause|resume|stop|retry|undo` answer with the run. */
export interface RunView {
  readonly id: string;
  readonly kind: 'fill' | 'preview' | 'undo';
  readonly target: Target;
  readonly scope: Scope;
  readonly workbookName: string;
  readonly state: 'queued' | 'loading' | 'running' | 'paused' | 'stopping' | 'finished' | 'stopped' | 'failed';
  readonly total: number;
  readonly finished: number;
  readonly counts: { readonly done: number; readonly 'needs-person': number; readonly failed: number };
  readonly rowsPerMinute?: number;
  readonly secondsLeft?: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** Rows being worked on. */
  readonly current: readonly RowRef[];
  /** Why the run failed, or why finished rows are not in the workbook yet. */
  readonly problem?: Problem;
  readonly canUndo: boolean;
}

export interface RunRowView extends RowRef {
  readonly outcome: 'done' | 'needs-person' | 'failed';
  /** The outcome in words, in the language of the sheet. */
  readonly status: string;
  readonly cells: readonly {
    readonly column: string;
    readonly header: string;
    readonly cell: string;
    readonly text: string;
    /** The model's own words where they differ. */
    readonly original?: string;
    /** Why the cell was left alone. */
    readonly refused?: Problem;
  }[];
  /** Whether the texts are in the workbook. */
  readonly isDelivered: boolean;
  readonly seconds: number;
}

/** `GET /api/runs/ID/rows?outcome=&offset=&limit=` */
export interface RunRowsAnswer {
  readonly total: number;
  readonly rows: readonly RunRowView[];
}

/** `POST /api/cells/regenerate` */
export interface RegenerateRequest {
  readonly target: Target;
  readonly cell: string;
  /** In a person's words; '' for just another version. */
  readonly reason: string;
}

export interface RegenerateAnswer {
  readonly text: string;
  readonly previous: string;
  /** False when the row could not be done or the text came out the same. */
  readonly isWritten: boolean;
  readonly status: string;
}

/** `POST /api/cells/history` */
export interface CellRequest {
  readonly target: Target;
  readonly cell: string;
}

export interface CellHistoryAnswer {
  readonly key: string;
  readonly label: string;
  readonly header: string;
  readonly text: string;
  readonly isEdited: boolean;
  /** Newest first. */
  readonly versions: readonly {
    readonly text: string;
    readonly original: string;
    readonly previous: string;
    readonly recipe: string;
    readonly model: string;
    readonly reason: string;
    readonly seed: number;
    readonly atMs: number;
  }[];
}

/** `POST /api/cells/write`: a person's own words, an older version, or an answer of the chat. Answers `{}`. */
export interface WriteRequest {
  readonly target: Target;
  readonly cell: string;
  readonly text: string;
  /** What the cell holds now; refused when it does not. */
  readonly expected: string;
}

/** `POST /api/checks` */
export interface CheckRequest {
  /** At most 500. */
  readonly texts: readonly { readonly id: string; readonly text: string }[];
  /** The recipe whose channel's rules are added. */
  readonly recipe?: string;
}

export interface FindingView {
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly severity: 'block' | 'warn';
  readonly phrase: string;
  readonly clause: Bilingual;
  readonly why: Bilingual;
  readonly replacements: readonly string[];
}

export interface CheckAnswer {
  readonly results: readonly { readonly id: string; readonly findings: readonly FindingView[] }[];
}

/** `POST /api/workbooks`: opens a workbook by its path in the browser. Answers with its `WorkbookView`. */
export interface OpenRequest {
  readonly path: string;
}

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

export interface ChatMessageView {
  readonly id: string;
  readonly role: 'person' | 'model';
  readonly text: string;
  readonly atMs: number;
  /** `writing` while it grows; `stopped` when the person stopped it. */
  readonly state: 'writing' | 'done' | 'stopped' | 'failed';
  readonly problem?: Problem;
  /** Tokens of the prompt, and how many of them were not evaluated again. */
  readonly promptTokens?: number;
  readonly cachedTokens?: number;
  /** Turns at the beginning of the chat that the model was not told any more: they no longer fit. */
  readonly forgottenTurns?: number;
  /** The text ends where its room ended. */
  readonly isCut?: true;
  /** Figures, standards and the like in it that nobody stated. */
  readonly unsupported?: readonly string[];
}

export interface ChatView {
  readonly id: string;
  readonly title: string;
  /** Absent for a chat about a dropped picture. `number` is the row's when the chat began. */
  readonly row?: {
    readonly workbook: string;
    readonly workbookName: string;
    readonly sheet: string;
    readonly key: string;
    readonly label: string;
    readonly number: number;
    readonly recipe: string;
  };
  /** Address of the first picture. */
  readonly thumbnail: string;
  readonly pictures: readonly { readonly name: string; readonly thumbnail: string }[];
  /** What is wrong with the pictures. */
  readonly notes: readonly Bilingual[];
  readonly startedAtMs: number;
  readonly messages: readonly ChatMessageView[];
}

/**
 * `POST /api/chats` → `ChatView`; `GET /api/chats` → `{ chats }` newest first, without messages, and without those in which
 * nothing was asked. `DELETE /api/chats?workbook=ID&sheet=NAME&key=KEY` takes all chats about a row away → `{ count }`.
 */
export type ChatRequest =
  | { readonly about: 'row'; readonly target: Target; readonly number: number }
  | {
      readonly about: 'picture';
      readonly name: string;
      /** The file's bytes in base64, at most `pictureMegabytesMax`. */
      readonly base64: string;
      /** Of what the model is told; the server's when absent. */
      readonly language?: Language;
    };

/**
 * `POST /api/chats/ID/messages` → 202 with the `ChatView`, the answer comes as events. `POST /api/chats/ID/stop`,
 * `DELETE /api/chats/ID`, `GET /api/chats/ID`, `GET /api/chats/ID/markdown?language=` (text/markdown), `GET /api/chats/ID/pictures/0` (image/jpeg).
 */
export interface ChatMessageRequest {
  readonly text: string;
}

/** Events of `GET /api/events`; each has an id, and those missed are sent again after a reconnect. */
export type ServerEvent =
  | { readonly type: 'state'; readonly state: AppState }
  | { readonly type: 'engine'; readonly engine: EngineView }
  | { readonly type: 'settings'; readonly settings: SettingsView }
  | { readonly type: 'run'; readonly run: RunView }
  | { readonly type: 'row'; readonly run: string; readonly row: RunRowView }
  | { readonly type: 'workbooks'; readonly workbooks: readonly WorkbookView[] }
  | { readonly type: 'link'; readonly workbook: string; readonly request: LinkRequest }
  | { readonly type: 'chat'; readonly chat: string; readonly message: ChatMessageView }
  | {
      readonly type: 'chat-text';
      readonly chat: string;
      readonly message: string;
      /** Where in the message's text the piece stands, in UTF-16 units. */
      readonly at: number;
      readonly piece: string;
    };
