// What a run wrote into cells, from the first time to the last, and whose words were there before.
import type Database from 'libsql';
import type { RunChange } from '../ports/store.ts';

interface VersionOfTable {
  readonly row_key: string;
  readonly column_key: string;
  readonly text: string;
  readonly previous: string;
  /** What Rowscribe had last delivered before this version. */
  readonly ours: string | null;
}

/** In the order of the first writing; cells that hold now what they held before are left out. */
export function runChanges(database: Database.Database, runId: number): readonly RunChange[] {
  const sql = `SELECT row_key, column_key, text, previous, (
      SELECT older.text FROM provenance AS older
      WHERE older.workbook = p.workbook AND older.sheet = p.sheet AND older.row_key = p.row_key
        AND older.column_key = p.column_key AND older.id < p.id AND older.is_persons = 0
      ORDER BY older.id DESC LIMIT 1
    ) AS ours
    FROM provenance AS p WHERE run_id = ? ORDER BY id`;
  const changes = new Map<string, RunChange>();
  for (const one of database.prepare(sql).all(runId) as VersionOfTable[]) {
    const { row_key: rowKey, column_key: column, text, previous: before } = one;
    const place = JSON.stringify([rowKey, column]);
    const known = changes.get(place) ?? { rowKey, column, before, wasOurs: one.ours === before, text };
    changes.set(place, { ...known, text });
  }
  return [...changes.values()].filter((change) => change.before !== change.text);
}
