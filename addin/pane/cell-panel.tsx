// One cell to work on: its text with findings, a person's words, a rewrite with a reason, its earlier versions.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FindingView } from '../../server/contract/cells.ts';
import type { CellView } from '../../server/contract/sheets.ts';
import { rewrite, startEditing, writeText } from './cell-acts.ts';
import { CellHistory } from './cell-history.tsx';
import { replaced, useFindings } from './findings.ts';
import { Icon } from './icons.tsx';
import { FindingList, MarkedText } from './marked-text.tsx';
import { usePane, useWords } from './pane.ts';
import { isCopy } from './preview-rows.tsx';
import { StateTag } from './state-tag.tsx';

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** What people count as characters: an emoji is one. */
const lengthOf = (text: string): number => [...graphemes.segment(text)].length;

export function CellPanel({ cell }: { readonly cell: CellView }) {
  const pane = usePane();
  const words = useWords();
  const { focus, app, work } = pane.state.value;
  const recipe = app?.recipes.find(({ id }) => id === work.recipe);
  const isText = isCopy(recipe, cell.column);
  return (
    <div class="cell-panel">
      <div class="cell-head">
        <h3 class="cell-title">{cell.header}</h3>
        <span class="small quiet">{cell.cell}</span>
        <StateTag cell={cell} />
        {isText && <span class="small quiet count">{words.cell.count(lengthOf(cell.text))}</span>}
      </div>
      {focus?.isEditing === true ? <Editor key={cell.cell} cell={cell} /> : <Shown cell={cell} isText={isText} />}
      {focus?.isEditing !== true && isText && <Rewriting />}
      <CellHistory cell={cell} />
    </div>
  );
}

function Shown({ cell, isText }: { readonly cell: CellView; readonly isText: boolean }) {
  const pane = usePane();
  const words = useWords();
  const found = useFindings(isText ? cell.text : '');
  const findings = found ?? [];
  const { focus } = pane.state.value;
  const replace = (finding: FindingView, by: string) => void writeText(pane, replaced(cell.text, finding, by));
  return (
    <>
      <div class={focus?.busy === 'regenerating' ? 'is-rewriting' : ''}>
        {cell.text === '' ? (
          <p class="copy quiet">{words.cell.emptyText}</p>
        ) : (
          <MarkedText text={cell.text} findings={findings} />
        )}
      </div>
      {isText && cell.text !== '' && found?.length === 0 && (
        <p class="small clean">
          <Icon name="check" />
          {words.findings.none}
        </p>
      )}
      {findings.length > 0 && <FindingList findings={findings} onReplace={replace} />}
      <div class="buttons">
        <button disabled={focus?.busy !== undefined} onClick={() => startEditing(pane, true)}>
          <Icon name="edit" />
          {words.cell.edit}
        </button>
      </div>
    </>
  );
}

function Editor({ cell }: { readonly cell: CellView }) {
  const pane = usePane();
  const words = useWords();
  const [text, setText] = useState(cell.text);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.focus(), []);
  const { focus } = pane.state.value;
  const save = () => void writeText(pane, text, words.cell.saved);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') startEditing(pane, false);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
  };
  return (
    <div class="editor">
      <textarea
        ref={area}
        rows={5}
        aria-label={cell.header}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <div class="buttons">
        <button class="primary" disabled={focus?.busy !== undefined} onClick={save}>
          {words.cell.save}
        </button>
        <button onClick={() => startEditing(pane, false)}>{words.cancel}</button>
        <span class="small quiet count">{words.cell.count(lengthOf(text))}</span>
      </div>
    </div>
  );
}

function Rewriting() {
  const pane = usePane();
  const { cell: words } = useWords();
  const [reason, setReason] = useState('');
  const { focus } = pane.state.value;
  const isBusy = focus?.busy !== undefined;
  const send = async (event: Event) => {
    event.preventDefault();
    if (await rewrite(pane, reason.trim())) setReason('');
  };
  return (
    <form class="rewriting" onSubmit={(event) => void send(event)}>
      <p class="chips" role="group" aria-label={words.reason}>
        {words.reasons.map((one) => (
          <button key={one} type="button" class="chip" disabled={isBusy} onClick={() => void rewrite(pane, one)}>
            {one}
          </button>
        ))}
      </p>
      <div class="with-button">
        <input
          aria-label={words.reason}
          value={reason}
          placeholder={words.ownWords}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <button disabled={isBusy}>
          <Icon name="spark" />
          {focus?.busy === 'regenerating' ? words.regenerating : words.regenerate}
        </button>
      </div>
    </form>
  );
}
