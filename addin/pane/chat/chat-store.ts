// The chat's own store beside the pane's: one for each pane, told of the server's events.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { ServerEvent } from '../../../server/contract/state.ts';
import { chatWords } from '../../i18n/chat.ts';
import { usePane, type Pane } from '../pane.ts';
import { firstChatState, reduceChat, type ChatAction, type ChatState } from './chat-state.ts';

export interface ChatStore {
  readonly state: ReadonlySignal<ChatState>;
  readonly dispatch: (action: ChatAction) => void;
}

const stores = new WeakMap<Pane, ChatStore>();

/** The pane's chat store, made when it is first asked for. */
export function chatOf(pane: Pane): ChatStore {
  const known = stores.get(pane);
  if (known !== undefined) return known;
  const state = signal(firstChatState);
  const dispatch = (action: ChatAction): void => {
    state.value = reduceChat(state.peek(), action);
  };
  const made = { state, dispatch };
  stores.set(pane, made);
  return made;
}

/** Takes what the server tells of chats; other events are left to the pane. */
export function hearChat(pane: Pane, event: ServerEvent): void {
  if (event.type === 'chat' || event.type === 'chat-text') chatOf(pane).dispatch({ do: 'event', event });
}

export const useChatWords = () => chatWords[usePane().language.value];

export const useChat = (): ChatState => chatOf(usePane()).state.value;
