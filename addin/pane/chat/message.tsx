// One message: a person's question, or the model's answer with what to do with it.
import { useState } from 'preact/hooks';
import type { ChatMessageView, ChatView } from '../../../server/contract/chats.ts';
import { useFindings } from '../findings.ts';
import { Icon } from '../icons.tsx';
import { FindingList, MarkedText } from '../marked-text.tsx';
import { useChosen, usePane } from '../pane.ts';
import { AnswerText } from './answer-text.tsx';
import { Apply } from './apply.tsx';
import { ask, copyText } from './chat-acts.ts';
import { useChatWords } from './chat-store.ts';
import { plainOf } from './markdown.ts';

interface MessageProps {
  readonly chat: ChatView;
  readonly message: ChatMessageView;
  /** What it answers; '' for a question. */
  readonly question: string;
  readonly isLast: boolean;
}

export function Message(props: MessageProps) {
  const words = useChatWords();
  const { message } = props;
  if (message.role === 'model') return <Answer {...props} />;
  return (
    <div class="message person">
      <span class="only-heard">{words.you}</span>
      <p class="bubble" dir="auto">
        {message.text}
      </p>
    </div>
  );
}

function Answer({ chat, message, question, isLast }: MessageProps) {
  const words = useChatWords();
  const isWriting = message.state === 'writing';
  return (
    <div class={`message model ${message.state}`} aria-busy={isWriting}>
      <span class="only-heard">{words.model}</span>
      {isWriting && message.text === '' ? (
        <p class="quiet thinking">{words.thinking}</p>
      ) : (
        message.text !== '' && <AnswerText text={message.text} />
      )}
      <Notes message={message} />
      {!isWriting && <Checked chat={chat} message={message} question={question} isLast={isLast} />}
    </div>
  );
}

/** What a person should know about an answer. */
function Notes({ message }: { readonly message: ChatMessageView }) {
  const words = useChatWords();
  const chosen = useChosen();
  const { state, problem, isCut, unsupported, forgottenTurns } = message;
  const listed = unsupported?.join(words.listed);
  return (
    <>
      {problem !== undefined && <p class="note bad">{chosen(problem.message)}</p>}
      {state === 'stopped' && <p class="small quiet">{words.state.stopped}</p>}
      {isCut === true && <p class="small quiet">{words.cut}</p>}
      {listed !== undefined && <p class="note warn">{words.unsupported(listed)}</p>}
      {forgottenTurns !== undefined && <p class="small quiet">{words.forgotten(forgottenTurns)}</p>}
    </>
  );
}

/** The advertising check of an answer that is over; what can be done with its words is offered after it. */
function Checked(props: MessageProps) {
  const words = useChatWords();
  const text = plainOf(props.message.text);
  const findings = useFindings(text);
  return (
    <>
      {findings !== undefined && findings.length > 0 && (
        <details class="note warn checked">
          <summary>{words.flagged(findings.length)}</summary>
          <MarkedText text={text} findings={findings} />
          <FindingList findings={findings} />
        </details>
      )}
      <Acts {...props} text={text} isChecked={findings !== undefined} />
    </>
  );
}

interface ActsProps extends MessageProps {
  /** The answer without marks. */
  readonly text: string;
  readonly isChecked: boolean;
}

function Acts({ chat, message, question, isLast, text, isChecked }: ActsProps) {
  const pane = usePane();
  const words = useChatWords();
  const [isApplying, setApplying] = useState(false);
  const mayAskAgain = isLast && message.state === 'failed' && question !== '';
  if (isApplying) return <Apply chat={chat} text={text} onEnd={() => setApplying(false)} />;
  return (
    <p class="message-acts">
      {mayAskAgain && (
        <button class="link" onClick={() => void ask(pane, question)}>
          <Icon name="refresh" />
          {words.again}
        </button>
      )}
      {isChecked && text !== '' && chat.row !== undefined && (
        <button class="link" onClick={() => setApplying(true)}>
          <Icon name="edit" />
          {words.apply}
        </button>
      )}
      {isChecked && text !== '' && (
        <button class="link" onClick={() => void copyText(pane, text)}>
          <Icon name="copy" />
          {words.copy}
        </button>
      )}
    </p>
  );
}
