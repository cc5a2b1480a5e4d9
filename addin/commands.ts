// What the ribbon, the context menu and the shortcuts of Excel call by name, as manifest.xml and shortcuts.json list them.
import { checkSelection, fillEmpty, fillSelected, openPane, regenerateCell, stop } from './pane/actions.ts';
import type { Selection } from './host/host.ts';
import type { Pane } from './pane/pane.ts';

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

/**
 * When the pane has read its sheet and follows the selection as it is at this moment, which it hears of a little later.
 * After `readyTimeoutMs` the command is tried all the same and tells what is missing.
 */
async function ready(pane: Pane): Promise<void> {
  let end: () => void = () => undefined;
  const timeout = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), readyTimeoutMs);
    end = () => clearTimeout(timer);
  });
  const selection = await Promise.race([currentSelection(pane), timeout]);
  if (selection !== undefined) await Promise.race([settledAt(pane, selection), timeout]);
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

function settledAt({ state }: Pane, { sheet, address }: Selection): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = state.subscribe(({ work, selection, sheet: view }) => {
      const isThere = selection?.address === address && selection.sheet === sheet && work.sheet === sheet;
      if (!isThere || (view.is !== 'here' && view.is !== 'failed')) return;
      resolve();
      queueMicrotask(() => stopListening());
    });
  });
}
