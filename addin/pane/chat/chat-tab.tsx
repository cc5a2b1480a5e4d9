// The chat tab: the start with earlier chats, or the chat that is open; takes pictures that are dropped or pasted.
import { useEffect, useState } from 'preact/hooks';
import { usePane } from '../pane.ts';
import { beginWithPicture, listChats, refreshChat } from './chat-acts.ts';
import { ChatStart } from './chat-start.tsx';
import { useChat, useChatWords } from './chat-store.ts';
import { Conversation } from './conversation.tsx';
import { fileIn } from './picture-file.ts';

export function ChatTab() {
  const pane = usePane();
  const words = useChatWords();
  const { open, isBehind } = useChat();
  const [isOver, setOver] = useState(false);
  const { connection } = pane.state.value;
  useEffect(() => {
    if (connection !== 'open') return;
    void listChats(pane);
    void refreshChat(pane);
  }, [connection]);
  useEffect(() => {
    if (isBehind) void refreshChat(pane);
  }, [isBehind]);
  const take = (event: Event, data: DataTransfer | null) => {
    setOver(false);
    const file = fileIn(data);
    if (file === undefined) return;
    event.preventDefault();
    void beginWithPicture(pane, file);
  };
  const onDrag = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    setOver(true);
  };
  const onLeave = (event: DragEvent) => {
    const { currentTarget: area, relatedTarget: next } = event;
    if (!(area instanceof Node && next instanceof Node && area.contains(next))) setOver(false);
  };
  return (
    <div
      class={isOver ? 'chat is-over' : 'chat'}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={onLeave}
      onDrop={(event) => take(event, event.dataTransfer)}
      onPaste={(event) => take(event, event.clipboardData)}
    >
      {open === undefined ? <ChatStart /> : <Conversation key={open.id} chat={open} />}
      {isOver && <div class="drop-veil">{words.dropHere}</div>}
    </div>
  );
}
