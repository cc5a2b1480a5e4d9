// What is set up, as the server is asked for it: where, which rows, which cells. Pure.
import type { Scope, Target } from '../../server/contract.ts';
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
  const chosen = host === 'excel' ? (selection?.rows ?? '') : work.typedRows.trim();
  return {
    rows: work.which === 'chosen' ? chosen : '',
    mode: work.mode,
    overwriteEdited: work.mode === 'all' && work.overwriteEdited,
  };
}
