// The port to what runs did: the journal as people ask about it; reads only.
import type { Outcome, RunState } from '../domain/job.ts';
import type { RunError, RunSpec } from './store.ts';

export interface RunSummary extends RunSpec {
  readonly id: number;
  readonly state: RunState;
  /** A living process is at work on its workbook. */
  readonly isAlive: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Rows that have an answer, by outcome. */
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Answers in the journal that are not in the workbook yet. */
  readonly waiting: number;
  readonly error: RunError | undefined;
  /** One of the rows that failed: its key and what its status says. */
  readonly failure: { readonly key: string; readonly status: string } | undefined;
  /** It wrote into cells, and that was not undone. */
  readonly canUndo: boolean;
}

/**
 * Which runs: those of one workbook; the newest fills of all workbooks; one; or the newest fill of each sheet in a folder and
 * those below, "" for all.
 */
export type RunScope =
  | { readonly workbook: string; readonly runsMax: number }
  | { readonly runsMax: number }
  | { readonly id: number }
  | { readonly folder: string };

/** Newest first. Errors: `store-failed`. */
export interface RunHistory {
  runs(scope: RunScope): readonly RunSummary[];
  close(): void;
}
