// Where the work is: the workbook, its sheet, and the recipe.
import { useState } from 'preact/hooks';
import type { WorkbookView } from '../../server/contract/state.ts';
import { Icon } from './icons.tsx';
import { useChosen, usePane, useWords } from './pane.ts';
import { rememberedPath } from './remembered.ts';
import { showRun } from './run-acts.ts';
import { runsElsewhere } from './runs.ts';
import { chooseRecipe, chooseSheet, chooseWorkbook, openPath, refreshSheet } from './work.ts';

const openChoice = '+';

export function Source() {
  const pane = usePane();
  const { app, work } = pane.state.value;
  const book = app?.workbooks.find(({ id }) => id === work.workbook);
  return (
    <>
      {pane.host.kind === 'browser' ? <BookChoice /> : book !== undefined && <BookLine book={book} />}
      {book?.waiting !== undefined && <Waiting book={book} />}
      <SheetChoice />
      <RecipeChoice />
    </>
  );
}

function BookLine({ book }: { readonly book: WorkbookView }) {
  const words = useWords();
  return <p class="book-line">{book.name === '' ? words.source.unsaved : book.name}</p>;
}

function Waiting({ book }: { readonly book: WorkbookView }) {
  const words = useWords();
  const chosen = useChosen();
  return book.waiting === undefined ? null : (
    <p class="note warn">
      {words.plan.waiting} {chosen(book.waiting.message)}
    </p>
  );
}

function BookChoice() {
  const pane = usePane();
  const words = useWords();
  const { app, work } = pane.state.value;
  const [isOpening, setOpening] = useState(false);
  const books = app?.workbooks ?? [];
  const choose = (value: string) => {
    setOpening(value === openChoice);
    if (value !== openChoice) void chooseWorkbook(pane, value);
  };
  if (books.length === 0) return <FirstBook />;
  return (
    <>
      <label class="field">
        <span>{words.source.workbook}</span>
        <select
          value={isOpening ? openChoice : (work.workbook ?? '')}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {(['watched', 'opened', 'excel'] as const).map((source) => (
            <BookGroup
              key={source}
              label={words.source[source]}
              books={books.filter((book) => book.source === source)}
            />
          ))}
          <option value={openChoice}>{words.source.openByPath}</option>
        </select>
      </label>
      {isOpening && <PathForm onOpen={() => setOpening(false)} />}
    </>
  );
}

function BookGroup({ label, books }: { readonly label: string; readonly books: readonly WorkbookView[] }) {
  if (books.length === 0) return null;
  return (
    <optgroup label={label}>
      {books.map(({ id, name, folder }) => (
        <option key={id} value={id} title={folder}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}

function FirstBook() {
  const words = useWords();
  return (
    <div class="empty">
      <Icon name="rows" />
      <h2>{words.source.noWorkbook}</h2>
      <p>{words.source.noWorkbookText}</p>
      <PathForm onOpen={() => undefined} />
    </div>
  );
}

function PathForm({ onOpen }: { readonly onOpen: () => void }) {
  const pane = usePane();
  const words = useWords();
  const [path, setPath] = useState(rememberedPath);
  const open = async (event: Event) => {
    event.preventDefault();
    if (await openPath(pane, path)) onOpen();
  };
  return (
    <form class="path-form" onSubmit={(event) => void open(event)}>
      <label class="field">
        <span>{words.source.path}</span>
        <input
          value={path}
          placeholder={words.source.pathExample}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
      </label>
      <button class="primary" disabled={path.trim() === ''}>
        {words.source.open}
      </button>
    </form>
  );
}

function SheetChoice() {
  const pane = usePane();
  const words = useWords();
  const { sheet } = pane.state.value;
  const view = sheet.is === 'here' ? sheet.value : sheet.is === 'coming' ? sheet.last : undefined;
  if (view === undefined) return null;
  return (
    <div class="field">
      <span id="sheet-label">{words.source.sheet}</span>
      <div class="with-button">
        {pane.host.kind === 'excel' ? (
          <span class="value">{view.sheet}</span>
        ) : (
          <select
            aria-labelledby="sheet-label"
            value={view.sheet}
            onChange={(event) => void chooseSheet(pane, event.currentTarget.value)}
          >
            {view.sheets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <button
          class="ghost icon-only"
          aria-label={words.refresh}
          title={words.refresh}
          onClick={() => void refreshSheet(pane)}
        >
          <Icon name="refresh" />
        </button>
      </div>
    </div>
  );
}

function RecipeChoice() {
  const pane = usePane();
  const words = useWords();
  const chosen = useChosen();
  const { app, work } = pane.state.value;
  const recipe = app?.recipes.find(({ id }) => id === work.recipe);
  if (app === undefined || work.workbook === undefined) return null;
  return (
    <label class="field">
      <span>{words.recipe.name}</span>
      <select value={work.recipe ?? ''} onChange={(event) => void chooseRecipe(pane, event.currentTarget.value)}>
        {app.recipes.map(({ id, name }) => (
          <option key={id} value={id}>
            {chosen(name)}
          </option>
        ))}
      </select>
      {recipe !== undefined && <span class="small quiet">{chosen(recipe.about)}</span>}
    </label>
  );
}

/** What goes on in other workbooks; one click goes there. */
export function Elsewhere() {
  const pane = usePane();
  const words = useWords();
  const runs = runsElsewhere(pane.state.value);
  if (pane.host.kind === 'excel' || runs.length === 0) return null;
  const go = async (index: number) => {
    const run = runs[index];
    if (run === undefined) return;
    await chooseWorkbook(pane, run.target.workbook);
    await showRun(pane, run);
  };
  return (
    <ul class="elsewhere">
      {runs.map((run, index) => (
        <li key={run.id}>
          <button class="link" onClick={() => void go(index)}>
            {words.source.elsewhere(run.workbookName, run.finished, run.total)}
          </button>
        </li>
      ))}
    </ul>
  );
}
