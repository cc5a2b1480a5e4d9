// The port to the journal: runs, rows, what was delivered into cells and where each text came from.
import type { Outcome, RowState, RunState } from '../domain/job.ts';
import type { Bilingual } from '../domain/language.ts';

/** What makes two runs the same: a run that did not finish is taken up again by the next one with an equal spec. */
export interface RunSpec {
  /** Real path of the workbook that is written. */
  readonly workbook: string;
  readonly sheet: string;
  readonly recipe: string;
  readonly mode: 'empty' | 'all';
  /** The range as given, "" for all rows. */
  readonly rows: string;
}

export interface RunRecord extends RunSpec {
  readonly id: number;
  readonly state: RunState;
  readonly startedAtMs: number;
}

/** What went wrong with a run as a whole, or with saving: the code and the sentence for a person. */
export interface RunError {
  readonly code: string;
  readonly message: Bilingual;
}

/** Everything known about a row's answer: enough to deliver it after a crash without looking at the picture again. */
export interface StoredAnswer {
  readonly outcome: Outcome;
  /** Error or reason codes, for counting and for the rule of alike failures. */
  readonly reason: string;
  /** The outcome in words for a person, also where the sheet has no status column. */
  readonly status: string;
  /** Texts of the cells to write, by column key; the status and compliance cells among them. */
  readonly texts: Readonly<Record<string, string>>;
  /** The model's own words where the delivered text differs from them. */
  readonly originals: Readonly<Record<string, string>>;
  readonly model: string;
  readonly seed: number;
  /** SHA-256 of each picture file looked at. */
  readonly pictures: readonly string[];
  readonly seconds: number;
  readonly cachedTokens: number;
}

export interface RowRecord {
  readonly key: string;
  readonly fingerprint: string;
  readonly state: RowState;
  /** Times the engine died under this row, weighed as the scheduler does. */
  readonly crashes: number;
  readonly answer?: StoredAnswer;
}

export interface DeliveredCell {
  readonly rowKey: string;
  readonly column: string;
  readonly text: string;
  /** What the cell held before; '' when it was empty. */
  readonly previous: string;
  /** Why it was written, when a person asked for it. */
  readonly reason: string;
  readonly answer: StoredAnswer;
  /** The words are a person's: they belong to the cell's history, and what was last delivered stays what it was. */
  readonly isPersons?: true;
}

/** What a run did to one cell, from the first time to the last. */
export interface RunChange {
  readonly rowKey: string;
  readonly column: string;
  /** What the cell held before the run, and whether Rowscribe had written that. */
  readonly before: string;
  readonly wasOurs: boolean;
  /** What the run wrote last. */
  readonly text: string;
}

/** `cell`: for a moment, in one cell or a few, also while a run of the same process is on. */
export type ClaimKind = 'run' | 'cell';

/** What a row was when its cells were last delivered. */
export interface LastRow {
  readonly fingerprint: string;
  readonly outcome: Outcome;
  /** SHA-256 of each picture looked at. */
  readonly pictures: readonly string[];
  /** When the run began that delivered it. */
  readonly runStartedAtMs: number;
}

/** A row of a sheet, by its key. */
export interface RowAt {
  readonly workbook: string;
  readonly sheet: string;
  readonly rowKey: string;
}

/** Whether this text of a row is the one that was accepted there. */
export type AcceptedTexts = (rowKey: string, column: string, text: string) => boolean;

/** Cells whose text a person let stand, and those of them that hold what the model wrote by itself. */
export interface Acceptance {
  readonly cells: number;
  readonly unchanged: number;
}

/** One version of one cell, newest first in a history. */
export interface Provenance {
  readonly text: string;
  readonly original: string;
  readonly previous: string;
  readonly recipe: string;
  readonly model: string;
  readonly pictures: readonly string[];
  readonly seed: number;
  readonly reason: string;
  /** The words are a person's. */
  readonly isPersons?: true;
  readonly deliveredAtMs: number;
}

/**
 * The journal. Synchronous: every call is durable when it returns, and atomic. Errors: `store-failed`.
 *
 * - `claim` gives the workbook to this process until the returned function is called; undefined while another living
 *   process has it. The claim of a dead process counts for nothing. Where claims are shared within a process, those of the
 *   kind `cell` are given beside one of the kind `run`, which is the default.
 * - `beginRun` returns the newest unfinished run of an equal spec, else a new one. Rows that were `working` when the
 *   last process died come back `queued`.
 * - `hasUnfinished` tells whether a run into this workbook was cut off.
 * - `changes` tells what a run wrote into cells, in the order of the first writing; what was alike before is left out.
 * - `accept` notes texts of a row, by column key, that a person let stand; `acceptance` counts those of a sheet that nobody wrote over
 *   since, as far as the journal knows.
 * - `pace` is what a row of that model last took, of any model for undefined.
 * - `putRow` keeps to the legal transitions; `delivered` is reached through `recordDelivery` alone.
 */
export interface Journal {
  claim(workbook: string, kind?: ClaimKind): (() => void) | undefined;
  beginRun(spec: RunSpec, nowMs: number): { readonly run: RunRecord; readonly resumed: boolean };
  hasUnfinished(workbook: string): boolean;
  endRun(runId: number, state: RunState, nowMs: number): void;
  /** The newest error of a run; forgotten when the run is taken up again. */
  noteError(runId: number, error: RunError): void;
  rows(runId: number): readonly RowRecord[];
  putRow(runId: number, row: RowRecord): void;
  /** Marks the rows delivered and remembers the cells with their provenance, all or nothing. */
  recordDelivery(runId: number, rowKeys: readonly string[], cells: readonly DeliveredCell[], nowMs: number): void;
  /** What was last delivered into a row's cells, by column key. */
  lastDelivered(workbook: string, sheet: string, rowKey: string): ReadonlyMap<string, string>;
  /** The last delivery of every row of a sheet, by row key. */
  lastRows(workbook: string, sheet: string): ReadonlyMap<string, LastRow>;
  history(workbook: string, sheet: string, rowKey: string, column: string): readonly Provenance[];
  changes(runId: number): readonly RunChange[];
  accept(at: RowAt, texts: ReadonlyMap<string, string>, nowMs: number): void;
  accepted(workbook: string, sheet: string): AcceptedTexts;
  acceptance(workbook: string, sheet: string): Acceptance;
  /** Seconds. */
  pace(model: string | undefined): number | undefined;
  notePace(model: string, secondsPerRow: number, nowMs: number): void;
  close(): void;
}
