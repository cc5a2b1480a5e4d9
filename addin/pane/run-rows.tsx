// Every finished row of a run: a list of which only what can be seen is drawn, for runs of thousands of rows.
import { useState } from 'preact/hooks';
import type { RunRowView, RunView } from '../../server/contract/runs.ts';
import { usePane, useWords } from './pane.ts';
import { isActive } from './runs.ts';
import { Thumbnail } from './thumbnail.tsx';

/** As in the style sheet. */
const rowHeightPx = 52;
const spareRows = 6;
const listHeightPx = 560;

type Filter = RunRowView['outcome'] | 'all';

export function RunRows({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const { run: words } = useWords();
  const [filter, setFilter] = useState<Filter>('all');
  const { shown } = pane.state.value;
  const all = shown?.id === run.id ? shown.rows : [];
  if (all.length === 0) return null;
  const kept = filter === 'all' ? all : all.filter(({ outcome }) => outcome === filter);
  // While it goes on, what came last is what one looks for.
  const rows = isActive(run) ? kept.toReversed() : kept.toSorted((a, b) => a.number - b.number);
  const filters: readonly Filter[] = ['all', 'done', 'needs-person', 'failed'];
  return (
    <section class="run-rows" aria-label={words.rows}>
      <div class="filters" role="group" aria-label={words.rows}>
        {filters.map((one) => (
          <button key={one} class="chip" aria-pressed={filter === one} onClick={() => setFilter(one)}>
            {one === 'all' ? words.all : words.outcomes[one]}
          </button>
        ))}
      </div>
      <VirtualRows rows={rows} />
    </section>
  );
}

function VirtualRows({ rows }: { readonly rows: readonly RunRowView[] }) {
  const { run: words } = useWords();
  const [first, setFirst] = useState(0);
  const count = Math.ceil(listHeightPx / rowHeightPx) + 2 * spareRows;
  const from = Math.max(0, Math.min(first, rows.length - 1) - spareRows);
  const shown = rows.slice(from, from + count);
  return (
    <div
      class="virtual"
      tabIndex={0}
      role="list"
      aria-label={words.rows}
      style={{ height: `${Math.min(listHeightPx, rows.length * rowHeightPx + 2)}px` }}
      onScroll={(event) => setFirst(Math.floor(event.currentTarget.scrollTop / rowHeightPx))}
    >
      <div class="virtual-space" role="presentation" style={{ height: `${rows.length * rowHeightPx}px` }}>
        {shown.map((row, index) => (
          <RunRow
            key={row.key}
            row={row}
            topPx={(from + index) * rowHeightPx}
            position={from + index + 1}
            size={rows.length}
          />
        ))}
      </div>
    </div>
  );
}

interface RunRowProps {
  readonly row: RunRowView;
  readonly topPx: number;
  readonly position: number;
  readonly size: number;
}

function RunRow({ row, topPx, position, size }: RunRowProps) {
  const words = useWords();
  const refused = row.cells.filter((cell) => cell.refused !== undefined).length;
  const more = [
    refused > 0 ? words.run.refused(refused) : '',
    row.isDelivered || row.outcome === 'failed' ? '' : words.run.notYetWritten,
  ];
  return (
    <div
      class={`run-row ${row.outcome}`}
      role="listitem"
      aria-posinset={position}
      aria-setsize={size}
      style={{ transform: `translateY(${topPx}px)` }}
    >
      <Thumbnail address={row.thumbnail} />
      <span class="row-name">
        <strong>{row.label}</strong>
        <span class="small quiet">
          {[row.number === 0 ? '' : words.plan.row(row.number), ...more].filter((part) => part !== '').join(' · ')}
        </span>
      </span>
      <span class="row-status" title={row.status}>
        {row.status}
      </span>
    </div>
  );
}
