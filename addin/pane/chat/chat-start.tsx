// The beginning of a chat: a picture or the row at hand, and the chats there were.
import { useRef } from 'preact/hooks';
import type { ChatView } from '../../../server/contract/chats.ts';
import { Icon } from '../icons.tsx';
import { useChosen, usePane, useWords } from '../pane.ts';
import { rowOf } from '../cell-acts.ts';
import { Thumbnail } from '../thumbnail.tsx';
import { beginWithPicture, beginWithRow, openChat, rowAtHand } from './chat-acts.ts';
import { useChat, useChatWords } from './chat-store.ts';
import { DeleteButton } from './delete-button.tsx';
import { acceptedTypes } from './picture-file.ts';

export function ChatStart() {
  const words = useChatWords();
  const chosen = useChosen();
  const { isBeginning, problem } = useChat();
  return (
    <div class="chat-start">
      <div class="chat-intro">
        <h2>{words.title}</h2>
        <p class="small quiet">{words.about}</p>
      </div>
      <RowAtHand />
      <PicturePlace />
      <p role="status" class="only-heard">
        {isBeginning ? words.looking : ''}
      </p>
      {problem !== undefined && (
        <p class="note bad" role="alert">
          {chosen(problem.message)}
        </p>
      )}
      <Earlier />
    </div>
  );
}

function RowAtHand() {
  const pane = usePane();
  const words = useChatWords();
  const { isBeginning } = useChat();
  const number = rowAtHand(pane);
  const row = rowOf(pane.state.value.focus);
  if (number === undefined) return null;
  const isKnown = row?.number === number;
  return (
    <div class="card row-at-hand">
      <Thumbnail address={isKnown ? (row.pictures[0]?.thumbnail ?? '') : ''} />
      <p>
        {isKnown && <strong>{row.label}</strong>}
        <span class={isKnown ? 'small quiet' : ''}>{words.row(number)}</span>
      </p>
      <button class="primary" disabled={isBeginning} onClick={() => void beginWithRow(pane, number)}>
        {words.askRow}
      </button>
    </div>
  );
}

function PicturePlace() {
  const pane = usePane();
  const words = useChatWords();
  const { isBeginning } = useChat();
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    const file = input.current?.files?.[0];
    if (file !== undefined) void beginWithPicture(pane, file);
    if (input.current !== null) input.current.value = '';
  };
  const isLoading = pane.state.value.app?.engine.phase === 'loading';
  return (
    <div class={isBeginning ? 'drop-place is-busy' : 'drop-place'}>
      <Icon name="picture" />
      <p>{isBeginning ? (isLoading ? words.loadingModel : words.looking) : words.drop}</p>
      <button disabled={isBeginning} onClick={() => input.current?.click()}>
        {words.choose}
      </button>
      <p class="small quiet">{words.formats}</p>
      <input ref={input} type="file" accept={acceptedTypes} aria-label={words.choose} hidden onChange={take} />
    </div>
  );
}

function Earlier() {
  const words = useChatWords();
  const chosen = useChosen();
  const { loading } = useWords();
  const { list } = useChat();
  const chats = list.is === 'here' ? list.value : list.is === 'coming' ? list.last : undefined;
  return (
    <section class="earlier" aria-label={words.history}>
      <h3>{words.history}</h3>
      {list.is === 'failed' && <p class="note bad">{chosen(list.problem.message)}</p>}
      {chats === undefined && list.is === 'coming' && <p class="small quiet">{loading}</p>}
      {chats?.length === 0 && <p class="small quiet">{words.noHistory}</p>}
      <ul>
        {chats?.map((chat) => (
          <EarlierChat key={chat.id} chat={chat} />
        ))}
      </ul>
    </section>
  );
}

function EarlierChat({ chat }: { readonly chat: ChatView }) {
  const pane = usePane();
  const day = new Date(chat.startedAtMs).toLocaleDateString(pane.language.value, { month: 'short', day: 'numeric' });
  return (
    <li class="earlier-chat">
      <button class="ghost earlier-open" onClick={() => void openChat(pane, chat.id)}>
        <Thumbnail address={chat.thumbnail} />
        <span class="earlier-words">
          <strong>{chat.title}</strong>
          <span class="small quiet">
            {[chat.row?.label ?? chat.pictures[0]?.name ?? '', day].filter((part) => part !== '').join(' · ')}
          </span>
        </span>
      </button>
      <DeleteButton chat={chat} />
    </li>
  );
}
