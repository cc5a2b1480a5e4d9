// Runs of earlier sessions and of other processes, as the journal tells of them.
import type { RunView } from '../contract/runs.ts';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { RunHistory, RunSummary } from '../ports/history.ts';
import type { WorkbookShelf } from './shelf.ts';

interface Parts {
  readonly history: RunHistory;
  readonly shelf: WorkbookShelf;
}

/** Newest first; a run has the journal's number for its id. */
export function earlierRuns({ history, shelf }: Parts, runsMax: number): readonly RunView[] {
  return history.runs({ runsMax }).map((run) => viewOf(run, shelf));
}

/** Errors: `not-found`. */
export function earlierRun({ history, shelf }: Parts, id: string): RunView {
  const [run] = /^[1-9]\d{0,15}$/.test(id) ? history.runs({ id: Number(id) }) : [];
  if (run === undefined) throw new RowscribeError('not-found', { what: both('这次运行', 'this run') });
  return viewOf(run, shelf);
}

function viewOf(run: RunSummary, shelf: WorkbookShelf): RunView {
  const entry = shelf.ofKey(run.workbook);
  const finished = Object.values(run.counts).reduce((sum, count) => sum + count, 0);
  const state = run.state === 'running' && !run.isAlive ? 'stopped' : run.state;
  return {
    id: String(run.id),
    kind: 'fill',
    target: { workbook: entry.id, sheet: run.sheet, recipe: run.recipe },
    scope: { rows: run.rows === 'watch' ? '' : run.rows, mode: run.mode, overwriteEdited: false },
    workbookName: entry.name,
    state,
    ...{ total: finished, finished, counts: run.counts },
    startedAtMs: run.startedAtMs,
    ...(run.endedAtMs !== undefined && { endedAtMs: run.endedAtMs }),
    current: [],
    ...(run.error && { problem: { ...blank, code: run.error.code, message: run.error.message } }),
    canUndo: run.canUndo && state !== 'running',
  };
}

const blank = { type: 'about:blank', title: 'Unprocessable Content', status: 422, retryable: true } as const;
