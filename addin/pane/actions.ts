// What the ribbon, the context menu and the shortcuts of Excel ask of the pane.
import { words } from '../i18n/words.ts';
import { areaOf } from './area.ts';
import { focusRow, rewrite, rowNumberOf } from './cell-acts.ts';
import type { Pane } from './pane.ts';
import { startRun, stopActive } from './run-acts.ts';
import type { Tab } from './state.ts';
import { targetOf } from './scope-of.ts';
import { chooseSheet } from './work.ts';

/** Characters that are checked at most; a whole column is selected with one click. */
const checkedCharactersMax = 20_000;

/** Fills the empty cells of the selected rows. */
export async function fillSelected(pane: Pane): Promise<void> {
  await onSelectedSheet(pane);
  pane.dispatch({ do: 'tab', tab: 'fill' });
  pane.dispatch({ do: 'work', work: { which: 'chosen', mode: 'empty', overwriteEdited: false } });
  if ((pane.state.peek().selection?.rows ?? '') === '') {
    return pane.tell('problem', words[pane.language.peek()].scope.selectFirst);
  }
  await startRun(pane, 'fill');
}

/** Fills every empty cell of the sheet. */
export async function fillEmpty(pane: Pane): Promise<void> {
  await onSelectedSheet(pane);
  pane.dispatch({ do: 'tab', tab: 'fill' });
  pane.dispatch({ do: 'work', work: { which: 'every', mode: 'empty', overwriteEdited: false } });
  await startRun(pane, 'fill');
}

/** Writes the active cell again. */
export async function regenerateCell(pane: Pane): Promise<void> {
  await onSelectedSheet(pane);
  const { selection } = pane.state.peek();
  if (selection === undefined) return;
  pane.dispatch({ do: 'tab', tab: 'cells' });
  await focusRow(pane, rowNumberOf(selection.cell), selection.cell);
  await rewrite(pane, '');
}

/** Checks the texts of the selected cells, without any model. */
export async function checkSelection(pane: Pane): Promise<void> {
  const { selection } = pane.state.peek();
  pane.dispatch({ do: 'tab', tab: 'check' });
  if (selection === undefined) return;
  const answer = await pane.host.answer({ id: 'check-selection', ask: 'read', sheet: selection.sheet });
  if (answer.answer !== 'sheet') return;
  const within = areaOf(selection.address);
  const texts = answer.rows.flatMap(({ number, cells }) =>
    cells.flatMap(([column, text]) => (within(number, column) ? [text] : [])),
  );
  pane.dispatch({ do: 'check-text', text: texts.join('\n').slice(0, checkedCharactersMax) });
}

/** Stops the run of this document; the row at hand is finished. */
export const stop = stopActive;

export async function openPane(pane: Pane, tab: Tab = 'fill'): Promise<void> {
  await onSelectedSheet(pane);
  pane.dispatch({ do: 'tab', tab });
}

/** The sheet that the person is on is the one that is worked on. */
async function onSelectedSheet(pane: Pane): Promise<void> {
  const { selection } = pane.state.peek();
  if (selection !== undefined && targetOf(pane.state.peek()) !== undefined) await chooseSheet(pane, selection.sheet);
}
