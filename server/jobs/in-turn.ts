// One delivery into a workbook at a time, so that what was found where is still there when it is written.

/** The last delivery into each workbook of this process. */
const last = new Map<string, Promise<unknown>>();

/** Does the work when every earlier one for the same workbook has ended, whatever became of it. */
export async function inTurn<T>(workbook: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(workbook) ?? Promise.resolve();
  const turn = before.then(work);
  const settled = turn.catch(() => {});
  last.set(workbook, settled);
  try {
    return await turn;
  } finally {
    if (last.get(workbook) === settled) last.delete(workbook);
  }
}
