// The table tab in the browser: the sheet's product rows by pages, any cell one click from being worked on.
import { useEffect } from 'preact/hooks';
import type { RowView } from '../../server/contract/sheets.ts';
import { problemIn } from '../client.ts';
import { focusRow } from './cell-acts.ts';
import { Icon } from './icons.tsx';
import { isAbort, useChosen, usePane, useWords, type Pane } from './pane.ts';
import { RowPanel } from './row-panel.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { targetOf } from './scope-of.ts';

const rowsAPage = 50;

async function fetchPage(pane: Pane, offset: number): Promise<void> {
  const target = targetOf(pane.state.peek());
  if (target === undefined) return;
  const signal = pane.latest('page');
  const { page: before } = pane.state.peek();
  pane.dispatch({
    do: 'page',
    offset,
    page: before.is === 'here' ? { is: 'coming', last: before.value } : { is: 'coming' },
  });
  try {
    const value = await pane.client.rows({ target, offset, limit: rowsAPage }, signal);
    pane.dispatch({ do: 'page', offset, page: { is: 'here', value } });
  } catch (error) {
    if (!isAbort(error)) pane.dispatch({ do: 'page', offset, page: { is: 'failed', problem: problemIn(error) } });
  }
}

export function TableTab() {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { page, work, focus } = pane.state.value;
  useEffect(() => void fetchPage(pane, 0), [work.workbook, work.sheet, work.recipe, work.columns]);
  if (page.is === 'failed') return <p class="note bad">{chosen(page.problem.message)}</p>;
  const value = page.is === 'here' ? page.value : page.is === 'coming' ? page.last : undefined;
  if (value === undefined) return <p class="small quiet">{words.loading}</p>;
  if (value.total === 0) return <p class="empty">{words.table.none}</p>;
  return (
    <div class={focus === undefined ? 'table-tab' : 'table-tab has-focus'}>
      <div class="table-side">
        <Pages total={value.total} />
        <Grid rows={value.rows} />
      </div>
      {focus !== undefined && <FocusSide />}
    </div>
  );
}

function Pages({ total }: { readonly total: number }) {
  const pane = usePane();
  const { table: words } = useWords();
  const { pageOffset } = pane.state.value;
  const last = Math.min(pageOffset + rowsAPage, total);
  return (
    <div class="pages">
      <span class="small quiet">{words.rows(pageOffset + 1, last, total)}</span>
      <button
        class="ghost icon-only"
        aria-label={words.previous}
        disabled={pageOffset === 0}
        onClick={() => void fetchPage(pane, Math.max(0, pageOffset - rowsAPage))}
      >
        <Icon name="back" />
      </button>
      <button
        class="ghost icon-only"
        aria-label={words.next}
        disabled={last >= total}
        onClick={() => void fetchPage(pane, pageOffset + rowsAPage)}
      >
        <Icon name="forward" />
      </button>
    </div>
  );
}

function Grid({ rows }: { readonly rows: readonly RowView[] }) {
  const { table: words } = useWords();
  const headers = rows[0]?.cells ?? [];
  return (
    <div class="grid" tabIndex={0} role="region" aria-label={words.product}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.product}</th>
            {headers.map(({ column, header }) => (
              <th key={column} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <GridRow key={row.number} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GridRow({ row }: { readonly row: RowView }) {
  const pane = usePane();
  const { table: words } = useWords();
  const { focus } = pane.state.value;
  return (
    <tr class={focus?.number === row.number ? 'is-focus' : ''}>
      <th scope="row">
        <span class="grid-product">
          <Thumbnail address={row.pictures[0]?.thumbnail ?? ''} />
          <span>{row.label}</span>
        </span>
      </th>
      {row.cells.map((cell) => (
        <td key={cell.cell} class={`is-${cell.state}`}>
          <button
            aria-label={`${words.editCell(cell.header, row.number)}: ${cell.text}`}
            aria-pressed={focus?.cell === cell.cell}
            onClick={() => void focusRow(pane, row.number, cell.cell)}
          >
            <span>{cell.text}</span>
          </button>
        </td>
      ))}
    </tr>
  );
}

function FocusSide() {
  const pane = usePane();
  const words = useWords();
  return (
    <aside class="focus-side">
      <div class="side-head">
        <button
          class="ghost icon-only"
          aria-label={words.close}
          onClick={() => pane.dispatch({ do: 'focus', focus: undefined })}
        >
          <Icon name="close" />
        </button>
      </div>
      <RowPanel />
    </aside>
  );
}
