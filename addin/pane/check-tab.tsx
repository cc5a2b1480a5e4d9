// The check tab: any text against the advertising law, without a model.
import type { FindingView } from '../../server/contract/cells.ts';
import { replaced, useFindings } from './findings.ts';
import { Icon } from './icons.tsx';
import { FindingList, MarkedText } from './marked-text.tsx';
import { usePane, useWords } from './pane.ts';

export function CheckTab() {
  const pane = usePane();
  const words = useWords();
  const text = pane.state.value.checkText;
  const findings = useFindings(text);
  const put = (next: string) => pane.dispatch({ do: 'check-text', text: next });
  return (
    <div class="check">
      <div class="check-in">
        <h2>{words.check.title}</h2>
        <p class="small quiet">{words.check.about}</p>
        <textarea
          rows={7}
          aria-label={words.check.label}
          placeholder={words.check.placeholder}
          value={text}
          onInput={(event) => put(event.currentTarget.value)}
        />
        {text !== '' && (
          <button class="link" onClick={() => put('')}>
            {words.check.clear}
          </button>
        )}
      </div>
      {text.trim() !== '' && <Verdict text={text} findings={findings} onText={put} />}
    </div>
  );
}

interface VerdictProps {
  readonly text: string;
  readonly findings: readonly FindingView[] | undefined;
  readonly onText: (text: string) => void;
}

function Verdict({ text, findings, onText }: VerdictProps) {
  const { findings: words } = useWords();
  if (findings === undefined) return null;
  return (
    <section class="card verdict" aria-live="polite">
      <p class={findings.length === 0 ? 'figure clean' : 'figure'}>
        {findings.length === 0 && <Icon name="check" />}
        {findings.length === 0 ? words.none : words.found(findings.length)}
      </p>
      {findings.length > 0 && (
        <>
          <MarkedText text={text} findings={findings} />
          <FindingList findings={findings} onReplace={(finding, by) => onText(replaced(text, finding, by))} />
        </>
      )}
    </section>
  );
}
