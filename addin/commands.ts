// What the ribbon, the context menu and the shortcuts of Excel call by name, as manifest.xml and shortcuts.json list them.
import { checkSelection, fillEmpty, fillSelected, openPane, regenerateCell, stop } from './pane/actions.ts';
import type { Selection } from './host/host.ts';
import type { Pane } from './pane/pane.ts';
import { followSelection } from './pane/selection.ts';

const commands: Readonly<Record<string, (pane: Pane) => Promise<void>>> = {
  fillSelected,
  fillEmpty,
  regenerateCell,
  checkSelection,
  stopRun: stop,
  openPane: (pane) => openPane(pane),
};

/** A pane that the click itself has started needs a moment until it knows the workbook and the selection. */
const readyTimeoutMs = 15_000;

/** Makes the commands known to Excel. What fails is told in the pane; Excel always hears that a command is over. */
export function registerCommands(pane: Pane): void {
  for (const [name, command] of Object.entries(commands)) {
    Office.actions.associate(name, (event: Office.AddinCommands.Event) => void perform(pane, command, event));
  }
}

async function perform(
  pane: Pane,
  command: (pane: Pane) => Promise<void>,
  event: Office.AddinCommands.Event,
): Promise<void> {
  try {
    // The pane shows how the command goes on; without it the command works all the same.
    await Office.addin.showAsTaskpane().catch(() => undefined);
    await ready(pane);
    await pane.attempt(() => command(pane));
  } finally {
    event.completed();
  }
}

/** When the pane knows its workbook, and the selection as it is at this moment. */
async function ready(pane: Pane): Promise<void> {
  let end: () => void = () => undefined;
  const timeout = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), readyTimeoutMs);
    end = () => clearTimeout(timer);
  });
  const selection = await Promise.race([currentSelection(pane), timeout]);
  if (selection !== undefined) await followSelection(pane, selection);
  await Promise.race([workbookKnown(pane), timeout]);
  end();
}

function currentSelection({ host }: Pane): Promise<Selection> {
  return new Promise((resolve) => {
    const stopListening = host.onSelection((selection) => {
      resolve(selection);
      queueMicrotask(() => stopListening());
    });
  });
}

function workbookKnown({ state }: Pane): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = state.subscribe(({ app, work }) => {
      if (app === undefined || work.workbook === undefined) return;
      resolve();
      queueMicrotask(() => stopListening());
    });
  });
}
