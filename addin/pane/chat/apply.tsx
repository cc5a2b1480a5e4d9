// An answer on its way into a cell: which column, the words to write, and the advertising check before anything is written.
import { useEffect, useState } from 'preact/hooks';
import type { ChatView } from '../../../server/contract/chats.ts';
import type { CellView, RowView } from '../../../server/contract/sheets.ts';
import type { Problem } from '../../../server/contract/state.ts';
import { problemIn } from '../../client.ts';
import { replaced, useFindings } from '../findings.ts';
import { Icon } from '../icons.tsx';
import { FindingList, MarkedText } from '../marked-text.tsx';
import { isAbort, useChosen, usePane, useWords } from '../pane.ts';
import { isCopy } from '../preview-rows.tsx';
import { applyText, rowOfChat } from './chat-acts.ts';
import { useChatWords } from './chat-store.ts';

interface ApplyProps {
  readonly chat: ChatView;
  readonly text: string;
  readonly onEnd: () => void;
}

export function Apply({ chat, text, onEnd }: ApplyProps) {
  const words = useChatWords();
  const chosen = useChosen();
  const { cancel, loading } = useWords();
  const found = useRow(chat);
  const cells = useCopyCells(chat, found.row);
  return (
    <div class="card apply">
      {found.is === 'coming' && <p class="small quiet">{loading}</p>}
      {found.is === 'failed' && <p class="note bad">{chosen(found.problem.message)}</p>}
      {found.is === 'here' && found.row === undefined && <p class="note warn">{words.rowGone}</p>}
      {found.row !== undefined && cells.length === 0 && <p class="note warn">{words.noColumns}</p>}
      {cells.length > 0 && <Form chat={chat} number={found.row?.number ?? 0} cells={cells} text={text} onEnd={onEnd} />}
      {cells.length === 0 && (
        <div class="buttons">
          <button onClick={onEnd}>{cancel}</button>
        </div>
      )}
    </div>
  );
}

type Found =
  | { readonly is: 'coming'; readonly row?: undefined }
  | { readonly is: 'here'; readonly row: RowView | undefined }
  | { readonly is: 'failed'; readonly problem: Problem; readonly row?: undefined };

function useRow(chat: ChatView): Found {
  const pane = usePane();
  const [found, setFound] = useState<Found>({ is: 'coming' });
  useEffect(() => {
    const leaving = new AbortController();
    rowOfChat(pane, chat, leaving.signal).then(
      (row) => setFound({ is: 'here', row }),
      (error: unknown) => isAbort(error) || setFound({ is: 'failed', problem: problemIn(error) }),
    );
    return () => leaving.abort();
  }, [chat.id]);
  return found;
}

function useCopyCells(chat: ChatView, row: RowView | undefined): readonly CellView[] {
  const recipe = usePane().state.value.app?.recipes.find(({ id }) => id === chat.row?.recipe);
  return row?.cells.filter(({ column }) => isCopy(recipe, column)) ?? [];
}

interface FormProps extends ApplyProps {
  /** The row's, now. */
  readonly number: number;
  readonly cells: readonly CellView[];
}

function Form({ chat, number, cells, text: first, onEnd }: FormProps) {
  const pane = usePane();
  const words = useChatWords();
  const { cancel } = useWords();
  const [text, setText] = useState(first);
  const [chosen, setChosen] = useState(() => (cells.find((one) => one.text === '') ?? cells[0])?.column);
  const [isBusy, setBusy] = useState(false);
  const findings = useFindings(text);
  const cell = cells.find(({ column }) => column === chosen);
  if (cell === undefined) return null;
  const write = async () => {
    setBusy(true);
    const isWritten = await applyText(pane, chat, number, cell, text);
    setBusy(false);
    if (isWritten) onEnd();
  };
  return (
    <>
      <label class="field">
        <span>{words.applyTo}</span>
        <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          {cells.map(({ column, header, cell: address }) => (
            <option key={column} value={column}>
              {header} ({address})
            </option>
          ))}
        </select>
      </label>
      <p class="small apply-now">
        <span class="quiet">{words.now} </span>
        {cell.text === '' ? words.empty : cell.text}
      </p>
      <label class="field">
        <span>{words.applyText}</span>
        <textarea rows={4} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <Verdict text={text} findings={findings} onText={setText} />
      <div class="buttons">
        <button
          class="primary"
          disabled={isBusy || findings === undefined || text.trim() === ''}
          onClick={() => void write()}
        >
          {words.applyNow(cell.cell)}
        </button>
        <button onClick={onEnd}>{cancel}</button>
      </div>
    </>
  );
}

interface VerdictProps {
  readonly text: string;
  readonly findings: ReturnType<typeof useFindings>;
  readonly onText: (text: string) => void;
}

function Verdict({ text, findings, onText }: VerdictProps) {
  const words = useChatWords();
  const { findings: said } = useWords();
  if (findings === undefined) return <p class="small quiet">{words.checking}</p>;
  if (findings.length === 0) {
    return (
      <p class="small clean">
        <Icon name="check" />
        {said.none}
      </p>
    );
  }
  return (
    <>
      <MarkedText text={text} findings={findings} />
      <FindingList findings={findings} onReplace={(finding, by) => onText(replaced(text, finding, by))} />
    </>
  );
}
