// The whole pane: head, tabs, the chosen tab, what is told to the person.
import type { ComponentType } from 'preact';
import { useRef } from 'preact/hooks';
import { CellsTab } from './cells-tab.tsx';
import { ChatTab } from './chat/chat-tab.tsx';
import { CheckTab } from './check-tab.tsx';
import { FillTab } from './fill-tab.tsx';
import { Header } from './header.tsx';
import { Icon } from './icons.tsx';
import { PaneContext, usePane, useWords, type Pane } from './pane.ts';
import { ReviewTab } from './review-tab.tsx';
import { goTo } from './selection.ts';
import type { Tab } from './state.ts';
import { TableTab } from './table-tab.tsx';

export function App({ pane }: { readonly pane: Pane }) {
  return (
    <PaneContext.Provider value={pane}>
      <Frame />
    </PaneContext.Provider>
  );
}

function Frame() {
  const pane = usePane();
  const words = useWords();
  const { app, tab } = pane.state.value;
  document.documentElement.lang = pane.language.value;
  const bodies: Readonly<Partial<Record<Tab, ComponentType>>> = {
    fill: FillTab,
    cells: pane.host.kind === 'excel' ? CellsTab : TableTab,
    review: ReviewTab,
    chat: ChatTab,
    check: CheckTab,
  };
  const Body = bodies[tab] ?? FillTab;
  return (
    <div class={`app ${pane.host.kind}`}>
      <Header />
      <Tabs tabs={Object.keys(bodies) as Tab[]} />
      <main>
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} class={`panel ${tab}-panel`}>
          {app === undefined ? <p class="small quiet">{words.connection.connecting}</p> : <Body />}
        </div>
      </main>
      <Notices />
    </div>
  );
}

function Tabs({ tabs }: { readonly tabs: readonly Tab[] }) {
  const pane = usePane();
  const { tabs: words } = useWords();
  const { tab } = pane.state.value;
  const bar = useRef<HTMLDivElement>(null);
  const name = (one: Tab) => (one === 'cells' && pane.host.kind === 'browser' ? words.table : words[one]);
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    void goTo(pane, next);
    bar.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" ref={bar} onKeyDown={onKey}>
      {tabs.map((one) => (
        <button
          key={one}
          id={`tab-${one}`}
          role="tab"
          aria-selected={one === tab}
          aria-controls="panel"
          tabIndex={one === tab ? 0 : -1}
          onClick={() => void goTo(pane, one)}
        >
          {name(one)}
        </button>
      ))}
    </div>
  );
}

function Notices() {
  const pane = usePane();
  const words = useWords();
  return (
    <div class="notices" role="status" aria-live="assertive">
      {pane.state.value.notices.map(({ id, kind, text }) => (
        <div key={id} class={`notice ${kind}`}>
          <Icon name={kind === 'good' ? 'check' : 'warn'} />
          <p>{text}</p>
          <button class="ghost icon-only" aria-label={words.close} onClick={() => pane.dispatch({ do: 'dismiss', id })}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
