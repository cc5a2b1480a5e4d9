// The fill tab: setting up and its plan, or the run that is shown.
import { Columns } from './columns.tsx';
import { Icon } from './icons.tsx';
import { usePane, useWords } from './pane.ts';
import { PlanCard } from './plan-card.tsx';
import { previewRows, startRun } from './run-acts.ts';
import { RunCard } from './run-card.tsx';
import { shownRun } from './runs.ts';
import { ScopeChoice } from './scope.tsx';
import { Elsewhere, Source } from './source.tsx';

export function FillTab() {
  const pane = usePane();
  const state = pane.state.value;
  const run = shownRun(state);
  if (run !== undefined) return <RunCard run={run} />;
  const isSet = state.sheet.is === 'here' || (state.sheet.is === 'coming' && state.sheet.last !== undefined);
  return (
    <div class="fill">
      <div class="setup">
        <Elsewhere />
        <Source />
        <Columns />
        {isSet && <ScopeChoice />}
      </div>
      {isSet && (
        <div class="outcome">
          <PlanCard />
          <StartBar />
        </div>
      )}
    </div>
  );
}

function StartBar() {
  const pane = usePane();
  const { plan: words } = useWords();
  const { plan } = pane.state.value;
  const known = plan.is === 'here' ? plan.value : plan.is === 'coming' ? plan.last : undefined;
  const [rows, cells] = [known?.rowCount ?? 0, known?.cellCount ?? 0];
  return (
    <div class="bar">
      <button class="primary wide" disabled={cells === 0} onClick={() => void startRun(pane, 'fill')}>
        <Icon name="spark" />
        {words.fill(rows)}
      </button>
      <button disabled={cells === 0} title={words.previewAbout} onClick={() => void startRun(pane, 'preview')}>
        {words.preview(Math.min(previewRows, Math.max(rows, 1)))}
      </button>
    </div>
  );
}
