// Work on a workbook that begins anew when the file changed between being read and being replaced.
import { isRowscribeError } from '../errors.ts';

/** Times that work is begun; somebody who saves that often is at work there. */
const triesMax = 5;

/** The result of `work`, begun anew after `workbook-changed`. Errors: those of `work`, the last `workbook-changed` among them. */
export async function anewWhenChanged<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRowscribeError(error, 'workbook-changed') || tries >= triesMax) throw error;
    }
  }
}
