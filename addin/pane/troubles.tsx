// The rows of a run that need a person, by what is to be done about them.
import type { RunView } from '../../server/contract/runs.ts';
import { focusRow } from './cell-acts.ts';
import { usePane, useWords } from './pane.ts';
import { troubles } from './runs.ts';

const groupsShown = 12;
const rowsShown = 8;

export function Troubles({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const { run: words } = useWords();
  const { shown } = pane.state.value;
  const groups = troubles(shown?.id === run.id ? shown.rows : [], pane.language.value).slice(0, groupsShown);
  if (groups.length === 0) return null;
  const show = async (number: number, cell: string | undefined) => {
    const sheet = run.target.sheet ?? pane.state.peek().selection?.sheet;
    if (cell !== undefined && sheet !== undefined) await pane.host.select(sheet, cell);
    pane.dispatch({ do: 'tab', tab: 'cells' });
    await focusRow(pane, number);
  };
  return (
    <section class="card troubles" aria-label={words.troubles}>
      <p class="eyebrow">{words.troubles}</p>
      <ul>
        {groups.map(({ status, rows }) => (
          <li key={status}>
            <p>{status}</p>
            <p class="row-links">
              {rows.slice(0, rowsShown).map((row) => (
                <button
                  key={row.key}
                  class="chip"
                  title={row.label}
                  onClick={() => void show(row.number, row.cells[0]?.cell)}
                >
                  {words.rowsList(String(row.number))}
                </button>
              ))}
              {rows.length > rowsShown && <span class="small quiet">{words.moreRows(rows.length - rowsShown)}</span>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
