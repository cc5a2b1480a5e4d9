// Runs as the pane sees them: what an event changes, which one is shown, what its rows say together. Pure.
import type { Language } from '../../server/domain/language.ts';
import type { RunRowView, RunView } from '../../server/contract/runs.ts';
import type { AppState } from '../../server/contract/state.ts';
import type { PaneState, ShownRun } from './state.ts';

const runsMax = 20;

/** A run that is known is replaced where it stands; a new one comes first. */
export function withRun(app: AppState, run: RunView): AppState {
  const isKnown = app.runs.some(({ id }) => id === run.id);
  const runs = isKnown ? app.runs.map((old) => (old.id === run.id ? run : old)) : [run, ...app.runs];
  return { ...app, runs: runs.slice(0, runsMax) };
}

/** A row that comes again (retried, delivered) takes its old place. */
export function withRow(shown: ShownRun, row: RunRowView): ShownRun {
  const at = shown.rows.findLastIndex(({ key }) => key === row.key);
  return { ...shown, rows: at < 0 ? [...shown.rows, row] : shown.rows.with(at, row) };
}

/** A row that a person let stand, or no longer. */
export function withAccepted(shown: ShownRun, key: string, isAccepted: boolean): ShownRun {
  const change = (row: RunRowView): RunRowView => {
    if (row.key !== key) return row;
    const { isAccepted: _, ...rest } = row;
    return isAccepted ? { ...rest, isAccepted } : rest;
  };
  return { ...shown, rows: shown.rows.map(change) };
}

/** Rows that were fetched, before those that came meanwhile as events; a row that did both counts as the newer. */
export function joined(fetched: readonly RunRowView[], came: readonly RunRowView[]): readonly RunRowView[] {
  const newer = new Map(came.map((row) => [row.key, row]));
  const known = fetched.map((row) => {
    const event = newer.get(row.key);
    newer.delete(row.key);
    return event ?? row;
  });
  return [...known, ...newer.values()];
}

const active: ReadonlySet<RunView['state']> = new Set(['queued', 'loading', 'running', 'paused', 'stopping']);

export const isActive = (run: RunView): boolean => active.has(run.state);

/** The run that is shown now, with its newest figures. */
export function shownRun(state: PaneState): RunView | undefined {
  return state.app?.runs.find(({ id }) => id === state.shown?.id);
}

/** The run on this workbook that has not ended. */
export function activeRun(state: PaneState): RunView | undefined {
  return state.app?.runs.find((run) => run.target.workbook === state.work.workbook && isActive(run));
}

/** The newest run of this workbook that wrote copy: its rows are what is reviewed. */
export function reviewedRun(state: PaneState): RunView | undefined {
  return state.app?.runs.find((run) => run.kind === 'fill' && run.target.workbook === state.work.workbook);
}

/** Runs on other workbooks that have not ended: of watched folders, of other windows. */
export function runsElsewhere(state: PaneState): readonly RunView[] {
  return (state.app?.runs ?? []).filter((run) => isActive(run) && run.target.workbook !== state.work.workbook);
}

/** What needs a person, those with the same words together, most rows first: rows that failed, cells that were left alone. */
export function troubles(
  rows: readonly RunRowView[],
  language: Language,
): readonly { readonly status: string; readonly rows: readonly RunRowView[] }[] {
  const groups = new Map<string, RunRowView[]>();
  const put = (status: string, row: RunRowView) => groups.set(status, [...(groups.get(status) ?? []), row]);
  for (const row of rows) {
    if (row.outcome !== 'done') put(row.status, row);
    const refused = row.cells.flatMap((cell) => (cell.refused === undefined ? [] : [cell.refused.message[language]]));
    for (const why of new Set(refused)) put(why, row);
  }
  return [...groups]
    .map(([status, members]) => ({ status, rows: members }))
    .toSorted((a, b) => b.rows.length - a.rows.length);
}

interface CellText {
  readonly number: number;
  readonly cell: string;
  readonly text: string;
  readonly isOurs: boolean;
}

/** A cell that was written: every place that shows it says so, without asking the server again. */
export function withCellText(state: PaneState, { number, cell, text, isOurs }: CellText): PaneState {
  const cellState = text === '' ? ('empty' as const) : isOurs ? ('ours' as const) : ('edited' as const);
  const change = <C extends { readonly cell: string; readonly text: string }>(cells: readonly C[]) =>
    cells.map((one) => (one.cell === cell ? { ...one, text, ...('state' in one ? { state: cellState } : {}) } : one));
  const inRow = <R extends { readonly number: number; readonly cells: readonly CellLike[] }>(row: R): R =>
    row.number === number ? { ...row, cells: change(row.cells) } : row;
  // Other words than those that were accepted.
  const inReview = ({ isAccepted, ...row }: RunRowView): RunRowView =>
    inRow(row.number === number || isAccepted === undefined ? row : { ...row, isAccepted });
  const { page, shown, reviewed, focus } = state;
  return {
    ...state,
    ...(page.is === 'here' ? { page: { is: 'here', value: { ...page.value, rows: page.value.rows.map(inRow) } } } : {}),
    ...(shown === undefined ? {} : { shown: { ...shown, rows: shown.rows.map(inRow) } }),
    ...(reviewed === undefined ? {} : { reviewed: { ...reviewed, rows: reviewed.rows.map(inReview) } }),
    ...(focus?.row.is === 'here' ? { focus: { ...focus, row: { is: 'here', value: inRow(focus.row.value) } } } : {}),
  };
}

interface CellLike {
  readonly cell: string;
  readonly text: string;
}
