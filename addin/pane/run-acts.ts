// Acts on runs: start, pause, resume, stop, retry, undo; and fetching the rows of the run that is shown.
import type { RunRequest, RunRowView, RunView } from '../../server/contract/runs.ts';
import type { RunCommand } from '../client.ts';
import { rowOf } from './cell-acts.ts';
import type { Pane } from './pane.ts';
import { activeRun, joined, reviewedRun } from './runs.ts';
import { refreshPlan, workRequestOf } from './work.ts';

const rowsAPage = 200;
export const previewRows = 3;

/** Starts a fill or a preview of what is set up, and shows it. */
export async function startRun(pane: Pane, kind: RunRequest['kind']): Promise<boolean> {
  const request = workRequestOf(pane);
  if (request === undefined) return false;
  return pane.attempt(async () => {
    const run = await pane.client.startRun({ ...request, kind, ...(kind === 'preview' ? { count: previewRows } : {}) });
    await showRun(pane, run);
  });
}

/** Shows a run with its rows; those that come meanwhile as events stay. */
export async function showRun(pane: Pane, run: RunView): Promise<void> {
  pane.dispatch({ do: 'show-run', run });
  await fetchRows(pane, run.id);
}

/** A run that goes on, started here or not, is what the person wants to see. */
export async function showActiveRun(pane: Pane): Promise<void> {
  const state = pane.state.peek();
  const run = activeRun(state);
  if (state.shown === undefined && run !== undefined) await showRun(pane, run);
}

/** Page by page. What came as an event since is newer than what is fetched; rows that are shown stay until all are here. */
export async function fetchRows(pane: Pane, run: string): Promise<void> {
  const signal = pane.latest(`rows of ${run}`);
  const old = new Set(rowsOf(pane, run));
  await pane.attempt(async () => {
    const fetched: RunRowView[] = [];
    for (;;) {
      const page = await pane.client.runRows(run, { offset: fetched.length, limit: rowsAPage }, signal);
      fetched.push(...page.rows);
      if (page.acceptance !== undefined) pane.dispatch({ do: 'acceptance', run, acceptance: page.acceptance });
      for (const row of page.rows) old.add(row);
      const isWhole = page.rows.length === 0 || fetched.length >= page.total;
      const now = rowsOf(pane, run);
      const came = now.filter((row) => !old.has(row));
      if (isWhole || now.length < fetched.length) pane.dispatch({ do: 'run-rows', run, rows: joined(fetched, came) });
      if (isWhole) return;
    }
  });
}

function rowsOf(pane: Pane, run: string): readonly RunRowView[] {
  const { shown, reviewed } = pane.state.peek();
  return [shown, reviewed].find((one) => one?.id === run)?.rows ?? [];
}

export async function commandRun(pane: Pane, id: string, command: RunCommand): Promise<boolean> {
  return pane.attempt(async () => {
    const known = () => pane.state.peek().app?.runs.find((run) => run.id === id);
    const before = known();
    const run = await pane.client.command(id, command);
    // What came as an event meanwhile is newer than the answer.
    if (run.id !== id || known() === before) pane.dispatch({ do: 'event', event: { type: 'run', run } });
    if (run.id !== id || command === 'retry' || command === 'undo') await showRun(pane, run);
  });
}

/** Stops what goes on in this workbook; nothing to stop is no fault. */
export async function stopActive(pane: Pane): Promise<void> {
  const run = activeRun(pane.state.peek());
  if (run !== undefined) await commandRun(pane, run.id, 'stop');
}

/** Back to setting up; the plan is another one after a run. */
export async function leaveRun(pane: Pane): Promise<void> {
  pane.dispatch({ do: 'hide-run' });
  await refreshPlan(pane);
}

/** Takes up the newest fill of this workbook for the review. */
export async function beginReview(pane: Pane): Promise<void> {
  const state = pane.state.peek();
  const run = reviewedRun(state);
  if (run === undefined || state.reviewed?.id === run.id) return;
  pane.dispatch({ do: 'review-run', run: run.id });
  await fetchRows(pane, run.id);
}

/** After a gap in the events: the rows that were missed. */
export async function catchUp(pane: Pane): Promise<void> {
  const { shown, reviewed } = pane.state.peek();
  const ids = new Set([shown?.id, reviewed?.id].filter((id) => id !== undefined));
  await Promise.all([...ids].map((id) => fetchRows(pane, id)));
}

/** The person lets a row stand as they see it. It counts at once, and no longer when the server could not note it. */
export async function acceptRow(pane: Pane, run: string, row: RunRowView): Promise<void> {
  const { app, focus } = pane.state.peek();
  const target = app?.runs.find(({ id }) => id === run)?.target;
  if (target?.sheet === undefined) return;
  const { sheet } = target;
  const seen = rowOf(focus);
  const cells = seen?.key === row.key ? seen.cells : row.cells;
  const texts = Object.fromEntries(cells.map(({ column, text }) => [column, text]));
  pane.dispatch({ do: 'accepted', run, key: row.key, isAccepted: true });
  const isNoted = await pane.attempt(async () => {
    const acceptance = await pane.client.accept({ target: { ...target, sheet }, key: row.key, texts });
    pane.dispatch({ do: 'acceptance', run, acceptance });
  });
  if (!isNoted) pane.dispatch({ do: 'accepted', run, key: row.key, isAccepted: false });
}
