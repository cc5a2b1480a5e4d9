// Acts on one row and its cells: look at it, write a person's words, rewrite with a reason, put an older version back.
import type { CellHistoryAnswer } from '../../server/contract/cells.ts';
import type { CellView, RowView } from '../../server/contract/sheets.ts';
import { problemIn, ProblemError } from '../client.ts';
import { words } from '../i18n/words.ts';
import { isAbort, type Pane } from './pane.ts';
import type { Focus } from './state.ts';
import { targetOf } from './scope-of.ts';

/** The 1-based row of "C7". */
export const rowNumberOf = (cell: string): number => Number(/\d+$/.exec(cell)?.[0] ?? 0);

/** Shows a row; with a cell of it also the cell's versions. */
export async function focusRow(pane: Pane, number: number, cell?: string): Promise<void> {
  const target = targetOf(pane.state.peek());
  if (target === undefined) return;
  const { focus: before } = pane.state.peek();
  const last = before?.number === number && before.row.is === 'here' ? before.row.value : undefined;
  const row: Focus['row'] = last === undefined ? { is: 'coming' } : { is: 'coming', last };
  pane.dispatch({
    do: 'focus',
    focus: { number, row, history: { is: 'none' }, ...(cell === undefined ? {} : { cell }) },
  });
  const signal = pane.latest('focus');
  try {
    const { rows } = await pane.client.rows({ target, offset: 0, limit: 1, number }, signal);
    const [found] = rows;
    const here: Focus['row'] = found === undefined ? { is: 'none' } : { is: 'here', value: found };
    pane.dispatch({ do: 'focus-part', number, part: { row: here } });
    if (found?.cells.some((one) => one.cell === cell) === true && cell !== undefined) await showHistory(pane, cell);
  } catch (error) {
    if (isAbort(error)) return;
    pane.dispatch({ do: 'focus-part', number, part: { row: { is: 'failed', problem: problemIn(error) } } });
  }
}

/** Chooses a cell of the row that is shown. */
export async function focusCell(pane: Pane, cell: string): Promise<void> {
  const { focus } = pane.state.peek();
  if (focus === undefined) return;
  const { isEditing: _, ...rest } = focus;
  pane.dispatch({ do: 'focus', focus: { ...rest, cell, history: { is: 'none' } } });
  const { sheet } = pane.state.peek();
  if (sheet.is === 'here') await pane.host.select(sheet.value.sheet, cell);
  await showHistory(pane, cell);
}

async function showHistory(pane: Pane, cell: string): Promise<void> {
  const state = pane.state.peek();
  const target = targetOf(state);
  if (target === undefined || state.focus === undefined) return;
  const { number } = state.focus;
  const signal = pane.latest('history');
  const tell = (history: Focus['history']) => {
    if (pane.state.peek().focus?.cell === cell) pane.dispatch({ do: 'focus-part', number, part: { history } });
  };
  try {
    tell({ is: 'here', value: await pane.client.history({ target, cell }, signal) });
  } catch (error) {
    if (!isAbort(error)) tell({ is: 'failed', problem: problemIn(error) });
  }
}

/** The cell that is chosen in the row that is shown. */
export function focusedCell(focus: Focus | undefined): CellView | undefined {
  return rowOf(focus)?.cells.find(({ cell }) => cell === focus?.cell);
}

export function rowOf(focus: Focus | undefined): RowView | undefined {
  if (focus?.row.is === 'here') return focus.row.value;
  return focus?.row.is === 'coming' ? focus.row.last : undefined;
}

export function startEditing(pane: Pane, isEditing: boolean): void {
  const { focus } = pane.state.peek();
  if (focus !== undefined) pane.dispatch({ do: 'focus-part', number: focus.number, part: { isEditing } });
}

/** Writes a person's words. When somebody else wrote meanwhile the cell is left alone and its new text is shown. */
export async function writeText(pane: Pane, text: string, said?: string): Promise<boolean> {
  const { focus } = pane.state.peek();
  const target = targetOf(pane.state.peek());
  const cell = focusedCell(focus);
  if (focus === undefined || target === undefined || cell === undefined) return false;
  if (text === cell.text) {
    startEditing(pane, false);
    return true;
  }
  return busy(pane, 'writing', async () => {
    await pane.client.write({ target, cell: cell.cell, text, expected: cell.text });
    pane.dispatch({ do: 'cell-text', number: focus.number, cell: cell.cell, text, isOurs: false });
    if (said !== undefined) pane.tell('good', said);
    await showHistory(pane, cell.cell);
  });
}

/** Has the chosen cell written again; the reason is told to the model. */
export async function rewrite(pane: Pane, reason: string): Promise<boolean> {
  const { focus } = pane.state.peek();
  const target = targetOf(pane.state.peek());
  const cell = focusedCell(focus);
  if (focus === undefined || target === undefined || cell === undefined) return false;
  return busy(pane, 'regenerating', async () => {
    const answer = await pane.client.regenerate({ target, cell: cell.cell, reason });
    const { cell: said } = words[pane.language.peek()];
    if (!answer.isWritten) return pane.tell('problem', answer.text === answer.previous ? said.same : answer.status);
    pane.dispatch({ do: 'cell-text', number: focus.number, cell: cell.cell, text: answer.text, isOurs: true });
    pane.tell('good', said.written);
    await showHistory(pane, cell.cell);
  });
}

/** What "put back" brings: the version that a person changed, else what was there before it. */
export function earlierText(cell: CellView, history: CellHistoryAnswer): string | undefined {
  const [newest] = history.versions;
  if (newest === undefined) return undefined;
  return newest.text === cell.text ? newest.previous : newest.text;
}

export async function putBack(pane: Pane): Promise<boolean> {
  const { focus } = pane.state.peek();
  const cell = focusedCell(focus);
  if (cell === undefined || focus?.history.is !== 'here') return false;
  const text = earlierText(cell, focus.history.value);
  return text === undefined ? false : writeText(pane, text, words[pane.language.peek()].cell.putBackDone);
}

/** One thing at a time in one cell. */
async function busy(pane: Pane, what: 'regenerating' | 'writing', work: () => Promise<void>): Promise<boolean> {
  const { focus } = pane.state.peek();
  if (focus === undefined || focus.busy !== undefined) return false;
  pane.dispatch({ do: 'focus-part', number: focus.number, part: { busy: what } });
  const isDone = await pane.attempt(async () => {
    try {
      await work();
    } catch (error) {
      if (error instanceof ProblemError && isConflict(error)) await lookAgain(pane, focus.number);
      throw error;
    }
  });
  pane.dispatch({ do: 'idle-focus' });
  // Who went on to another cell meanwhile keeps what is being typed there.
  if (isDone && pane.state.peek().focus?.cell === focus.cell) startEditing(pane, false);
  return isDone;
}

/** The cell holds something else than this page believed. */
const isConflict = ({ problem }: ProblemError) => problem.status === 409;

async function lookAgain(pane: Pane, number: number): Promise<void> {
  const { focus } = pane.state.peek();
  if (focus?.number === number) await focusRow(pane, number, focus.cell);
}
