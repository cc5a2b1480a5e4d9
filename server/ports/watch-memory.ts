// The port to what a watch remembers across restarts: tries, hashes of pictures, questions to people, and who is who.

/** A row of a sheet, by its key. */
export interface RowPlace {
  readonly sheet: string;
  readonly rowKey: string;
}

/** A person's text in a cell whose inputs changed: whether it stays is theirs to say. */
export interface Question extends RowPlace {
  readonly column: string;
  /** The person's text. */
  readonly text: string;
  readonly askedAtMs: number;
}

/** `mine`: the person's text stays. `new`: a new one is written. */
export type Choice = 'mine' | 'new';

export interface Tried extends RowPlace {
  /** Equal for the same work on the same inputs; undefined when there is nothing to try any more. */
  readonly identity: string | undefined;
}

/**
 * Beside the journal and about the same rows. Synchronous and durable as the journal is. Errors: `store-failed`.
 *
 * - `tried` are identities by row key, of work that was done as well as it could be.
 * - `pictureHash` is the SHA-256 of a picture file in a certain state: path, size and time of change.
 * - `ask` opens a question, or renews the one that is open; `settle` closes it with the answer, which is kept.
 * - `rekey` lets everything that is known of a row be known under another key; false when that key is known already.
 * - `adopt` copies everything that is known of a workbook to another one, of which nothing may be known.
 */
export interface WatchMemory {
  tried(workbook: string, sheet: string): ReadonlyMap<string, string>;
  noteTried(workbook: string, tried: readonly Tried[]): void;
  pictureHash(state: string): string | undefined;
  notePictureHash(state: string, sha256: string, nowMs: number): void;
  questions(workbook: string): readonly Question[];
  ask(workbook: string, questions: readonly Question[]): void;
  settle(workbook: string, at: RowPlace, column: string, choice: Choice, nowMs: number): void;
  rekey(workbook: string, sheet: string, from: string, to: string): boolean;
  /** Whether anything was ever delivered into the workbook. */
  isKnown(workbook: string): boolean;
  /** The newest workbooks, not too many, into a sheet of which rows of these keys were delivered. */
  workbooksWith(sheet: string, rowKeys: readonly string[]): readonly string[];
  adopt(from: string, to: string, nowMs: number): void;
  close(): void;
}
