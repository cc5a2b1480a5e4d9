// Acts of the chat: begin, open, ask, stop, delete, export, and put an answer into a cell.
import type { ChatRequest, ChatView } from '../../../server/contract/chats.ts';
import type { CellView, RowView, Target } from '../../../server/contract/sheets.ts';
import { problemIn } from '../../client.ts';
import { chatWords } from '../../i18n/chat.ts';
import { rowNumberOf } from '../cell-acts.ts';
import { isAbort, type Pane } from '../pane.ts';
import { targetOf } from '../scope-of.ts';
import { writingIn } from './chat-state.ts';
import { chatOf } from './chat-store.ts';
import { base64Of, isPicture } from './picture-file.ts';

const wordsOf = (pane: Pane) => chatWords[pane.language.peek()];

/** Fetches the earlier chats. */
export async function listChats(pane: Pane): Promise<void> {
  const { state, dispatch } = chatOf(pane);
  const { list } = state.peek();
  dispatch({ do: 'list', list: list.is === 'here' ? { is: 'coming', last: list.value } : { is: 'coming' } });
  try {
    const { chats } = await pane.client.chats(pane.latest('chats'));
    dispatch({ do: 'list', list: { is: 'here', value: chats } });
  } catch (error) {
    if (!isAbort(error)) dispatch({ do: 'list', list: { is: 'failed', problem: problemIn(error) } });
  }
}

/** Fetches the chat that is shown again: after a reconnect, or when a piece of it was missed. */
export async function refreshChat(pane: Pane): Promise<void> {
  const { state, dispatch } = chatOf(pane);
  const { open } = state.peek();
  if (open === undefined) return;
  await pane.attempt(async () => {
    dispatch({ do: 'refresh', chat: await pane.client.chat(open.id, pane.latest('chat')) });
  });
}

/** The row that a person looks at: the selected one in Excel, the chosen one in the table. */
export function rowAtHand(pane: Pane): number | undefined {
  const state = pane.state.value;
  if (targetOf(state) === undefined) return undefined;
  const number = state.selection === undefined ? state.focus?.number : rowNumberOf(state.selection.cell);
  const header = state.sheet.is === 'here' ? state.sheet.value.headerRow : 0;
  return number !== undefined && number > header ? number : undefined;
}

export async function beginWithRow(pane: Pane, number: number): Promise<void> {
  const target = targetOf(pane.state.peek());
  if (target !== undefined) await begin(pane, async () => ({ about: 'row', target, number }));
}

export async function beginWithPicture(pane: Pane, file: File): Promise<void> {
  if (!isPicture(file)) return pane.tell('problem', wordsOf(pane).notPicture);
  const language = pane.language.peek();
  await begin(pane, async () => {
    const name = file.name.slice(-255) || 'picture';
    return { about: 'picture', name, base64: await base64Of(file), language };
  });
}

async function begin(pane: Pane, request: () => Promise<ChatRequest>): Promise<void> {
  const { state, dispatch } = chatOf(pane);
  if (state.peek().isBeginning) return;
  dispatch({ do: 'begin' });
  try {
    dispatch({ do: 'open', chat: await pane.client.startChat(await request(), pane.latest('chat')) });
  } catch (error) {
    if (isAbort(error)) dispatch({ do: 'idle' });
    else dispatch({ do: 'fail', problem: problemIn(error) });
  }
}

export async function openChat(pane: Pane, id: string): Promise<void> {
  await pane.attempt(async () => {
    chatOf(pane).dispatch({ do: 'open', chat: await pane.client.chat(id, pane.latest('chat')) });
  });
}

export async function leaveChat(pane: Pane): Promise<void> {
  pane.latest('chat');
  chatOf(pane).dispatch({ do: 'leave' });
  await listChats(pane);
}

/** Asks in the chat that is shown; the draft goes once the question is on its way. */
export async function ask(pane: Pane, text: string): Promise<void> {
  const { state, dispatch } = chatOf(pane);
  const { open, draft } = state.peek();
  const question = text.trim();
  if (open === undefined || question === '' || writingIn(open) !== undefined) return;
  if (draft.trim() === question) dispatch({ do: 'draft', draft: '' });
  const isAsked = await pane.attempt(async () => {
    dispatch({ do: 'refresh', chat: await pane.client.ask(open.id, question) });
  });
  if (!isAsked && state.peek().draft === '') dispatch({ do: 'draft', draft: text });
}

export async function stopAnswer(pane: Pane): Promise<void> {
  const { open } = chatOf(pane).state.peek();
  if (open !== undefined && writingIn(open) !== undefined) await pane.attempt(() => pane.client.stopChat(open.id));
}

/** Deletes a chat, or with `ofRow` all chats about its row. */
export async function deleteChat(pane: Pane, chat: ChatView, ofRow = false): Promise<void> {
  const { row } = chat;
  const isDone = await pane.attempt(async () => {
    if (ofRow && row !== undefined) await pane.client.removeChatsOfRow(row);
    else await pane.client.removeChat(chat.id);
  });
  if (!isDone) return;
  chatOf(pane).dispatch({ do: 'gone', ids: [chat.id] });
  pane.tell('good', wordsOf(pane).deleted);
  await listChats(pane);
}

/** The whole chat as a file. */
export async function exportChat(pane: Pane, chat: ChatView): Promise<void> {
  await pane.attempt(async () => {
    const text = await pane.client.chatMarkdown(chat.id, pane.language.peek());
    const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${fileNameOf(chat.title || wordsOf(pane).untitled)}.md`;
    link.click();
    URL.revokeObjectURL(address);
    pane.tell('good', wordsOf(pane).exported);
  });
}

export async function copyChat(pane: Pane, chat: ChatView): Promise<void> {
  await pane.attempt(async () => copyText(pane, await pane.client.chatMarkdown(chat.id, pane.language.peek())));
}

export async function copyText(pane: Pane, text: string): Promise<void> {
  await pane.attempt(async () => {
    await navigator.clipboard.writeText(text);
    pane.tell('good', wordsOf(pane).copied);
  });
}

/** What no system forbids in a file name. */
const fileNameOf = (title: string): string => title.replace(/[\\/:*?"<>|\s\p{Cc}]+/gu, ' ').trim() || 'chat';

/** Where the chat's row is now. */
export function targetOfChat(pane: Pane, { row }: ChatView): Target | undefined {
  if (row === undefined) return undefined;
  const { workbook, sheet, recipe } = row;
  const { work } = pane.state.peek();
  const isSame = work.workbook === workbook && work.recipe === recipe && (work.sheet ?? sheet) === sheet;
  const hasChoices = isSame && Object.keys(work.columns).length > 0;
  return { workbook, sheet, recipe, ...(hasChoices ? { columns: work.columns } : {}) };
}

const rowsARequest = 200;

/** The row by its key: where it was when the chat began, else wherever it is now. */
export async function rowOfChat(pane: Pane, chat: ChatView, signal: AbortSignal): Promise<RowView | undefined> {
  const target = targetOfChat(pane, chat);
  const { row } = chat;
  if (target === undefined || row === undefined) return undefined;
  const { rows } = await pane.client.rows({ target, offset: 0, limit: 1, number: row.number }, signal);
  const found = rows.find(({ key }) => key === row.key);
  if (found !== undefined) return found;
  for (let offset = 0; ; offset += rowsARequest) {
    const page = await pane.client.rows({ target, offset, limit: rowsARequest }, signal);
    const moved = page.rows.find(({ key }) => key === row.key);
    if (moved !== undefined || offset + rowsARequest >= page.total) return moved;
  }
}

/** Writes a text into a cell that still holds what is shown. */
export async function applyText(
  pane: Pane,
  chat: ChatView,
  number: number,
  cell: CellView,
  text: string,
): Promise<boolean> {
  const target = targetOfChat(pane, chat);
  if (target === undefined) return false;
  return pane.attempt(async () => {
    await pane.client.write({ target, cell: cell.cell, text, expected: cell.text });
    pane.dispatch({ do: 'cell-text', number, cell: cell.cell, text, isOurs: false });
    pane.tell('good', wordsOf(pane).applied(cell.cell));
  });
}
