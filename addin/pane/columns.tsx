// The columns of the sheet and what each is for; a person's choice is kept for this sheet.
import type { ColumnRole, ColumnView, SheetAnswer } from '../../server/contract/sheets.ts';
import type { RecipeView } from '../../server/contract/state.ts';
import { useChosen, usePane, useWords } from './pane.ts';
import { chooseRole } from './work.ts';

const inputRoles = ['picture', 'key', 'prompt', 'category', 'fact', 'ignore'] as const;

export function Columns() {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { sheet, app, work } = pane.state.value;
  if (sheet.is === 'failed') return <p class="note bad">{chosen(sheet.problem.message)}</p>;
  const view = sheet.is === 'here' ? sheet.value : sheet.is === 'coming' ? sheet.last : undefined;
  const recipe = app?.recipes.find(({ id }) => id === work.recipe);
  if (view === undefined || recipe === undefined) {
    return sheet.is === 'coming' ? <p class="small quiet">{words.loading}</p> : null;
  }
  const { columns: said } = words;
  const trouble = troubleOf(view.columns, words);
  const outputs = view.columns.filter(({ role }) => isOutput(role)).length;
  const facts = view.columns.filter(({ role }) => role === 'fact' || role === 'category').length;
  return (
    <details class="columns" open={trouble !== undefined}>
      <summary>
        <span class="summary-title">{said.title}</span>
        <span class="quiet">{said.found(outputs, facts)}</span>
      </summary>
      {trouble !== undefined && <p class="note warn">{trouble}</p>}
      <ul>
        {view.columns.map((column) => (
          <ColumnLine key={column.index} column={column} recipe={recipe} />
        ))}
      </ul>
      <Absent view={view} />
    </details>
  );
}

const isOutput = (role: ColumnRole) => role.startsWith('output:');

function troubleOf(columns: readonly ColumnView[], words: ReturnType<typeof useWords>): string | undefined {
  if (!columns.some(({ role }) => role === 'picture')) return words.columns.noPicture;
  return columns.some(({ role }) => isOutput(role)) ? undefined : words.columns.noOutput;
}

function ColumnLine({ column, recipe }: { readonly column: ColumnView; readonly recipe: RecipeView }) {
  const pane = usePane();
  const { columns: words } = useWords();
  const chosen = useChosen();
  const header = column.header === '' ? words.noHeader : column.header;
  return (
    <li class={isOutput(column.role) ? 'output' : column.role}>
      <span class="letter">{column.letter}</span>
      <span class="header" title={header}>
        {header}
      </span>
      <select
        aria-label={words.roleOf(header)}
        value={column.role}
        onChange={(event) => void chooseRole(pane, column.index, event.currentTarget.value as ColumnRole)}
      >
        <optgroup label={words.inputs}>
          {inputRoles.map((role) => (
            <option key={role} value={role}>
              {words.roles[role]}
            </option>
          ))}
        </optgroup>
        <optgroup label={words.outputs}>
          {recipe.columns.map(({ key, name }) => (
            <option key={key} value={`output:${key}`}>
              {chosen(name)}
            </option>
          ))}
        </optgroup>
      </select>
    </li>
  );
}

function Absent({ view }: { readonly view: SheetAnswer }) {
  const pane = usePane();
  const { columns: words } = useWords();
  const chosen = useChosen();
  if (view.absent.length === 0) return null;
  const comma = pane.language.value === 'zh-CN' ? '、' : ', ';
  return <p class="small quiet">{words.absent(view.absent.map(({ name }) => chosen(name)).join(comma))}</p>;
}
