// The review: one finished row after the other, picture beside texts, every act one key.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AcceptanceView, RunRowView } from '../../server/contract/runs.ts';
import { focusCell, focusRow, putBack, rewrite, rowOf, startEditing } from './cell-acts.ts';
import { Icon } from './icons.tsx';
import { usePane, useWords, type Pane } from './pane.ts';
import { acceptRow, fetchRows } from './run-acts.ts';
import { RowPanel } from './row-panel.tsx';

export function ReviewTab() {
  const pane = usePane();
  const { reviewed } = pane.state.value;
  const rows = (reviewed?.rows ?? [])
    .filter(({ outcome, number }) => outcome !== 'failed' && number > 0)
    .toSorted((a, b) => a.number - b.number);
  if (reviewed === undefined || rows.length === 0) return <NothingToReview />;
  const { id, acceptance } = reviewed;
  return <Reviewing key={id} run={id} rows={rows} acceptance={acceptance} />;
}

function NothingToReview() {
  const { review: words } = useWords();
  return (
    <div class="empty">
      <Icon name="check" />
      <h2>{words.none}</h2>
      <p>{words.noneText}</p>
    </div>
  );
}

interface ReviewingProps {
  readonly run: string;
  readonly rows: readonly RunRowView[];
  readonly acceptance: AcceptanceView | undefined;
}

function Reviewing({ run, rows, acceptance }: ReviewingProps) {
  const pane = usePane();
  const words = useWords();
  const [at, setAt] = useState(() => firstOpen(rows, 0));
  const acceptedCount = rows.filter(({ isAccepted }) => isAccepted).length;
  const row = rows[Math.min(at, rows.length - 1)];
  useEffect(() => {
    if (row !== undefined) void lookAt(pane, run, row);
  }, [row?.key, row?.number]);
  const step = (by: number) => setAt(Math.max(0, Math.min(rows.length - 1, at + by)));
  const accept = () => {
    if (row === undefined) return;
    void acceptRow(pane, run, row);
    const left = rows.map((one) => (one.key === row.key ? { ...one, isAccepted: true as const } : one));
    setAt(firstOpen(left, at));
  };
  useKeys(pane, { step, accept });
  if (row === undefined) return null;
  return (
    <div class="review">
      <div class="review-head">
        <p>
          <strong>{words.review.position(Math.min(at, rows.length - 1) + 1, rows.length)}</strong>
          <span class="small quiet">
            {acceptedCount >= rows.length ? words.review.allDone : words.review.accepted(acceptedCount)}
          </span>
        </p>
        <progress aria-label={words.review.accepted(acceptedCount)} max={rows.length} value={acceptedCount} />
        {acceptance !== undefined && acceptance.cells > 0 && (
          <p class="small quiet">{words.review.unchanged(acceptance.unchanged, acceptance.cells)}</p>
        )}
      </div>
      <p class={`small outcome-word ${row.outcome}`}>{row.status}</p>
      <RowPanel />
      <ReviewBar isAccepted={row.isAccepted === true} step={step} accept={accept} />
      <p class="small quiet keys">{words.review.keys}</p>
    </div>
  );
}

/** The next row that is not accepted, from here on and then from the beginning; here when all are. */
function firstOpen(rows: readonly RunRowView[], from: number): number {
  const after = rows.findIndex(({ isAccepted }, index) => index >= from && isAccepted !== true);
  const any = after >= 0 ? after : rows.findIndex(({ isAccepted }) => isAccepted !== true);
  return any >= 0 ? any : Math.min(from, rows.length - 1);
}

/** Shows the row here and in Excel. When rows were moved since, where they all are now is asked for first. */
async function lookAt(pane: Pane, run: string, row: RunRowView): Promise<void> {
  const cell = row.cells[0]?.cell;
  await focusRow(pane, row.number, cell);
  const { focus, sheet } = pane.state.peek();
  if (focus?.number !== row.number) return;
  const found = rowOf(focus);
  if (found !== undefined && found.key !== row.key) await fetchRows(pane, run);
  else if (cell !== undefined && sheet.is === 'here') await pane.host.select(sheet.value.sheet, cell);
}

interface Steps {
  readonly step: (by: number) => void;
  readonly accept: () => void;
}

function ReviewBar({ isAccepted, step, accept }: Steps & { readonly isAccepted: boolean }) {
  const { review: words } = useWords();
  return (
    <div class="bar">
      <button class="icon-only" aria-label={words.previous} title={`${words.previous} (K)`} onClick={() => step(-1)}>
        <Icon name="back" />
      </button>
      <button class="primary wide" title={`${words.accept} (A)`} onClick={accept}>
        <Icon name="check" />
        {isAccepted ? words.isAccepted : words.accept}
      </button>
      <button class="icon-only" aria-label={words.next} title={`${words.next} (J)`} onClick={() => step(1)}>
        <Icon name="forward" />
      </button>
    </div>
  );
}

/** Keys count while nobody types. Two fast ones must not both see the row of the first: the steps are those of the last drawing. */
function useKeys(pane: Pane, steps: Steps): void {
  const newest = useRef(steps);
  newest.current = steps;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = actOf(pane, event.key, newest.current);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog, [role="tablist"]') !== null;
}

function actOf(pane: Pane, key: string, { step, accept }: Steps): (() => void) | undefined {
  switch (key) {
    case 'j':
    case 'J':
      return () => step(1);
    case 'k':
    case 'K':
      return () => step(-1);
    case 'a':
    case 'A':
      return accept;
    case 'e':
    case 'E':
      return () => startEditing(pane, true);
    case 'r':
    case 'R':
      return () => void rewrite(pane, '');
    case 'x':
    case 'X':
      return () => void putBack(pane);
    case 'ArrowDown':
      return () => moveCell(pane, 1);
    case 'ArrowUp':
      return () => moveCell(pane, -1);
    default:
      return undefined;
  }
}

function moveCell(pane: Pane, by: number): void {
  const { focus } = pane.state.peek();
  const cells = rowOf(focus)?.cells ?? [];
  const at = cells.findIndex(({ cell }) => cell === focus?.cell);
  const next = cells[Math.max(0, Math.min(cells.length - 1, at + by))];
  if (next !== undefined && next.cell !== focus?.cell) void focusCell(pane, next.cell);
}
