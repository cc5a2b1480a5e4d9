// A run: how far it is, what it looks at, what can be done with it, what needs a person, every row.
import { useState } from 'preact/hooks';
import type { RunView } from '../../server/contract/runs.ts';
import { Icon } from './icons.tsx';
import { useChosen, usePane, useWords } from './pane.ts';
import { PreviewRows } from './preview-rows.tsx';
import { commandRun, leaveRun, startRun } from './run-acts.ts';
import { RunRows } from './run-rows.tsx';
import { isActive } from './runs.ts';
import { goTo } from './selection.ts';
import { Thumbnail } from './thumbnail.tsx';
import { Troubles } from './troubles.tsx';

const decile = 10;

export function RunCard({ run }: { readonly run: RunView }) {
  const words = useWords();
  const chosen = useChosen();
  const announced = Math.floor((run.finished / Math.max(run.total, 1)) * decile);
  return (
    <div class="run">
      <section class="card progress-card" aria-label={words.run.kinds[run.kind]}>
        <RunHead run={run} />
        {isActive(run) && <Current run={run} />}
        <Progress run={run} />
        <Counts run={run} />
        {run.problem !== undefined && (
          <p class={`note ${run.state === 'failed' ? 'bad' : 'warn'}`}>{chosen(run.problem.message)}</p>
        )}
        {isActive(run) ? <ActiveButtons run={run} /> : <EndButtons run={run} />}
      </section>
      <p class="only-heard" role="status" key={announced}>
        {isActive(run) ? words.run.announce(run.finished, run.total) : words.run.states[run.state]}
      </p>
      {run.kind === 'preview' ? <PreviewRows /> : <Troubles run={run} />}
      {run.kind !== 'preview' && <RunRows run={run} />}
    </div>
  );
}

function RunHead({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const { run: words } = useWords();
  const title = run.kind === 'preview' && run.state === 'finished' ? words.previewTitle : words.states[run.state];
  return (
    <div class="run-head">
      {!isActive(run) && (
        <button class="ghost icon-only" aria-label={words.back} title={words.back} onClick={() => void leaveRun(pane)}>
          <Icon name="back" />
        </button>
      )}
      <h2>{title}</h2>
      <span class="small quiet run-book">{`${words.kinds[run.kind]} · ${run.workbookName}`}</span>
    </div>
  );
}

function Current({ run }: { readonly run: RunView }) {
  const { plan: words } = useWords();
  const [row] = run.current;
  return (
    <div class="current">
      <Thumbnail address={row?.thumbnail ?? ''} />
      {row !== undefined && (
        <p>
          <strong>{row.label}</strong>
          <span class="small quiet">{words.row(row.number)}</span>
        </p>
      )}
    </div>
  );
}

function Progress({ run }: { readonly run: RunView }) {
  const words = useWords();
  const facts = isActive(run)
    ? [
        run.rowsPerMinute === undefined
          ? ''
          : words.run.rate(run.rowsPerMinute.toFixed(run.rowsPerMinute < 10 ? 1 : 0)),
        run.secondsLeft === undefined ? '' : words.run.left(words.duration(run.secondsLeft)),
      ]
    : [
        run.endedAtMs === undefined ? '' : words.run.took(words.duration((run.endedAtMs - run.startedAtMs) / 1000)),
        run.kind === 'fill' && run.finished > 0
          ? words.run.clean(Math.floor((run.counts.done / run.finished) * 100))
          : '',
      ];
  return (
    <div class={`progress ${run.state}`}>
      <progress aria-label={words.run.progress} max={Math.max(run.total, 1)} value={run.finished} />
      <p>
        <strong>{words.run.of(run.finished, run.total)}</strong>
        <span class="quiet">{facts.filter((fact) => fact !== '').join(' · ')}</span>
      </p>
    </div>
  );
}

function Counts({ run }: { readonly run: RunView }) {
  const { run: words } = useWords();
  if (run.kind === 'preview' || run.finished === 0) return null;
  return (
    <ul class="counts">
      {(['done', 'needs-person', 'failed'] as const).map((outcome) => (
        <li key={outcome} class={run.counts[outcome] === 0 ? 'zero' : outcome}>
          <strong>{run.counts[outcome]}</strong> {words.outcomes[outcome]}
        </li>
      ))}
    </ul>
  );
}

function ActiveButtons({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const { run: words } = useWords();
  const isPaused = run.state === 'paused';
  return (
    <div class="buttons">
      {run.kind === 'fill' && run.state !== 'stopping' && (
        <button class="wide" onClick={() => void commandRun(pane, run.id, isPaused ? 'resume' : 'pause')}>
          <Icon name={isPaused ? 'play' : 'pause'} />
          {isPaused ? words.resume : words.pause}
        </button>
      )}
      {run.isWatched === true ? (
        <p class="small quiet">{words.watched}</p>
      ) : (
        <button class="wide" disabled={run.state === 'stopping'} onClick={() => void commandRun(pane, run.id, 'stop')}>
          <Icon name="stop" />
          {words.stop}
        </button>
      )}
    </div>
  );
}

function EndButtons({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const { run: words } = useWords();
  const { plan } = pane.state.value;
  if (run.kind === 'preview') {
    const rows = plan.is === 'here' ? plan.value.rowCount : 0;
    return (
      <div class="buttons">
        <button class="primary wide" disabled={rows === 0} onClick={() => void startRun(pane, 'fill')}>
          <Icon name="spark" />
          {words.fillNow(rows)}
        </button>
      </div>
    );
  }
  return (
    <div class="buttons">
      {run.kind === 'fill' && run.finished > 0 && (
        <button class="primary wide" onClick={() => void goTo(pane, 'review')}>
          <Icon name="check" />
          {words.review}
        </button>
      )}
      {run.kind === 'fill' && run.counts.failed > 0 && (
        <button onClick={() => void commandRun(pane, run.id, 'retry')}>
          <Icon name="refresh" />
          {words.retry(run.counts.failed)}
        </button>
      )}
      {run.canUndo && <UndoButton run={run} />}
    </div>
  );
}

/** Undo asks once more, in place: it takes words out of a whole sheet. */
function UndoButton({ run }: { readonly run: RunView }) {
  const pane = usePane();
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button onClick={() => setAsking(true)}>
        <Icon name="undo" />
        {words.run.undo}
      </button>
    );
  }
  const undo = async () => {
    setAsking(false);
    if (await commandRun(pane, run.id, 'undo')) pane.tell('good', words.notice.undone);
  };
  return (
    <div class="ask">
      <p class="small">{words.run.undoText}</p>
      <div class="buttons">
        <button class="danger" onClick={() => void undo()}>
          {words.run.undoSure}
        </button>
        <button onClick={() => setAsking(false)}>{words.cancel}</button>
      </div>
    </div>
  );
}
