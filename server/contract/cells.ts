// Single cells and texts: written anew, written by a person, their history, the advertising check.
import type { Bilingual } from '../domain/language.ts';
import type { Target } from './sheets.ts';

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
