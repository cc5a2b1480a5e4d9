// The work that is being set up: which workbook, sheet, recipe, columns and rows; keeps the sheet's view and the plan fresh.
import type { WorkRequest } from '../../server/contract/runs.ts';
import type { ColumnRole } from '../../server/contract/sheets.ts';
import type { WorkbookView } from '../../server/contract/state.ts';
import { problemIn } from '../client.ts';
import { isAbort, type Pane } from './pane.ts';
import {
  rememberColumns,
  rememberedColumns,
  rememberedPath,
  rememberedRecipe,
  rememberPath,
  rememberRecipe,
  type SheetPlace,
} from './remembered.ts';
import { requestOf, targetOf } from './scope-of.ts';
import type { Work } from './state.ts';

/** The recipe that a person who has chosen none gets. */
const usualRecipe = 'default';

export const workRequestOf = (pane: Pane): WorkRequest | undefined => requestOf(pane.state.peek(), pane.host.kind);

/** Takes what is at hand when the pane opens: the remembered recipe, the only or newest workbook. */
export async function beginWork(pane: Pane): Promise<void> {
  const { app, work } = pane.state.peek();
  if (app === undefined) return;
  const usual = [rememberedRecipe(), usualRecipe].find((id) => app.recipes.some((one) => one.id === id));
  const recipe = work.recipe ?? usual ?? app.recipes[0]?.id;
  const books = app.workbooks.length > 0 ? app.workbooks : await reopened(pane);
  const isKnown = pane.host.kind === 'excel' || books.some(({ id }) => id === work.workbook);
  const workbook = isKnown ? work.workbook : books[0]?.id;
  const { workbook: _, ...others } = pane.state.peek().work;
  pane.dispatch({
    do: 'replace-work',
    work: { ...others, ...(recipe === undefined ? {} : { recipe }), ...(workbook === undefined ? {} : { workbook }) },
  });
  await refreshSheet(pane);
}

/** A server that was started again has forgotten what was opened by its path; a file that has gone since is no fault. */
async function reopened(pane: Pane): Promise<readonly WorkbookView[]> {
  const path = pane.host.kind === 'browser' ? rememberedPath() : '';
  if (path === '') return [];
  try {
    const book = await pane.client.openWorkbook(path);
    pane.dispatch({ do: 'document', workbook: book });
    return [book];
  } catch {
    return [];
  }
}

export async function chooseWorkbook(pane: Pane, workbook: string): Promise<void> {
  pane.dispatch({ do: 'hide-run' });
  pane.dispatch({ do: 'focus', focus: undefined });
  pane.dispatch({ do: 'page', page: { is: 'none' }, offset: 0 });
  const { sheet: _, ...work } = pane.state.peek().work;
  pane.dispatch({ do: 'replace-work', work: { ...work, workbook, columns: {} } });
  await forgetSheet(pane);
}

export async function chooseSheet(pane: Pane, sheet: string): Promise<void> {
  if (pane.state.peek().work.sheet === sheet) return;
  pane.dispatch({ do: 'work', work: { sheet, columns: {} } });
  await forgetSheet(pane);
}

export async function chooseRecipe(pane: Pane, recipe: string): Promise<void> {
  rememberRecipe(recipe);
  pane.dispatch({ do: 'work', work: { recipe, columns: {} } });
  await forgetSheet(pane);
}

async function forgetSheet(pane: Pane): Promise<void> {
  pane.dispatch({ do: 'sheet', sheet: { is: 'none' } });
  pane.dispatch({ do: 'plan', plan: { is: 'none' } });
  await refreshSheet(pane);
}

export async function chooseRole(pane: Pane, index: number, role: ColumnRole): Promise<void> {
  pane.dispatch({ do: 'role', index, role });
  const { sheet, work } = pane.state.peek();
  const place = placeOf(pane);
  if (sheet.is === 'here' && place !== undefined) rememberColumns(place, sheet.value.columns, work.columns);
  await refreshSheet(pane);
}

export async function changeScope(pane: Pane, change: Partial<Work>): Promise<void> {
  pane.dispatch({ do: 'work', work: change });
  await refreshPlan(pane);
}

export async function openPath(pane: Pane, path: string): Promise<boolean> {
  return pane.attempt(async () => {
    // Windows copies a path with quotation marks.
    const plain = path.trim().replace(/^"(.*)"$/, '$1');
    const book = await pane.client.openWorkbook(plain);
    rememberPath(plain);
    pane.dispatch({ do: 'document', workbook: book });
    await chooseWorkbook(pane, book.id);
  });
}

function placeOf(pane: Pane): SheetPlace | undefined {
  const state = pane.state.peek();
  const target = targetOf(state);
  if (target === undefined || state.sheet.is !== 'here') return undefined;
  const book = state.app?.workbooks.find(({ id }) => id === target.workbook);
  const workbook = book === undefined ? target.workbook : `${book.folder}/${book.name}`;
  return { workbook, sheet: state.sheet.value.sheet, recipe: target.recipe };
}

/** Looks at the sheet again, with the remembered decisions about its columns, then makes the plan. */
export async function refreshSheet(pane: Pane): Promise<void> {
  const target = targetOf(pane.state.peek());
  if (target === undefined) return;
  const signal = pane.latest('sheet');
  const { sheet: before } = pane.state.peek();
  pane.dispatch({ do: 'sheet', sheet: before.is === 'here' ? { is: 'coming', last: before.value } : { is: 'coming' } });
  try {
    pane.dispatch({ do: 'sheet', sheet: { is: 'here', value: await pane.client.sheet(target, signal) } });
    if (recallColumns(pane)) {
      const again = targetOf(pane.state.peek()) ?? target;
      pane.dispatch({ do: 'sheet', sheet: { is: 'here', value: await pane.client.sheet(again, signal) } });
    }
    await refreshPlan(pane);
  } catch (error) {
    if (isAbort(error)) return;
    pane.dispatch({ do: 'sheet', sheet: { is: 'failed', problem: problemIn(error) } });
    pane.dispatch({ do: 'plan', plan: { is: 'none' } });
  }
}

/** Whether remembered decisions were taken up: then the sheet is to be looked at with them. */
function recallColumns(pane: Pane): boolean {
  const { sheet, work } = pane.state.peek();
  const place = placeOf(pane);
  if (place === undefined || sheet.is !== 'here' || Object.keys(work.columns).length > 0) return false;
  const columns = rememberedColumns(place, sheet.value.columns);
  if (Object.keys(columns).length === 0) return false;
  pane.dispatch({ do: 'work', work: { columns } });
  return true;
}

export async function refreshPlan(pane: Pane): Promise<void> {
  const request = workRequestOf(pane);
  const signal = pane.latest('plan');
  if (request === undefined) return pane.dispatch({ do: 'plan', plan: { is: 'none' } });
  const { plan: before } = pane.state.peek();
  pane.dispatch({ do: 'plan', plan: before.is === 'here' ? { is: 'coming', last: before.value } : { is: 'coming' } });
  try {
    pane.dispatch({ do: 'plan', plan: { is: 'here', value: await pane.client.plan(request, signal) } });
  } catch (error) {
    if (!isAbort(error)) pane.dispatch({ do: 'plan', plan: { is: 'failed', problem: problemIn(error) } });
  }
}
