// Which rows and which of their cells.
import { usePane, useWords } from './pane.ts';
import { Segments } from './segments.tsx';
import { changeScope } from './work.ts';

export function ScopeChoice() {
  const pane = usePane();
  const { scope: words } = useWords();
  const { work } = pane.state.value;
  return (
    <>
      <Segments
        label={words.which}
        value={work.which}
        options={[
          ['every', words.every],
          ['chosen', words.chosen],
        ]}
        onChange={(which) => void changeScope(pane, { which })}
      />
      {work.which === 'chosen' && <ChosenRows />}
      <Segments
        label={words.mode}
        value={work.mode}
        options={[
          ['empty', words.empty],
          ['all', words.all],
        ]}
        onChange={(mode) => void changeScope(pane, { mode, overwriteEdited: false })}
      />
      {work.mode === 'all' && <Overwrite />}
    </>
  );
}

function ChosenRows() {
  const pane = usePane();
  const { scope: words } = useWords();
  const { work, selection } = pane.state.value;
  if (pane.host.kind === 'excel') {
    const rows = selection?.rows ?? '';
    return <p class="small quiet">{rows === '' ? words.selectFirst : `${words.typedRows} ${rows}`}</p>;
  }
  return (
    <label class="field">
      <span>{words.typedRows}</span>
      <input
        value={work.typedRows}
        placeholder={words.typedExample}
        onInput={(event) => void changeScope(pane, { typedRows: event.currentTarget.value })}
      />
    </label>
  );
}

function Overwrite() {
  const pane = usePane();
  const { scope: words } = useWords();
  const { overwriteEdited } = pane.state.value.work;
  return (
    <>
      <p class="small quiet">{words.allAbout}</p>
      <label class="tick">
        <input
          type="checkbox"
          checked={overwriteEdited}
          onChange={(event) => void changeScope(pane, { overwriteEdited: event.currentTarget.checked })}
        />
        <span>
          {words.overwrite}
          {overwriteEdited && <span class="small warn-text">{words.overwriteAbout}</span>}
        </span>
      </label>
    </>
  );
}
