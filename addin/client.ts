// Speaks to the server: one typed function a route, problems as errors, the stream of events with its way back after a restart.
import type {
  CellHistoryAnswer,
  CellRequest,
  CheckAnswer,
  CheckRequest,
  RegenerateAnswer,
  RegenerateRequest,
  WriteRequest,
} from '../server/contract/cells.ts';
import type { ChatRequest, ChatView } from '../server/contract/chats.ts';
import type { Bilingual, Language } from '../server/domain/language.ts';
import type { DocumentRequest, LinkAnswer } from '../server/contract/links.ts';
import type {
  AcceptanceView,
  AcceptRequest,
  PlanAnswer,
  RunRequest,
  RunRowsAnswer,
  RunView,
  WorkRequest,
} from '../server/contract/runs.ts';
import type { OpenRequest, RowsAnswer, RowsRequest, SheetAnswer, Target } from '../server/contract/sheets.ts';
import type { AppState, Problem, ServerEvent, SettingsView, WorkbookView } from '../server/contract/state.ts';

const reconnectAfterMs = 1500;
const eventTypes: readonly ServerEvent['type'][] = [
  ...(['state', 'engine', 'settings', 'run', 'row', 'workbooks', 'link', 'chat', 'chat-text'] as const),
];

/** A problem that the server told, or `server-away` when nobody answered. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options: { cause?: unknown } = {}) {
    super(problem.message['en-US'], options);
    this.problem = problem;
  }
}

export type RunCommand = 'pause' | 'resume' | 'stop' | 'retry' | 'undo';

export interface Listener {
  event(event: ServerEvent): void;
  /** The stream stands, at first or again. */
  open(): void;
  lost(): void;
}

export interface Client {
  state(signal?: AbortSignal): Promise<AppState>;
  settings(change: Partial<SettingsView>): Promise<SettingsView>;
  sheet(target: Target, signal?: AbortSignal): Promise<SheetAnswer>;
  rows(request: RowsRequest, signal?: AbortSignal): Promise<RowsAnswer>;
  plan(request: WorkRequest, signal?: AbortSignal): Promise<PlanAnswer>;
  startRun(request: RunRequest): Promise<RunView>;
  run(id: string, signal?: AbortSignal): Promise<RunView>;
  command(id: string, command: RunCommand): Promise<RunView>;
  runRows(id: string, page: { offset: number; limit: number }, signal?: AbortSignal): Promise<RunRowsAnswer>;
  regenerate(request: RegenerateRequest, signal?: AbortSignal): Promise<RegenerateAnswer>;
  history(request: CellRequest, signal?: AbortSignal): Promise<CellHistoryAnswer>;
  write(request: WriteRequest): Promise<void>;
  accept(request: AcceptRequest): Promise<AcceptanceView>;
  check(request: CheckRequest, signal?: AbortSignal): Promise<CheckAnswer>;
  openWorkbook(path: string): Promise<WorkbookView>;
  registerDocument(request: DocumentRequest): Promise<WorkbookView>;
  answerLink(workbook: string, request: string, answer: LinkAnswer): Promise<void>;
  chats(signal?: AbortSignal): Promise<{ readonly chats: readonly ChatView[] }>;
  chat(id: string, signal?: AbortSignal): Promise<ChatView>;
  startChat(request: ChatRequest, signal?: AbortSignal): Promise<ChatView>;
  ask(chat: string, text: string): Promise<ChatView>;
  stopChat(id: string): Promise<void>;
  removeChat(id: string): Promise<void>;
  removeChatsOfRow(row: { workbook: string; sheet: string; key: string }): Promise<void>;
  chatMarkdown(id: string, language: Language): Promise<string>;
  /** Follows the server's events until the returned function is called. */
  listen(listener: Listener): () => void;
}

export function createClient(): Client {
  const get = <T>(path: string, signal?: AbortSignal) => json<T>(path, { method: 'GET' }, signal);
  const post = <T>(path: string, body: unknown, signal?: AbortSignal) =>
    json<T>(
      path,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      signal,
    );
  const id = encodeURIComponent;
  return {
    state: (signal) => get('/api/state', signal),
    settings: (change) => post('/api/settings', change),
    sheet: (target, signal) => post('/api/sheets/view', target, signal),
    rows: (request, signal) => post('/api/sheets/rows', request, signal),
    plan: (request, signal) => post('/api/plans', request, signal),
    startRun: (request) => post('/api/runs', request),
    run: (run, signal) => get(`/api/runs/${id(run)}`, signal),
    command: (run, command) => post(`/api/runs/${id(run)}/${command}`, {}),
    runRows: (run, { offset, limit }, signal) =>
      get(`/api/runs/${id(run)}/rows?offset=${offset}&limit=${limit}`, signal),
    regenerate: (request, signal) => post('/api/cells/regenerate', request, signal),
    history: (request, signal) => post('/api/cells/history', request, signal),
    write: (request) => post('/api/cells/write', request),
    accept: (request) => post('/api/rows/accept', request),
    check: (request, signal) => post('/api/checks', request, signal),
    openWorkbook: (path) => post('/api/workbooks', { path } satisfies OpenRequest),
    registerDocument: (request) => post('/api/documents', request),
    answerLink: (workbook, request, answer) => post(`/api/links/${id(workbook)}/${id(request)}`, answer),
    chats: (signal) => get('/api/chats', signal),
    chat: (chat, signal) => get(`/api/chats/${id(chat)}`, signal),
    startChat: (request, signal) => post('/api/chats', request, signal),
    ask: (chat, text) => post(`/api/chats/${id(chat)}/messages`, { text }),
    stopChat: (chat) => post(`/api/chats/${id(chat)}/stop`, {}),
    removeChat: (chat) => json(`/api/chats/${id(chat)}`, { method: 'DELETE' }),
    removeChatsOfRow: ({ workbook, sheet, key }) =>
      json(`/api/chats?${String(new URLSearchParams({ workbook, sheet, key }))}`, { method: 'DELETE' }),
    chatMarkdown: async (chat, language) => {
      const response = await answered(`/api/chats/${id(chat)}/markdown?language=${language}`, { method: 'GET' });
      return response.text();
    },
    listen,
  };
}

async function json<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const response = await answered(path, init, signal);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as T;
}

/** The response when it is a good one. A server that was started again has another token: the page is fetched for it once. */
async function answered(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const first = await sent(path, init, signal);
  if (first.status !== 401) return good(first);
  await renewToken();
  return good(await sent(path, init, signal));
}

async function sent(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { ...init, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ProblemError(away(), { cause });
  }
}

async function good(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  throw new ProblemError(problem?.message === undefined ? unexplained(response.status) : problem);
}

const renewToken = () => fetch('/pane.html', { cache: 'no-store' });

function away(): Problem {
  return problemOf('server-away', 0, true, {
    'zh-CN': 'Rowscribe 没有在运行。请双击 start.cmd（或运行 ./start.sh），这里会自动接上。',
    'en-US': 'Rowscribe is not running. Double-click start.cmd (or run ./start.sh); this page then goes on by itself.',
  });
}

function unexplained(status: number): Problem {
  return problemOf('server-unclear', status, true, {
    'zh-CN': `Rowscribe 给了看不懂的回答（${status}）。请再试一次；还不行就重新启动它。`,
    'en-US': `Rowscribe gave an answer that cannot be read (${status}). Try again; if that does not help, restart it.`,
  });
}

function problemOf(code: string, status: number, retryable: boolean, message: Bilingual): Problem {
  return { type: 'about:blank', title: code, status, code, message, retryable };
}

/** The problem in any thrown value. */
export function problemIn(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return problemOf('page-fault', 0, true, {
    'zh-CN': `页面出了问题（${detail}）。请重新打开这个窗格。`,
    'en-US': `The page has a fault (${detail}). Please open this pane again.`,
  });
}

function listen(listener: Listener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const receive = (message: MessageEvent<string>) => listener.event(JSON.parse(message.data) as ServerEvent);
  const open = () => {
    source = new EventSource('/api/events');
    source.onopen = () => listener.open();
    source.onmessage = receive;
    for (const type of eventTypes) source.addEventListener(type, receive);
    source.onerror = () => {
      listener.lost();
      // The browser goes back to the stream by itself, unless the server refused it: then the token is an old one.
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(() => void again(), reconnectAfterMs);
    };
  };
  const again = async () => {
    await renewToken().catch(() => undefined);
    if (!isOver) open();
  };
  open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    source?.close();
  };
}
