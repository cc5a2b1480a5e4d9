// What would be written, before anything is: rows, cells, time, cells of people that stay.
import type { PlanAnswer } from '../../server/contract/runs.ts';
import { useChosen, usePane, useWords } from './pane.ts';

const rowsShown = 20;
/** Where there is room the rows stand open. */
const isWide = matchMedia('(min-width: 860px)').matches;

export function PlanCard() {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { plan, work } = pane.state.value;
  if (plan.is === 'failed') return <p class="note bad">{chosen(plan.problem.message)}</p>;
  if (plan.is === 'none') {
    if (work.which !== 'chosen') return null;
    return <p class="note hint">{pane.host.kind === 'excel' ? words.scope.selectFirst : words.scope.typeFirst}</p>;
  }
  const value = plan.is === 'here' ? plan.value : plan.last;
  if (value === undefined) return <section class="card plan is-coming">{words.loading}</section>;
  return (
    <section
      class={`card plan ${plan.is === 'coming' ? 'is-coming' : ''}`}
      aria-label={words.plan.title}
      aria-busy={plan.is === 'coming'}
    >
      {value.cellCount === 0 ? <Nothing /> : <Figures plan={value} />}
      {value.keptCount > 0 && <p class="small kept">{words.plan.kept(value.keptCount)}</p>}
      {value.unseen !== undefined && (
        <p class="note hint">{words.plan.unseen(value.unseen.count, numbersOf(value.unseen))}</p>
      )}
      {value.cellCount > 0 && <PlanRows plan={value} />}
    </section>
  );
}

/** "2, 5, 9"; with "…" where there are more. */
function numbersOf({ count, numbers }: NonNullable<PlanAnswer['unseen']>): string {
  return `${numbers.join(', ')}${count > numbers.length ? ', …' : ''}`;
}

function Nothing() {
  const { plan: words } = useWords();
  return (
    <>
      <p class="figure">{words.nothing}</p>
      <p class="small quiet">{words.nothingText}</p>
    </>
  );
}

function Figures({ plan }: { readonly plan: PlanAnswer }) {
  const words = useWords();
  return (
    <>
      <p class="eyebrow">{words.plan.title}</p>
      <p class="figure">
        {words.plan.rowsCells(plan.rowCount, plan.cellCount)}
        {plan.seconds !== undefined && <span class="estimate">{words.plan.about(words.duration(plan.seconds))}</span>}
      </p>
    </>
  );
}

function PlanRows({ plan }: { readonly plan: PlanAnswer }) {
  const { plan: words } = useWords();
  const shown = plan.rows.slice(0, rowsShown);
  const rest = plan.rowCount - shown.length;
  return (
    <details class="plan-rows" open={isWide}>
      <summary>{words.show}</summary>
      <ul>
        {shown.map((row) => (
          <li key={row.key}>
            <p>
              <span class="row-number">{row.number}</span>
              <strong>{row.label}</strong>
            </p>
            <p class="cell-names">
              {row.cells.map(({ cell, header, now }) => (
                <span
                  key={cell}
                  class={now === '' ? 'cell-name' : 'cell-name replaced'}
                  title={now === '' ? cell : `${words.now}: ${now}`}
                >
                  {header}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="small quiet">{words.more(rest)}</p>}
    </details>
  );
}
