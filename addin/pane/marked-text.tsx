// A text with its findings marked in it, and the list of what each finding says.
import type { FindingView } from '../../server/contract/cells.ts';
import { useChosen, useWords } from './pane.ts';
import { pieces } from './pieces.ts';

/** The text as it is, never as markup; findings are marked by their offsets. */
export function MarkedText({ text, findings }: { readonly text: string; readonly findings: readonly FindingView[] }) {
  return (
    <p class="copy" dir="auto">
      {pieces(text, findings).map((piece, index) =>
        piece.severity === undefined ? piece.text : <mark key={index} class={piece.severity} children={piece.text} />,
      )}
    </p>
  );
}

interface FindingListProps {
  readonly findings: readonly FindingView[];
  /** Offers the replacements when given. */
  readonly onReplace?: (finding: FindingView, by: string) => void;
}

const replacementsMax = 4;

/** Every finding: the wording, the clause, why, and what to write instead. */
export function FindingList({ findings, onReplace }: FindingListProps) {
  const words = useWords();
  const chosen = useChosen();
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <li key={`${finding.start}-${finding.phrase}`} class={finding.severity}>
          <p>
            <strong>{finding.phrase}</strong>
            <span class="tag">{words.findings.severity[finding.severity]}</span>
          </p>
          <p class="small">{chosen(finding.why)}</p>
          <p class="small quiet">{chosen(finding.clause)}</p>
          {onReplace !== undefined && (
            <p class="chips">
              {finding.replacements.slice(0, replacementsMax).map((by) => (
                <button key={by} class="chip" onClick={() => onReplace(finding, by)}>
                  {by === '' ? words.findings.remove : `${words.findings.replaceBy} ${by}`}
                </button>
              ))}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
