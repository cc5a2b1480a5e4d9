// What the pane knows, and how each event or act changes it: a pure function.
import type { CellHistoryAnswer, FindingView } from '../../server/contract/cells.ts';
import type { Language } from '../../server/domain/language.ts';
import type { AcceptanceView, PlanAnswer, RunRowView, RunView } from '../../server/contract/runs.ts';
import type { ColumnChoices, ColumnRole, RowsAnswer, RowView, SheetAnswer } from '../../server/contract/sheets.ts';
import type { AppState, Problem, ServerEvent, WorkbookView } from '../../server/contract/state.ts';
import type { Selection } from '../host/host.ts';
import { withAccepted, withCellText, withRow, withRun } from './runs.ts';

export type Tab = 'fill' | 'cells' | 'review' | 'check' | 'chat';

/** Something that is fetched; `last` is what is shown while it is fetched again. */
export type Fetched<T> =
  | { readonly is: 'none' }
  | { readonly is: 'coming'; readonly last?: T }
  | { readonly is: 'here'; readonly value: T }
  | { readonly is: 'failed'; readonly problem: Problem };

/** What is to be filled, as the person has set it. */
export interface Work {
  readonly workbook?: string;
  readonly sheet?: string;
  readonly recipe?: string;
  readonly columns: ColumnChoices;
  readonly which: 'every' | 'chosen';
  /** Rows that were typed in the browser; in Excel the selection counts. */
  readonly typedRows: string;
  readonly mode: 'empty' | 'all';
  readonly overwriteEdited: boolean;
}

/** The rows of the run that is shown, in the order in which they came. */
export interface ShownRun {
  readonly id: string;
  readonly rows: readonly RunRowView[];
  /** What people let stand in its sheet, once that is known. */
  readonly acceptance?: AcceptanceView;
}

/** The cell, or only the row, that the person looks at. */
export interface Focus {
  readonly number: number;
  readonly cell?: string;
  readonly row: Fetched<RowView>;
  readonly history: Fetched<CellHistoryAnswer>;
  readonly busy?: 'regenerating' | 'writing';
  readonly isEditing?: boolean;
}

export interface Notice {
  readonly id: number;
  readonly kind: 'problem' | 'good';
  readonly text: string;
}

export interface PaneState {
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly app?: AppState;
  /** What Excel or the browser speaks; counts while the settings say `auto`. */
  readonly hostLanguage: Language;
  readonly tab: Tab;
  readonly work: Work;
  readonly selection?: Selection;
  readonly sheet: Fetched<SheetAnswer>;
  readonly plan: Fetched<PlanAnswer>;
  readonly page: Fetched<RowsAnswer>;
  readonly pageOffset: number;
  /** The run that the fill tab follows. */
  readonly shown?: ShownRun;
  /** The run whose rows are reviewed. */
  readonly reviewed?: ShownRun;
  readonly focus?: Focus;
  /** Findings by text; absent while a text was not checked. */
  readonly findings: ReadonlyMap<string, readonly FindingView[]>;
  readonly checkText: string;
  readonly notices: readonly Notice[];
}

export type Action =
  | { readonly do: 'connection'; readonly connection: PaneState['connection'] }
  | { readonly do: 'event'; readonly event: ServerEvent }
  | { readonly do: 'tab'; readonly tab: Tab }
  | { readonly do: 'work'; readonly work: Partial<Work> }
  | { readonly do: 'replace-work'; readonly work: Work }
  | { readonly do: 'role'; readonly index: number; readonly role: ColumnRole }
  | { readonly do: 'selection'; readonly selection: Selection }
  | { readonly do: 'document'; readonly workbook: WorkbookView }
  | { readonly do: 'sheet'; readonly sheet: Fetched<SheetAnswer> }
  | { readonly do: 'plan'; readonly plan: Fetched<PlanAnswer> }
  | { readonly do: 'page'; readonly page: Fetched<RowsAnswer>; readonly offset: number }
  | { readonly do: 'show-run'; readonly run: RunView }
  | { readonly do: 'hide-run' }
  | { readonly do: 'review-run'; readonly run: string }
  | { readonly do: 'run-rows'; readonly run: string; readonly rows: readonly RunRowView[] }
  | { readonly do: 'acceptance'; readonly run: string; readonly acceptance: AcceptanceView }
  | { readonly do: 'accepted'; readonly run: string; readonly key: string; readonly isAccepted: boolean }
  | { readonly do: 'focus'; readonly focus: Focus | undefined }
  | { readonly do: 'focus-part'; readonly number: number; readonly part: Partial<Omit<Focus, 'number'>> }
  | { readonly do: 'idle-focus' }
  | {
      readonly do: 'cell-text';
      readonly number: number;
      readonly cell: string;
      readonly text: string;
      readonly isOurs: boolean;
    }
  | { readonly do: 'findings'; readonly found: ReadonlyMap<string, readonly FindingView[]> }
  | { readonly do: 'check-text'; readonly text: string }
  | { readonly do: 'notice'; readonly notice: Notice }
  | { readonly do: 'dismiss'; readonly id: number };

/** Checked texts that are kept; the oldest go first. */
const findingsMax = 1000;
const noticesMax = 3;

export function firstState(hostLanguage: Language): PaneState {
  return {
    connection: 'connecting',
    hostLanguage,
    tab: 'fill',
    work: { columns: {}, which: 'every', typedRows: '', mode: 'empty', overwriteEdited: false },
    sheet: { is: 'none' },
    plan: { is: 'none' },
    page: { is: 'none' },
    pageOffset: 0,
    findings: new Map(),
    checkText: '',
    notices: [],
  };
}

export function reduce(state: PaneState, action: Action): PaneState {
  switch (action.do) {
    case 'connection':
      return { ...state, connection: action.connection };
    case 'event':
      return afterEvent(state, action.event);
    case 'tab':
      return { ...state, tab: action.tab };
    case 'work':
      return { ...state, work: { ...state.work, ...action.work } };
    case 'replace-work':
      return { ...state, work: action.work };
    case 'role':
      return withRole(state, action.index, action.role);
    case 'selection':
      return { ...state, selection: action.selection };
    case 'document':
      return withDocument(state, action.workbook);
    case 'sheet':
      return { ...state, sheet: action.sheet };
    case 'plan':
      return { ...state, plan: action.plan };
    case 'page':
      return { ...state, page: action.page, pageOffset: action.offset };
    default:
      return reduceShown(state, action);
  }
}

/** The acts on what is shown: runs, cells, findings, notices. */
function reduceShown(state: PaneState, action: Action): PaneState {
  switch (action.do) {
    case 'show-run':
      return { ...withApp(state, (app) => withRun(app, action.run)), shown: { id: action.run.id, rows: [] } };
    case 'hide-run':
      return without(state, 'shown');
    case 'review-run':
      return { ...state, reviewed: { id: action.run, rows: [] } };
    case 'run-rows':
      return inRuns(state, action.run, (run) => ({ ...run, rows: action.rows }));
    case 'acceptance':
      return inRuns(state, action.run, (run) => ({ ...run, acceptance: action.acceptance }));
    case 'accepted':
      return inRuns(state, action.run, (run) => withAccepted(run, action.key, action.isAccepted));
    case 'focus':
      return action.focus === undefined ? without(state, 'focus') : { ...state, focus: action.focus };
    case 'focus-part':
      if (state.focus?.number !== action.number) return state;
      return { ...state, focus: { ...state.focus, ...action.part } };
    case 'idle-focus':
      return state.focus === undefined ? state : { ...state, focus: without(state.focus, 'busy') };
    case 'cell-text':
      return withCellText(state, action);
    case 'findings':
      return { ...state, findings: newest(new Map([...state.findings, ...action.found])) };
    case 'check-text':
      return { ...state, checkText: action.text };
    case 'notice':
      return { ...state, notices: [...state.notices, action.notice].slice(-noticesMax) };
    case 'dismiss':
      return { ...state, notices: state.notices.filter(({ id }) => id !== action.id) };
    default:
      return state;
  }
}

function afterEvent(state: PaneState, event: ServerEvent): PaneState {
  switch (event.type) {
    case 'state':
      return { ...state, app: event.state };
    case 'engine':
      return withApp(state, (app) => ({ ...app, engine: event.engine }));
    case 'settings':
      return withApp(state, (app) => ({ ...app, settings: event.settings }));
    case 'workbooks':
      return withApp(state, (app) => ({ ...app, workbooks: event.workbooks }));
    case 'run':
      return withApp(state, (app) => withRun(app, event.run));
    case 'row':
      return inRuns(state, event.run, (run) => withRow(run, event.row));
    default:
      return state;
  }
}

/** Changes the rows of a run wherever it is shown. */
function inRuns(state: PaneState, id: string, change: (run: ShownRun) => ShownRun): PaneState {
  const { shown, reviewed } = state;
  return {
    ...state,
    ...(shown?.id === id ? { shown: change(shown) } : {}),
    ...(reviewed?.id === id ? { reviewed: change(reviewed) } : {}),
  };
}

function withApp(state: PaneState, change: (app: AppState) => AppState): PaneState {
  return state.app === undefined ? state : { ...state, app: change(state.app) };
}

function withRole(state: PaneState, index: number, role: ColumnRole): PaneState {
  return { ...state, work: { ...state.work, columns: { ...state.work.columns, [String(index)]: role } } };
}

function withDocument(state: PaneState, workbook: WorkbookView): PaneState {
  const next = withApp(state, (app) => ({
    ...app,
    workbooks: [workbook, ...app.workbooks.filter(({ id }) => id !== workbook.id)],
  }));
  return { ...next, work: { ...next.work, workbook: workbook.id } };
}

function newest<K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  return map.size <= findingsMax ? map : new Map([...map].slice(map.size - findingsMax));
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> & Partial<Pick<T, K>> {
  const { [key]: _, ...rest } = value;
  return rest as Omit<T, K> & Partial<Pick<T, K>>;
}
