// What was put into cells without the model, in the journal: a person's words, an older version, an undone run.
import type { DeliveredCell, Journal, RunSpec } from '../ports/store.ts';

/** A cell as it was written; `isPersons` protects its text like one that was typed. */
export type CellByHand = Omit<DeliveredCell, 'answer'>;

const noAnswer: DeliveredCell['answer'] = {
  ...{ outcome: 'done', reason: '', status: '', texts: {}, originals: {}, model: '', seed: 0 },
  ...{ pictures: [], seconds: 0, cachedTokens: 0 },
};

/** Records the cells as a run of their own, which has ended. Errors: `store-failed`. */
export function recordByHand(journal: Journal, spec: RunSpec, cells: readonly CellByHand[], nowMs: number): void {
  const { run } = journal.beginRun(spec, nowMs);
  const delivered = cells.map((cell) => ({ ...cell, answer: noAnswer }));
  journal.recordDelivery(run.id, [], delivered, nowMs);
  journal.endRun(run.id, 'finished', nowMs);
}
