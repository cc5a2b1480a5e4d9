// What the chat tab knows, and how each event or act changes it: a pure function.
import type { ChatMessageView, ChatView } from '../../../server/contract/chats.ts';
import type { Problem, ServerEvent } from '../../../server/contract/state.ts';
import type { Fetched } from '../state.ts';

export interface ChatState {
  /** Earlier chats, without their messages. */
  readonly list: Fetched<readonly ChatView[]>;
  /** The chat that is shown. */
  readonly open?: ChatView;
  /** A chat is being begun: its picture is looked at. */
  readonly isBeginning: boolean;
  /** Why the last one could not be begun. */
  readonly problem?: Problem;
  /** A piece came that does not stand at the end of what is known: the chat is to be fetched again. */
  readonly isBehind: boolean;
  readonly draft: string;
}

export type ChatAction =
  | { readonly do: 'list'; readonly list: ChatState['list'] }
  | { readonly do: 'begin' }
  | { readonly do: 'fail'; readonly problem: Problem }
  | { readonly do: 'idle' }
  | { readonly do: 'open'; readonly chat: ChatView }
  | { readonly do: 'refresh'; readonly chat: ChatView }
  | { readonly do: 'leave' }
  | { readonly do: 'gone'; readonly ids: readonly string[] }
  | { readonly do: 'draft'; readonly draft: string }
  | { readonly do: 'event'; readonly event: Extract<ServerEvent, { type: 'chat' | 'chat-text' }> };

export const firstChatState: ChatState = { list: { is: 'none' }, isBeginning: false, isBehind: false, draft: '' };

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.do) {
    case 'list':
      return { ...state, list: action.list };
    case 'begin':
      return { ...without(state, 'problem'), isBeginning: true };
    case 'fail':
      return { ...state, isBeginning: false, problem: action.problem };
    case 'idle':
      return { ...state, isBeginning: false };
    case 'open':
      return { ...without(state, 'problem'), open: action.chat, isBeginning: false, isBehind: false, draft: '' };
    case 'refresh':
      return state.open?.id === action.chat.id ? { ...state, open: action.chat, isBehind: false } : state;
    case 'leave':
      return { ...without(state, 'open'), isBehind: false, draft: '' };
    case 'gone':
      return withoutChats(state, action.ids);
    case 'draft':
      return { ...state, draft: action.draft };
    case 'event':
      return state.open?.id === action.event.chat ? afterEvent(state, state.open, action.event) : state;
  }
}

function afterEvent(
  state: ChatState,
  open: ChatView,
  event: Extract<ServerEvent, { type: 'chat' | 'chat-text' }>,
): ChatState {
  if (event.type === 'chat') {
    const isKnown = open.messages.some(({ id }) => id === event.message.id);
    const messages = isKnown
      ? open.messages.map((message) => (message.id === event.message.id ? event.message : message))
      : [...open.messages, event.message];
    return { ...state, open: { ...open, messages } };
  }
  const known = open.messages.find(({ id }) => id === event.message);
  // What was said about a message that is over comes from before it was.
  if (known !== undefined && known.state !== 'writing') return state;
  if (known === undefined || event.at > known.text.length) return { ...state, isBehind: true };
  const text = known.text.slice(0, event.at) + event.piece;
  if (text.length <= known.text.length) return state;
  const messages = open.messages.map((message) => (message === known ? { ...known, text } : message));
  return { ...state, open: { ...open, messages } };
}

function withoutChats(state: ChatState, ids: readonly string[]): ChatState {
  const isGone = ({ id }: ChatView): boolean => ids.includes(id);
  const rest = state.open !== undefined && isGone(state.open) ? without(state, 'open') : state;
  if (state.list.is !== 'here') return rest;
  return { ...rest, list: { is: 'here', value: state.list.value.filter((chat) => !isGone(chat)) } };
}

/** The answer that is being written, if any. */
export function writingIn(chat: ChatView | undefined): ChatMessageView | undefined {
  return chat?.messages.find(({ state }) => state === 'writing');
}

function without<K extends 'open' | 'problem'>(state: ChatState, key: K): Omit<ChatState, K> {
  const { [key]: _, ...rest } = state;
  return rest;
}
