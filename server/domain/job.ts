// The states of a run and of its rows, and the only legal ways from one to another.

export type RunState = 'running' | 'finished' | 'stopped' | 'failed';

/** `answered`: the outcome is in the journal and waits for the workbook. */
export type RowState = 'queued' | 'working' | 'answered' | 'delivered';

/** How a row ended: with copy, with a question for a person, or with an error. All three have a status to deliver. */
export type Outcome = 'done' | 'needs-person' | 'failed';

const legal: Readonly<Record<RowState, readonly RowState[]>> = {
  queued: ['working'],
  // Back to queued: the run was stopped or killed, or the engine died under the row.
  working: ['answered', 'queued'],
  // Back to queued: the row's inputs changed before its answer was delivered.
  answered: ['delivered', 'queued'],
  // Back to queued: a row without copy is tried again by the next run.
  delivered: ['queued'],
};

/** Whether a row may go from one state to the other. */
export function mayBecome(from: RowState, to: RowState): boolean {
  return legal[from].includes(to);
}
