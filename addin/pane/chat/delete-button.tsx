// Deletes a chat after a second thought: it, or all about its row.
import { useRef } from 'preact/hooks';
import type { ChatView } from '../../../server/contract/chats.ts';
import { Icon } from '../icons.tsx';
import { usePane, useWords } from '../pane.ts';
import { deleteChat } from './chat-acts.ts';
import { useChatWords } from './chat-store.ts';

export function DeleteButton({ chat }: { readonly chat: ChatView }) {
  const pane = usePane();
  const { close, cancel } = useWords();
  const words = useChatWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = chat.title || words.untitled;
  const shut = () => dialog.current?.close();
  const remove = (ofRow: boolean) => {
    shut();
    void deleteChat(pane, chat, ofRow);
  };
  return (
    <>
      <button
        class="ghost icon-only"
        aria-label={`${words.delete}: ${title}`}
        title={words.delete}
        onClick={() => dialog.current?.showModal()}
      >
        <Icon name="bin" />
      </button>
      <dialog ref={dialog} aria-label={words.deleteThis} onClick={(event) => event.target === dialog.current && shut()}>
        <div class="dialog">
          <div class="dialog-head">
            <h2>{words.deleteThis}</h2>
            <button class="ghost icon-only" aria-label={close} onClick={shut}>
              <Icon name="close" />
            </button>
          </div>
          <p class="delete-title">{title}</p>
          <p class="small quiet">{words.deleteSure}</p>
          <div class="buttons">
            <button class="danger" onClick={() => remove(false)}>
              {words.delete}
            </button>
            {chat.row !== undefined && (
              <button class="danger" onClick={() => remove(true)}>
                {words.deleteRow}
              </button>
            )}
            <button onClick={shut}>{cancel}</button>
          </div>
        </div>
      </dialog>
    </>
  );
}
