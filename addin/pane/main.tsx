// Starts the pane: in Excel or in a browser, as the address says.
import { render } from 'preact';
import { createClient } from '../client.ts';
import { registerCommands } from '../commands.ts';
import { createBrowserHost } from '../host/browser.ts';
import { createExcelHost } from '../host/excel.ts';
import type { Host } from '../host/host.ts';
import { App } from './app.tsx';
import { goLive } from './live.ts';
import { createPane, type Pane } from './pane.ts';

function start(host: Host): Pane {
  const pane = createPane(createClient(), host);
  if (host.theme !== undefined) document.documentElement.dataset['theme'] = host.theme;
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no place for the pane');
  render(<App pane={pane} />, root);
  goLive(pane);
  return pane;
}

/** Excel's manifest opens the page with `host=excel`, and Office adds a parameter of its own. */
function isInExcel(): boolean {
  const query = new URLSearchParams(location.search);
  return query.get('host') === 'excel' || query.has('_host_Info');
}

if (isInExcel())
  void Office.onReady()
    .then(() => createExcelHost())
    .then((host) => registerCommands(start(host)));
else start(createBrowserHost());
