// One row: its pictures, its facts, and its copy, one cell of it open to work on.
import type { CellView, RowView } from '../../server/contract/sheets.ts';
import { focusCell, rowOf } from './cell-acts.ts';
import { CellPanel } from './cell-panel.tsx';
import { useChosen, usePane, useWords } from './pane.ts';
import { StateTag } from './state-tag.tsx';
import { Thumbnail } from './thumbnail.tsx';

export function RowPanel() {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { focus } = pane.state.value;
  if (focus === undefined) return null;
  if (focus.row.is === 'failed') return <p class="note bad">{chosen(focus.row.problem.message)}</p>;
  const row = rowOf(focus);
  if (row === undefined) return focus.row.is === 'coming' ? <p class="small quiet">{words.loading}</p> : <NoProduct />;
  return (
    <div class="row-panel" aria-busy={focus.row.is === 'coming'}>
      <Product row={row} />
      <ul class="cells">
        {row.cells.map((cell) => (
          <li key={cell.cell} class={cell.cell === focus.cell ? 'is-open' : ''}>
            {cell.cell === focus.cell ? <CellPanel cell={cell} /> : <ClosedCell cell={cell} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function NoProduct() {
  const { cell: words } = useWords();
  return (
    <div class="empty">
      <h2>{words.notProduct}</h2>
      <p>{words.notProductText}</p>
    </div>
  );
}

function Product({ row }: { readonly row: RowView }) {
  const words = useWords();
  const facts = row.facts.filter(({ text }) => text !== '');
  return (
    <div class="product">
      <div class="pictures">
        {row.pictures.length === 0 && <Thumbnail address="" />}
        {row.pictures.map(({ name, thumbnail }) => (
          <Thumbnail key={name} address={thumbnail} name={name} />
        ))}
      </div>
      <div class="product-words">
        <h2>{row.label}</h2>
        <p class="small quiet">{words.plan.row(row.number)}</p>
        {facts.length > 0 && (
          <dl class="facts" aria-label={words.cell.facts}>
            {facts.map(({ header, text }) => (
              <div key={header}>
                <dt>{header}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

function ClosedCell({ cell }: { readonly cell: CellView }) {
  const pane = usePane();
  const words = useWords();
  return (
    <button class="closed-cell" aria-expanded={false} onClick={() => void focusCell(pane, cell.cell)}>
      <span class="cell-head">
        <span class="cell-title">{cell.header}</span>
        <StateTag cell={cell} />
      </span>
      <span class={cell.text === '' ? 'cell-text quiet' : 'cell-text'}>
        {cell.text === '' ? words.cell.emptyText : cell.text}
      </span>
    </button>
  );
}
