// The head of the pane: the product, the engine in one line, the way to the settings.
import { useRef } from 'preact/hooks';
import { engineLine } from './engine.ts';
import { Icon, Mark } from './icons.tsx';
import { usePane, useWords } from './pane.ts';
import { DemoDialog, SettingsDialog } from './settings-dialog.tsx';

export function Header() {
  const words = useWords();
  const settings = useRef<HTMLDialogElement>(null);
  const demo = useRef<HTMLDialogElement>(null);
  return (
    <header class="head">
      <div class="head-row">
        <Mark />
        <h1>{words.product}</h1>
        <EngineState onDemo={() => demo.current?.showModal()} />
        <button
          class="ghost icon-only"
          aria-label={words.settings}
          title={words.settings}
          onClick={() => settings.current?.showModal()}
        >
          <Icon name="settings" />
        </button>
      </div>
      <EngineTrouble />
      <SettingsDialog dialog={settings} />
      <DemoDialog dialog={demo} />
    </header>
  );
}

function EngineState({ onDemo }: { readonly onDemo: () => void }) {
  const pane = usePane();
  const words = useWords();
  const { app } = pane.state.value;
  if (app === undefined) return <p class="engine" />;
  const line = engineLine(app.engine, words, pane.language.value);
  return (
    <p class="engine" role="status">
      <span class={`dot ${line.tone}`} />
      <span class="engine-text" title={`${app.engine.model} ${app.engine.device}`.trim()}>
        {line.text}
      </span>
      {app.engine.isDemo && (
        <button class="link" onClick={onDemo}>
          {words.engine.getReal}
        </button>
      )}
    </p>
  );
}

function EngineTrouble() {
  const pane = usePane();
  const words = useWords();
  const { app, connection } = pane.state.value;
  if (connection === 'lost') return <p class="band bad">{words.connection.lost}</p>;
  if (app === undefined) return null;
  const line = engineLine(app.engine, words, pane.language.value);
  return line.more === '' ? null : <p class={`band ${line.tone === 'bad' ? 'bad' : 'hint'}`}>{line.more}</p>;
}
