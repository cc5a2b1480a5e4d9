// The states of a run and of its rows, and the only legal ways from one to another.

export type RunState = 'running' | 'finished' | 'stopped' | 'failed';

/**
 * queued → working → answered → delivered is the good way. `answered` means: the texts are in the journal and wait for
 * the workbook. `needs-person` and `failed` rows have a status text to deliver but no copy.
 */
export type RowState = 'queued' | 'working' | 'answered' | 'delivered' | 'needs-person' | 'failed';

const legal: Readonly<Record<RowState, readonly RowState[]>> = {
  queued: ['working'],
  // Back to queued: the run was stopped or killed, or the engine died under the row.
  working: ['answered', 'needs-person', 'failed', 'queued'],
  answered: ['delivered', 'queued'],
  'needs-person': ['queued'],
  failed: ['queued'],
  delivered: [],
};

/** Whether a row may go from one state to the other. */
export function mayBecome(from: RowState, to: RowState): boolean {
  return legal[from].includes(to);
}

/** Rows that a later run of the same kind takes up again. */
export function isUnfinished(state: RowState): boolean {
  return state !== 'delivered';
}
