// The earlier versions of a cell, each to be put back.
import type { CellView } from '../../server/contract/sheets.ts';
import { writeText } from './cell-acts.ts';
import { Icon } from './icons.tsx';
import { useChosen, usePane, useWords } from './pane.ts';

interface Version {
  readonly key: string;
  readonly text: string;
  readonly about: string;
  readonly when: string;
}

export function CellHistory({ cell }: { readonly cell: CellView }) {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { focus } = pane.state.value;
  const versions = useVersions(cell);
  if (focus?.history.is === 'failed') return <p class="note hint">{chosen(focus.history.problem.message)}</p>;
  if (versions.length === 0) return null;
  return (
    <details class="history">
      <summary>
        {words.cell.history} <span class="quiet">{versions.length}</span>
      </summary>
      <ol>
        {versions.map((version) => (
          <li key={version.key}>
            <p class="copy">{version.text === '' ? words.cell.emptyText : version.text}</p>
            <p class="small quiet version-line">
              <span>{[version.when, version.about].filter((part) => part !== '').join(' · ')}</span>
              <button
                class="link"
                disabled={focus?.busy !== undefined}
                onClick={() => void writeText(pane, version.text, words.cell.putBackDone)}
              >
                <Icon name="undo" />
                {words.cell.putBack}
              </button>
            </p>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Everything the cell held before, newest first, each text once and never the one that stands there now. */
function useVersions(cell: CellView): readonly Version[] {
  const pane = usePane();
  const words = useWords();
  const { focus } = pane.state.value;
  if (focus?.history.is !== 'here') return [];
  const dates = new Intl.DateTimeFormat(pane.language.value, { dateStyle: 'short', timeStyle: 'short' });
  const { versions } = focus.history.value;
  const all = versions.flatMap(({ text, previous, model, reason, atMs }, index) => [
    { key: `${index}-text`, text, about: reason === '' ? model : reason, when: dates.format(atMs) },
    { key: `${index}-previous`, text: previous, about: words.cell.before, when: '' },
  ]);
  const seen = new Set([cell.text]);
  return all.filter(({ text }) => !seen.has(text) && seen.add(text) && text !== '');
}
