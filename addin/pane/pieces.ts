// A text cut where its findings begin and end. Pure.
import type { FindingView } from '../../server/contract/cells.ts';

interface Piece {
  readonly text: string;
  readonly severity?: FindingView['severity'];
}

/** The text in pieces, marked ones and plain ones; where findings overlap the graver one marks. */
export function pieces(text: string, findings: readonly FindingView[]): readonly Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of findings) cuts.add(start).add(end);
  const edges = [...cuts].filter((edge) => edge >= 0 && edge <= text.length).toSorted((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0;
    const over = findings.filter((finding) => finding.start <= start && finding.end >= end);
    const severity = over.some((finding) => finding.severity === 'block') ? 'block' : over[0]?.severity;
    return { text: text.slice(start, end), ...(severity === undefined ? {} : { severity }) };
  });
}
