// Answers questions about past and present runs from the journal's database.
import type Database from 'libsql';
import type { RunHistory, RunScope, RunSummary } from '../ports/history.ts';
import type { RunError, RunSpec } from '../ports/store.ts';
import type { RunState } from '../domain/job.ts';
import { isHeld, type Holder } from './claim-holder.ts';
import { openDatabase, translated } from './database.ts';

/** Opens the history of a data folder. Errors: `store-failed`. */
export function openRunHistory(folder: string): RunHistory {
  const { database, file } = openDatabase(folder);
  return {
    runs: (scope) => translated(file, () => found(database, scope).map((row) => summaryOf(database, row))),
    close: () => void database.close(),
  };
}

interface RowOfTable extends RunSpec {
  readonly id: number;
  readonly state: RunState;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly error: string | null;
}

/** A single cell written anew, or an undoing, says little about its sheet. */
const isFill = "rows NOT LIKE 'regenerate %' AND rows NOT LIKE 'write %' AND rows NOT LIKE 'undo %'";

function found(database: Database.Database, scope: RunScope): RowOfTable[] {
  if ('workbook' in scope) {
    const sql = 'SELECT * FROM run WHERE workbook = ? ORDER BY id DESC LIMIT ?';
    return database.prepare(sql).all(scope.workbook, scope.runsMax) as RowOfTable[];
  }
  if ('id' in scope) return database.prepare('SELECT * FROM run WHERE id = ?').all(scope.id) as RowOfTable[];
  if ('runsMax' in scope) {
    const sql = `SELECT * FROM run WHERE ${isFill} ORDER BY id DESC LIMIT ?`;
    return database.prepare(sql).all(scope.runsMax) as RowOfTable[];
  }
  const sql = `SELECT * FROM run WHERE id IN (
      SELECT MAX(id) FROM run WHERE substr(workbook, 1, length(?)) = ? AND ${isFill}
      GROUP BY workbook, sheet
    ) ORDER BY id DESC`;
  return database.prepare(sql).all(scope.folder, scope.folder) as RowOfTable[];
}

interface Tally {
  readonly done: number | null;
  readonly person: number | null;
  readonly failed: number | null;
  readonly waiting: number | null;
}

function summaryOf(database: Database.Database, row: RowOfTable): RunSummary {
  const { started_at, ended_at, error, ...spec } = row;
  const outcome = "json_extract(answer, '$.outcome')";
  const tally = database
    .prepare(
      `SELECT SUM(${outcome} = 'done') AS done, SUM(${outcome} = 'needs-person') AS person,
         SUM(${outcome} = 'failed') AS failed, SUM(state = 'answered') AS waiting
       FROM run_row WHERE run_id = ? AND state IN ('answered', 'delivered')`,
    )
    .get(row.id) as Tally;
  const failure = database
    .prepare(
      `SELECT row_key AS key, json_extract(answer, '$.status') AS status FROM run_row
       WHERE run_id = ? AND state IN ('answered', 'delivered') AND ${outcome} = 'failed' LIMIT 1`,
    )
    .get(row.id) as RunSummary['failure'];
  return {
    ...spec,
    isAlive: row.state === 'running' && isClaimed(database, row.workbook),
    startedAtMs: started_at,
    endedAtMs: ended_at ?? undefined,
    counts: { done: tally.done ?? 0, 'needs-person': tally.person ?? 0, failed: tally.failed ?? 0 },
    waiting: tally.waiting ?? 0,
    error: error === null ? undefined : (JSON.parse(error) as RunError),
    // The driver puts more into its rows than was asked for.
    failure: failure && { key: failure.key, status: failure.status },
    canUndo: hasEffect(database, row.id),
  };
}

function hasEffect(database: Database.Database, runId: number): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM provenance WHERE run_id = ?1) AND NOT EXISTS (
      SELECT 1 FROM run WHERE rows = ?2 AND state = 'finished'
    ) AS found`;
  return (database.prepare(sql).get(runId, `undo ${runId}`) as { found: number }).found === 1;
}

function isClaimed(database: Database.Database, workbook: string): boolean {
  const sql = 'SELECT pid, host, claimed_at FROM claim WHERE workbook = ?';
  const holder = database.prepare(sql).get(workbook) as Holder | undefined;
  return holder !== undefined && isHeld(holder);
}
