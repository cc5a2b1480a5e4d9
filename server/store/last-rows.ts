// The last delivery of every row of a sheet, from all runs into it.
import type Database from 'libsql';
import type { LastRow } from '../ports/store.ts';

interface LastRowOfTable {
  readonly row_key: string;
  readonly fingerprint: string;
  readonly started_at: number;
  readonly outcome: LastRow['outcome'];
  readonly pictures: string;
}

/** By row key. Of a group with max() SQLite takes the other columns from the row that has the maximum. */
export function lastRows(database: Database.Database, workbook: string, sheet: string): ReadonlyMap<string, LastRow> {
  const sql = `SELECT row_key, fingerprint, started_at, max(run_id), json_extract(answer, '$.outcome') AS outcome,
      json_extract(answer, '$.pictures') AS pictures
    FROM run JOIN run_row ON run_id = run.id
    WHERE workbook = ? AND sheet = ? AND run_row.state = 'delivered' GROUP BY row_key`;
  const found = database.prepare(sql).all(workbook, sheet) as LastRowOfTable[];
  return new Map(
    found.map(({ row_key, fingerprint, outcome, pictures, started_at }) => [
      row_key,
      { fingerprint, outcome, pictures: JSON.parse(pictures) as string[], runStartedAtMs: started_at },
    ]),
  );
}
