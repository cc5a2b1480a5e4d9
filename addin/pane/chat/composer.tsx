// The place to ask: ready-made questions, the person's own words, send or stop.
import { useEffect, useRef } from 'preact/hooks';
import type { ChatView } from '../../../server/contract/chats.ts';
import { Icon } from '../icons.tsx';
import { useChosen, usePane } from '../pane.ts';
import { ask, stopAnswer } from './chat-acts.ts';
import { writingIn } from './chat-state.ts';
import { chatOf, useChat, useChatWords } from './chat-store.ts';

const heightPxMax = 140;

export function Composer({ chat }: { readonly chat: ChatView }) {
  const pane = usePane();
  const words = useChatWords();
  const { draft } = useChat();
  const area = useRef<HTMLTextAreaElement>(null);
  const isWriting = writingIn(chat) !== undefined;
  useEffect(() => area.current?.focus(), []);
  useEffect(() => {
    const { current } = area;
    if (current === null) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight + 2, heightPxMax)}px`;
  }, [draft]);
  const onKey = (event: KeyboardEvent) => {
    // While characters are being composed, Enter chooses among them.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void ask(pane, draft);
  };
  return (
    <div class="composer" onKeyDown={(event) => event.key === 'Escape' && void stopAnswer(pane)}>
      <Presets isWriting={isWriting} />
      <div class="composer-line">
        <textarea
          ref={area}
          rows={1}
          aria-label={words.ask}
          title={words.hint}
          placeholder={words.placeholder}
          value={draft}
          onInput={(event) => chatOf(pane).dispatch({ do: 'draft', draft: event.currentTarget.value })}
          onKeyDown={onKey}
        />
        {isWriting ? (
          <button
            class="icon-only stop"
            aria-label={words.stop}
            title={words.stop}
            onClick={() => void stopAnswer(pane)}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button
            class="primary icon-only"
            aria-label={words.send}
            title={words.send}
            disabled={draft.trim() === ''}
            onClick={() => void ask(pane, draft)}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </div>
  );
}

function Presets({ isWriting }: { readonly isWriting: boolean }) {
  const pane = usePane();
  const words = useChatWords();
  const chosen = useChosen();
  const presets = pane.state.value.app?.presets ?? [];
  if (presets.length === 0) return null;
  return (
    <div class="presets" role="group" aria-label={words.presets}>
      {presets.map(({ id, name, text }) => (
        <button
          key={id}
          class="chip"
          title={chosen(text)}
          disabled={isWriting}
          onClick={() => void ask(pane, chosen(text))}
        >
          {chosen(name)}
        </button>
      ))}
    </div>
  );
}
