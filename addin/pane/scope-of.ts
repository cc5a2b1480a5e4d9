// What is set up, as the server is asked for it: where, which rows, which cells. Pure.
import type { Scope, WorkRequest } from '../../server/contract/runs.ts';
import type { Target } from '../../server/contract/sheets.ts';
import type { PaneState } from './state.ts';

/** Where the work is to be done; undefined until a workbook and a recipe are chosen. */
export function targetOf({ work }: PaneState): Target | undefined {
  const { recipe } = work;
  if (work.workbook === undefined || recipe === undefined) return undefined;
  const hasChoices = Object.keys(work.columns).length > 0;
  return {
    workbook: work.workbook,
    recipe,
    ...(work.sheet === undefined ? {} : { sheet: work.sheet }),
    ...(hasChoices ? { columns: work.columns } : {}),
  };
}

/** Which rows and cells; '' as rows are all of them. */
export function scopeOf({ work, selection }: PaneState, host: 'excel' | 'browser'): Scope {
  const chosen = host === 'excel' ? (selection?.rows ?? '') : typedRows(work.typedRows);
  return {
    rows: work.which === 'chosen' ? chosen : '',
    mode: work.mode,
    overwriteEdited: work.mode === 'all' && work.overwriteEdited,
  };
}

/** Rows as typed, once they can be read; '' while they are being typed. */
function typedRows(text: string): string {
  const rows = text.replaceAll(/[，、]/g, ',').replaceAll(/\s/g, '');
  return /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(rows) ? rows : '';
}

/** What is to be asked for; undefined while something is not chosen yet, so that "no rows" never becomes "all rows". */
export function requestOf(state: PaneState, host: 'excel' | 'browser'): WorkRequest | undefined {
  const [target, scope] = [targetOf(state), scopeOf(state, host)];
  if (target === undefined || (state.work.which === 'chosen' && scope.rows === '')) return undefined;
  return { target, scope };
}
