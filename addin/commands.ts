// What the ribbon, the context menu and the shortcuts of Excel call by name, as manifest.xml and shortcuts.json list them.
import { checkSelection, fillEmpty, fillSelected, openPane, regenerateCell, stop } from './pane/actions.ts';
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

function ready(pane: Pane): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(), readyTimeoutMs);
    let stopListening: (() => void) | undefined;
    const end = () => {
      clearTimeout(timer);
      resolve();
      stopListening?.();
    };
    stopListening = pane.state.subscribe(({ app, work, selection }) => {
      if (app !== undefined && work.workbook !== undefined && selection !== undefined) queueMicrotask(end);
    });
  });
}
