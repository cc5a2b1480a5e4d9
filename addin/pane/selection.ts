// Follows the person through the workbook: the sheet they are on is set up, the row they are in is shown.
import type { Selection } from '../host/host.ts';
import { focusRow, rowNumberOf } from './cell-acts.ts';
import type { Pane } from './pane.ts';
import type { Tab } from './state.ts';
import { beginReview } from './run-acts.ts';
import { chooseSheet, refreshPlan } from './work.ts';

export async function followSelection(pane: Pane, selection: Selection): Promise<void> {
  const before = pane.state.peek().selection;
  pane.dispatch({ do: 'selection', selection });
  const { work, tab } = pane.state.peek();
  if (work.sheet !== selection.sheet) await chooseSheet(pane, selection.sheet);
  else if (work.which === 'chosen' && before?.rows !== selection.rows) await refreshPlan(pane);
  if (tab === 'cells') await focusSelected(pane, true);
}

async function focusSelected(pane: Pane, isFollowing = false): Promise<void> {
  const { selection, focus } = pane.state.peek();
  if (selection === undefined || focus?.isEditing === true || focus?.busy !== undefined) return;
  // The pane itself has just led Excel there.
  if (focus?.cell === selection.cell && focus.row.is === 'here' && isFollowing) return;
  await focusRow(pane, rowNumberOf(selection.cell), selection.cell);
}

/** Goes to a tab and takes up what it shows. */
export async function goTo(pane: Pane, tab: Tab): Promise<void> {
  pane.dispatch({ do: 'tab', tab });
  // In the browser this tab is the whole table.
  if (tab === 'cells' && pane.host.kind === 'browser') pane.dispatch({ do: 'focus', focus: undefined });
  if (tab === 'cells' && pane.host.kind === 'excel') await focusSelected(pane);
  if (tab === 'review') await beginReview(pane);
}
