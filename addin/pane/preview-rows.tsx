// The rows of a trial: picture, texts, findings. Nothing of it is in the sheet.
import type { RunRowView } from '../../server/contract/runs.ts';
import type { RecipeView } from '../../server/contract/state.ts';
import { useFindings } from './findings.ts';
import { FindingList, MarkedText } from './marked-text.tsx';
import { usePane } from './pane.ts';
import { Thumbnail } from './thumbnail.tsx';

export function PreviewRows() {
  const pane = usePane();
  const { shown, app, work } = pane.state.value;
  const recipe = app?.recipes.find(({ id }) => id === work.recipe);
  return (
    <ul class="preview">
      {(shown?.rows ?? []).map((row) => (
        <li key={row.key} class="card">
          <PreviewRow row={row} recipe={recipe} />
        </li>
      ))}
    </ul>
  );
}

function PreviewRow({ row, recipe }: { readonly row: RunRowView; readonly recipe: RecipeView | undefined }) {
  return (
    <>
      <div class="current">
        <Thumbnail address={row.thumbnail} />
        <p>
          <strong>{row.label}</strong>
          <span class={`small outcome-word ${row.outcome}`}>{row.status}</span>
        </p>
      </div>
      <dl class="texts">
        {row.cells
          .filter(({ column, text }) => text !== '' && isCopy(recipe, column))
          .map(({ column, header, text }) => (
            <div key={column}>
              <dt>{header}</dt>
              <dd>
                <CheckedText text={text} />
              </dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** Whether a column holds copy: not the check's verdict and not the row's status. */
export function isCopy(recipe: RecipeView | undefined, column: string): boolean {
  const kind = recipe?.columns.find(({ key }) => key === column)?.kind;
  return kind !== 'compliance' && kind !== 'status';
}

function CheckedText({ text }: { readonly text: string }) {
  const findings = useFindings(text) ?? [];
  return (
    <>
      <MarkedText text={text} findings={findings} />
      {findings.length > 0 && <FindingList findings={findings} />}
    </>
  );
}
