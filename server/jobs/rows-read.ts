// Rows that were read before a run began, so that a large sheet is not read again for the few of them.
import type { ProductRow } from '../domain/row.ts';
import type { RowRecord } from '../ports/store.ts';
import type { Located } from './deliver.ts';

export interface RowsRead {
  readonly located: Located;
  readonly rows: readonly ProductRow[];
}

/** Answers that an earlier run left behind may be for any row of the sheet: then all of them are read. */
export function holdsAllAnswered(read: RowsRead | undefined, known: ReadonlyMap<string, RowRecord>): read is RowsRead {
  const keys = new Set(read?.rows.map((row) => row.key));
  return read !== undefined && [...known.values()].every(({ state, key }) => state !== 'answered' || keys.has(key));
}
