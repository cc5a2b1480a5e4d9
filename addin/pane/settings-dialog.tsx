// The dialogs of the head: settings, and how to come from the demo model to a real one.
import type { ComponentChildren, RefObject } from 'preact';

import type { SettingsView } from '../../server/contract/state.ts';
import { Icon } from './icons.tsx';
import { usePane, useWords } from './pane.ts';
import { Segments } from './segments.tsx';

/** The command that the demo's dialog tells. */
const modelCommand = 'node server/rowscribe.mjs model pull qwen2.5-vl-7b-q4';

interface DialogProps {
  readonly dialog: RefObject<HTMLDialogElement | null>;
}

function Dialog({
  dialog,
  title,
  children,
}: DialogProps & { readonly title: string; readonly children: ComponentChildren }) {
  const words = useWords();
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} aria-label={title} onClick={(event) => event.target === dialog.current && close()}>
      <div class="dialog">
        <div class="dialog-head">
          <h2>{title}</h2>
          <button class="ghost icon-only" aria-label={words.close} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

export function SettingsDialog({ dialog }: DialogProps) {
  const pane = usePane();
  const words = useWords();
  const { app } = pane.state.value;
  if (app === undefined) return <Dialog dialog={dialog} title={words.settings} children={null} />;
  const change = (settings: Partial<SettingsView>) =>
    void pane.attempt(async () => {
      const now = await pane.client.settings(settings);
      pane.dispatch({ do: 'event', event: { type: 'settings', settings: now } });
    });
  const { settingsDialog: said } = words;
  return (
    <Dialog dialog={dialog} title={words.settings}>
      <Segments
        label={said.language}
        value={app.settings.language}
        options={[
          ['auto', said.auto],
          ['zh-CN', '中文'],
          ['en-US', 'English'],
        ]}
        onChange={(language) => change({ language })}
      />
      <Segments
        label={said.pictureSize}
        value={app.settings.pictureSize}
        options={[
          ['1024', said.size1024],
          ['small', said.sizeSmall],
        ]}
        onChange={(pictureSize) => change({ pictureSize })}
      />
      <p class="small">{said.sizeAbout}</p>
      <p class="small quiet">
        {said.privacy} {said.version(app.version)}
      </p>
    </Dialog>
  );
}

export function DemoDialog({ dialog }: DialogProps) {
  const { engine } = useWords();
  return (
    <Dialog dialog={dialog} title={engine.demoTitle}>
      <p>{engine.demoText}</p>
      <ol class="steps">
        <li>{engine.demoSteps[0]}</li>
        <li>
          {engine.demoSteps[1]}
          <code class="command">{modelCommand}</code>
        </li>
        <li>{engine.demoSteps[2]}</li>
      </ol>
    </Dialog>
  );
}
