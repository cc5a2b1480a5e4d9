// Counts of a checker against labelled sentences: accuracy, precision and recall of flags, false alarms, evasions.
import type { Labelled } from './shipped-pack.ts';

export interface Measure {
  readonly sentences: number;
  readonly accuracy: number;
  readonly flagPrecision: number;
  readonly flagRecall: number;
  /** Share of clean sentences that are flagged. */
  readonly falsePositiveRate: number;
  readonly evasionRecall: number;
}

/** All shares between 0 and 1. Where two readers differ, either verdict is right. */
export function measure(rows: readonly Labelled[], judge: (text: string) => Labelled['verdict']): Measure {
  const judged = rows.map((row) => ({ row, verdict: judge(row.text) }));
  const labels = (row: Labelled) => [row.verdict, row.second ?? row.verdict];
  const clean = judged.filter(({ row }) => labels(row).every((label) => label === 'pass'));
  const bad = judged.filter(({ row }) => labels(row).every((label) => label !== 'pass'));
  const flagged = judged.filter(({ verdict }) => verdict !== 'pass');
  const evasions = judged.filter(({ row }) => row.evasion === true);
  const isFlagged = ({ verdict }: { verdict: string }): boolean => verdict !== 'pass';
  return {
    sentences: rows.length,
    accuracy: share(judged, ({ row, verdict }) => labels(row).includes(verdict)),
    flagPrecision: share(flagged, ({ row }) => labels(row).some((label) => label !== 'pass')),
    flagRecall: share(bad, isFlagged),
    falsePositiveRate: share(clean, isFlagged),
    evasionRecall: share(evasions, isFlagged),
  };
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? Number.NaN : items.filter(holds).length / items.length;
}
