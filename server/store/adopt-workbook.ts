// A workbook that was copied or renamed takes over what the journal knows of the one it was.
import type Database from 'libsql';

/** What stands as the rows of the run that hands the history over. */
const adoptedRows = 'watch';

/** Within a transaction. The last delivery of every row, the texts of its cells with their history, and open questions. */
export function adoptWorkbook(database: Database.Database, from: string, to: string, nowMs: number): void {
  const sql = `SELECT sheet, recipe, mode, min(started_at) AS began FROM run WHERE workbook = ? GROUP BY sheet`;
  const sheets = database.prepare(sql).all(from) as { sheet: string; recipe: string; mode: string; began: number }[];
  for (const { sheet, recipe, mode, began } of sheets) {
    const { lastInsertRowid } = database
      .prepare(
        `INSERT INTO run (workbook, sheet, recipe, mode, rows, state, started_at, ended_at)
         VALUES (?, ?, ?, ?, ?, 'finished', ?, ?)`,
      )
      // Pictures are compared with the time of the run: the oldest one leaves nothing out.
      .run(to, sheet, recipe, mode, adoptedRows, began, nowMs);
    database
      .prepare(
        `INSERT INTO run_row (run_id, row_key, fingerprint, state, crashes, answer)
         SELECT ?, row_key, fingerprint, 'delivered', 0, answer FROM (
           SELECT row_key, fingerprint, answer, max(run_id) FROM run_row JOIN run ON run_id = run.id
           WHERE workbook = ? AND sheet = ? AND run_row.state = 'delivered' GROUP BY row_key)`,
      )
      .run(Number(lastInsertRowid), from, sheet);
  }
  copyRows(database, 'cell', ['sheet', 'row_key', 'column_key', 'text'], from, to);
  copyRows(database, 'watch_tried', ['sheet', 'row_key', 'identity'], from, to);
  copyRows(database, 'question', [...place, 'text', 'asked_at', 'choice', 'settled_at'], from, to);
  copyRows(database, 'provenance', [...place, ...version], from, to);
  // The copied versions have new numbers, all of them older than whatever comes.
  copyRows(database, 'acceptance', [...place, 'text_sha256', 'version', 'is_unchanged', 'accepted_at'], from, to);
  database.prepare('UPDATE acceptance SET version = (SELECT max(id) FROM provenance) WHERE workbook = ?').run(to);
}

const place = ['sheet', 'row_key', 'column_key'] as const;
const version = [
  ...['text', 'original', 'previous', 'recipe', 'model', 'pictures', 'seed', 'reason', 'delivered_at', 'is_persons'],
] as const;

function copyRows(
  database: Database.Database,
  table: string,
  columns: readonly string[],
  from: string,
  to: string,
): void {
  const list = columns.join(', ');
  const order = table === 'provenance' ? ' ORDER BY id' : '';
  database
    .prepare(
      `INSERT OR IGNORE INTO ${table} (workbook, ${list}) SELECT ?, ${list} FROM ${table} WHERE workbook = ?${order}`,
    )
    .run(to, from);
}
