// A chat that is open: what it is about, what was said, and the place to ask.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatView } from '../../../server/contract/chats.ts';
import { Icon } from '../icons.tsx';
import { useChosen, usePane } from '../pane.ts';
import { Thumbnail } from '../thumbnail.tsx';
import { copyChat, exportChat, leaveChat } from './chat-acts.ts';
import { useChatWords } from './chat-store.ts';
import { Composer } from './composer.tsx';
import { DeleteButton } from './delete-button.tsx';
import { Message } from './message.tsx';

/** Closer to the end than this, the page stays at the end as the answer grows. */
const nearEndPx = 120;

/** Keeps the page at the end while what was said grows, unless the person has scrolled away from there. */
function useEnd(log: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = log;
    const scroller = current?.closest('main');
    if (current === null || scroller === null || scroller === undefined) return;
    let isAtEnd = true;
    const look = () => {
      isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEndPx;
    };
    const grown = new ResizeObserver(() => isAtEnd && scroller.scrollTo({ top: scroller.scrollHeight }));
    scroller.addEventListener('scroll', look, { passive: true });
    grown.observe(current);
    return () => {
      scroller.removeEventListener('scroll', look);
      grown.disconnect();
    };
  }, []);
}

export function Conversation({ chat }: { readonly chat: ChatView }) {
  const words = useChatWords();
  const log = useRef<HTMLDivElement>(null);
  const { messages } = chat;
  useEnd(log);
  return (
    <div class="conversation">
      <Subject chat={chat} />
      {messages.length === 0 && <Ready chat={chat} />}
      <div class="log" ref={log} role="log" aria-label={words.conversation}>
        {messages.map((message, index) => (
          <Message
            key={message.id}
            chat={chat}
            message={message}
            question={message.role === 'model' ? (messages[index - 1]?.text ?? '') : ''}
            isLast={index === messages.length - 1}
          />
        ))}
      </div>
      <Composer chat={chat} />
    </div>
  );
}

/** Before the first question: the pictures, large. */
function Ready({ chat }: { readonly chat: ChatView }) {
  const words = useChatWords();
  return (
    <div class="ready">
      <div class="ready-pictures">
        {chat.pictures.map(({ name, thumbnail }) => (
          <img key={thumbnail} src={thumbnail} alt={name} />
        ))}
      </div>
      <p class="small quiet">{words.ready}</p>
    </div>
  );
}

function Subject({ chat }: { readonly chat: ChatView }) {
  const pane = usePane();
  const words = useChatWords();
  const chosen = useChosen();
  const { row, pictures, notes, messages } = chat;
  return (
    <div class="subject">
      <div class="subject-head">
        <button class="ghost icon-only" aria-label={words.back} title={words.back} onClick={() => void leaveChat(pane)}>
          <Icon name="back" />
        </button>
        <div class="subject-pictures" aria-label={words.pictures}>
          {pictures.map(({ name, thumbnail }) => (
            <Thumbnail key={thumbnail} address={thumbnail} name={name} />
          ))}
        </div>
        <p class="subject-words">
          <strong>{row?.label ?? pictures[0]?.name}</strong>
          {row !== undefined && (
            <span class="small quiet">
              {row.workbookName} · {row.sheet}
            </span>
          )}
        </p>
        {messages.length > 0 && (
          <>
            <button
              class="ghost icon-only"
              aria-label={words.copyAll}
              title={words.copyAll}
              onClick={() => void copyChat(pane, chat)}
            >
              <Icon name="copy" />
            </button>
            <button
              class="ghost icon-only"
              aria-label={words.export}
              title={words.export}
              onClick={() => void exportChat(pane, chat)}
            >
              <Icon name="save" />
            </button>
            <DeleteButton chat={chat} />
          </>
        )}
      </div>
      {notes.map((note) => (
        <p key={note['en-US']} class="note warn">
          {chosen(note)}
        </p>
      ))}
    </div>
  );
}
