// Orders and runs as pages see them: plan, progress, rows.
import type { Target } from './sheets.ts';
import type { Problem } from './state.ts';

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
  /** Of a document in Excel: rows whose pictures cannot be seen, because the document was not saved with them. */
  readonly unseen?: { readonly count: number; readonly numbers: readonly number[] };
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
  /** The watch of a folder began it: it may be paused, and goes on with the watch. */
  readonly isWatched?: true;
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
  /** A person let all its texts stand as they are now. */
  readonly isAccepted?: true;
  readonly seconds: number;
}

/** Of a sheet: cells whose text a person let stand, and those of them that hold what the model wrote by itself. */
export interface AcceptanceView {
  readonly cells: number;
  readonly unchanged: number;
}

/** `POST /api/rows/accept`: the texts that the person sees in a row, by column key. Answers with the `AcceptanceView`. */
export interface AcceptRequest {
  readonly target: Target & { readonly sheet: string };
  readonly key: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** `GET /api/runs/ID/rows?outcome=&offset=&limit=` */
export interface RunRowsAnswer {
  readonly total: number;
  readonly rows: readonly RunRowView[];
  /** Of the run's sheet; absent for a trial. */
  readonly acceptance?: AcceptanceView;
}
