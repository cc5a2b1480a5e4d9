// The line to the server: events into the state, the open document made known, what the server asks of it answered once.
import type { ServerEvent } from '../../server/contract/state.ts';
import { hearChat } from './chat/chat-store.ts';
import { LinkAnswers } from './link-answers.ts';
import { beginReview, catchUp, showActiveRun } from './run-acts.ts';
import type { Pane } from './pane.ts';
import { isActive } from './runs.ts';
import { followSelection } from './selection.ts';
import { beginWork, refreshPlan } from './work.ts';

/** Follows the server until the returned function is called. */
export function goLive(pane: Pane): () => void {
  const answers = new LinkAnswers(pane);
  let isFirst = true;
  const stop = pane.client.listen({
    event: (event) => void receive(pane, event, answers),
    lost: () => pane.dispatch({ do: 'connection', connection: 'lost' }),
    open: () => {
      const again = !isFirst;
      isFirst = false;
      void pane.attempt(async () => {
        await makeKnown(pane);
        await begin(pane, again);
        // Only now: what is shown is what this server knows.
        pane.dispatch({ do: 'connection', connection: 'open' });
      });
    },
  });
  const stopSelection = pane.host.onSelection((selection) => void followSelection(pane, selection));
  return () => {
    stop();
    stopSelection();
  };
}

async function begin(pane: Pane, again: boolean): Promise<void> {
  pane.dispatch({ do: 'event', event: { type: 'state', state: await pane.client.state() } });
  await beginWork(pane);
  await showActiveRun(pane);
  if (again) await catchUp(pane);
}

/** Tells the server which document this pane belongs to; a server that was started again has forgotten it. */
async function makeKnown(pane: Pane): Promise<void> {
  const { document } = pane.host;
  if (document === undefined) return;
  const workbook = await pane.client.registerDocument(document);
  pane.dispatch({ do: 'work', work: { workbook: workbook.id } });
}

async function receive(pane: Pane, event: ServerEvent, answers: LinkAnswers): Promise<void> {
  if (event.type === 'link') return answers.answer(event);
  const before = pane.state.peek();
  pane.dispatch({ do: 'event', event });
  hearChat(pane, event);
  if (event.type === 'run') {
    const was = before.app?.runs.find(({ id }) => id === event.run.id);
    const ended = (was === undefined || isActive(was)) && !isActive(event.run);
    await showActiveRun(pane);
    if (ended && event.run.target.workbook === before.work.workbook) await refreshPlan(pane);
    if (ended && before.tab === 'review') await beginReview(pane);
  }
  if (event.type === 'workbooks' && before.work.workbook === undefined) await beginWork(pane);
}
