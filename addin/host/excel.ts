// The page inside Excel: the open workbook as the server's links see it, its selection, theme and language.
import type { LinkAnswer, LinkRequest } from '../../server/contract/links.ts';
import { Revisions } from './excel-revisions.ts';
import { listSheets, readSheet } from './excel-read.ts';
import { watchSelection } from './excel-selection.ts';
import { createSession, ExcelWaits, officeCode, type Batch } from './excel-session.ts';
import { writeEdits } from './excel-write.ts';
import type { Host, HostDocument } from './host.ts';

export interface ExcelHostOptions {
  /** A selection counts when it has not changed for so long. */
  readonly selectionDelayMs?: number;
  /** So long Excel may hold a batch back because a person is typing; then the server is told so. */
  readonly patienceMs?: number;
  /** Rows that are read at once. */
  readonly blockRows?: number;
}

const defaults = { selectionDelayMs: 150, patienceMs: 10_000, blockRows: 2000 };

/** The host of a page that Excel has opened; `Office.onReady` must have resolved. It never fails: what fails is answered. */
export async function createExcelHost(options: ExcelHostOptions = {}): Promise<Host> {
  const { selectionDelayMs, patienceMs, blockRows } = { ...defaults, ...options };
  const session = createSession(patienceMs);
  const revisions = new Revisions();
  const name = await session.run(workbookName).catch(() => '');
  await session.run((batch) => revisions.listen(batch)).catch(() => undefined);
  const instance = documentInstance();
  return {
    kind: 'excel',
    get document(): HostDocument {
      return documentOf(name, instance);
    },
    get theme() {
      return themeOf(Office.context.officeTheme);
    },
    language: languageOf(Office.context.displayLanguage),
    onSelection: (listener) => watchSelection(session, selectionDelayMs, listener),
    answer: (request) =>
      session.run((batch) => answer(batch, request, revisions, blockRows)).catch((error: unknown) => failure(error)),
    select: (sheet, cell) => session.run((batch) => show(batch, sheet, cell)).catch(() => undefined),
  };
}

async function answer(
  batch: Batch,
  request: LinkRequest,
  revisions: Revisions,
  blockRows: number,
): Promise<LinkAnswer> {
  switch (request.ask) {
    case 'sheets':
      return listSheets(batch);
    case 'read':
      return readSheet(batch, request.sheet, request.ifRevision, revisions, blockRows);
    case 'write':
      return writeEdits(batch, request, revisions);
  }
}

const reasons: Readonly<Record<string, Extract<LinkAnswer, { answer: 'failed' }>['why']>> = {
  InvalidOperationInCellEditMode: 'editing',
  AccessDenied: 'protected',
  ItemNotFound: 'missing',
};

function failure(error: unknown): LinkAnswer {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ExcelWaits) return { answer: 'failed', why: 'editing', detail: message };
  const code = officeCode(error);
  return { answer: 'failed', why: reasons[code] ?? 'other', detail: code === '' ? message : `${code}: ${message}` };
}

async function workbookName({ context, sync }: Batch): Promise<string> {
  context.workbook.load('name');
  await sync();
  return context.workbook.name;
}

async function show({ context, sync }: Batch, sheet: string, cell: string): Promise<void> {
  const target = context.workbook.worksheets.getItem(sheet);
  target.activate();
  target.getRange(cell).select();
  await sync();
}

/** A document that was never saved has a name but no path. */
function documentOf(workbook: string, instance: string): HostDocument {
  const url = pathOf(Office.context.document.url ?? '');
  const isPath = /[/\\]/.test(url);
  const last = url.split(/[/\\]/).at(-1) ?? '';
  const name = /^https?:/i.test(url) ? decoded(last) : last;
  return { path: isPath ? url : '', name: isPath && name !== '' ? name : workbook || url, instance };
}

/** Excel on a Mac may name a file by an address. */
function pathOf(url: string): string {
  return url.startsWith('file://') ? decoded(url.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:)/, '') : url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const instanceKey = 'rowscribe-document';

/** The same for a page that is loaded again in the same document; every document has a store of its own. */
function documentInstance(): string {
  const known = sessionStorage.getItem(instanceKey);
  if (known !== null) return known;
  const instance = crypto.randomUUID();
  sessionStorage.setItem(instanceKey, instance);
  return instance;
}

/** By how light the background is that Office asks for. */
function themeOf(theme: Office.OfficeTheme | undefined): Host['theme'] {
  const [, red, green, blue] = /^#?(..)(..)(..)/.exec(theme?.bodyBackgroundColor ?? '') ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const [r, g, b] = [red, green, blue].map((part) => Number.parseInt(part, 16));
  const light = 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  return light < 128 ? 'dark' : 'light';
}

function languageOf(language: string | undefined): Host['language'] {
  if (!language) return undefined;
  return language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US';
}
