// The journal in SQLite: a write-ahead log, synced to disk before anything is said to be in a workbook.
import os from 'node:os';
import type Database from 'libsql';
import { mayBecome, type RowState, type RunState } from '../domain/job.ts';
import type {
  Acceptance,
  AcceptedTexts,
  DeliveredCell,
  Journal,
  LastRow,
  Provenance,
  RowAt,
  RowRecord,
  RunChange,
  RunError,
  RunRecord,
  RunSpec,
  StoredAnswer,
} from '../ports/store.ts';
import { acceptanceOf, acceptedTexts, acceptTexts } from './acceptances.ts';
import { isHeld, type Holder } from './claim-holder.ts';
import { openDatabase, translated } from './database.ts';
import { lastRows } from './last-rows.ts';
import { runChanges } from './run-changes.ts';

/** Opens the journal in a folder, which is made if needed; ":memory:" keeps it in memory. Errors: `store-failed`. */
export function openJournal(folder: string): Journal {
  const { database, file } = openDatabase(folder);
  return new SqliteJournal(database, file);
}

class SqliteJournal implements Journal {
  readonly #database: Database.Database;
  readonly #file: string;
  /** Asked once a row of a sheet: prepared once. */
  readonly #lastDelivered: Database.Statement;

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#file = file;
    const sql = 'SELECT column_key, text FROM cell WHERE workbook = ? AND sheet = ? AND row_key = ?';
    this.#lastDelivered = database.prepare(sql);
  }

  claim(workbook: string): (() => void) | undefined {
    return this.#atomically(() => {
      const sql = 'SELECT pid, host, claimed_at FROM claim WHERE workbook = ?';
      const holder = this.#get<Holder>(sql, workbook);
      if (holder !== undefined && isHeld(holder)) return undefined;
      this.#run('INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?)', workbook, process.pid, os.hostname(), Date.now());
      return () => this.#run('DELETE FROM claim WHERE workbook = ? AND pid = ?', workbook, process.pid);
    });
  }

  beginRun(spec: RunSpec, nowMs: number): { run: RunRecord; resumed: boolean } {
    return this.#atomically(() => {
      const where = 'workbook = ? AND sheet = ? AND recipe = ? AND mode = ? AND rows = ?';
      const values = [spec.workbook, spec.sheet, spec.recipe, spec.mode, spec.rows];
      const last = this.#get<{ id: number; started_at: number; state: RunState }>(
        `SELECT id, started_at, state FROM run WHERE ${where} ORDER BY id DESC LIMIT 1`,
        ...values,
      );
      if (last !== undefined && last.state !== 'finished') {
        this.#run("UPDATE run SET state = 'running', ended_at = NULL, error = NULL WHERE id = ?", last.id);
        this.#run("UPDATE run_row SET state = 'queued' WHERE run_id = ? AND state = 'working'", last.id);
        return { run: { ...spec, id: last.id, state: 'running', startedAtMs: last.started_at }, resumed: true };
      }
      const { lastInsertRowid } = this.#run(
        "INSERT INTO run (workbook, sheet, recipe, mode, rows, state, started_at) VALUES (?, ?, ?, ?, ?, 'running', ?)",
        ...values,
        nowMs,
      );
      return { run: { ...spec, id: Number(lastInsertRowid), state: 'running', startedAtMs: nowMs }, resumed: false };
    });
  }

  hasUnfinished(workbook: string): boolean {
    return translated(this.#file, () => {
      const sql = "SELECT 1 AS found FROM run WHERE workbook = ? AND state <> 'finished' LIMIT 1";
      return this.#get(sql, workbook) !== undefined;
    });
  }

  endRun(runId: number, state: RunState, nowMs: number): void {
    this.#atomically(() => this.#run('UPDATE run SET state = ?, ended_at = ? WHERE id = ?', state, nowMs, runId));
  }

  noteError(runId: number, error: RunError): void {
    this.#atomically(() => this.#run('UPDATE run SET error = ? WHERE id = ?', JSON.stringify(error), runId));
  }

  rows(runId: number): readonly RowRecord[] {
    return translated(this.#file, () => {
      const found = this.#database.prepare('SELECT * FROM run_row WHERE run_id = ?').all(runId) as RowOfTable[];
      return found.map(toRecord);
    });
  }

  putRow(runId: number, row: RowRecord): void {
    this.#withoutSync(() => {
      const from = this.#stateOf(runId, row.key) ?? 'queued';
      const isLegal = row.state !== 'delivered' && (from === row.state || mayBecome(from, row.state));
      if (!isLegal) throw new Error(`row ${from} cannot become ${row.state}`);
      const answer = row.answer === undefined ? null : JSON.stringify(row.answer);
      this.#run(
        'INSERT OR REPLACE INTO run_row VALUES (?, ?, ?, ?, ?, ?)',
        ...[runId, row.key, row.fingerprint, row.state, row.crashes, answer],
      );
    });
  }

  recordDelivery(runId: number, rowKeys: readonly string[], cells: readonly DeliveredCell[], nowMs: number): void {
    this.#atomically(() => {
      const run = this.#get<RunSpec>('SELECT workbook, sheet, recipe, mode, rows FROM run WHERE id = ?', runId);
      if (run === undefined) throw new Error(`no run ${runId}`);
      for (const key of rowKeys) {
        const from = this.#stateOf(runId, key);
        if (from !== 'answered') throw new Error(`row ${from ?? 'unknown'} cannot become delivered`);
        this.#run("UPDATE run_row SET state = 'delivered' WHERE run_id = ? AND row_key = ?", runId, key);
      }
      for (const cell of cells) this.#recordCell(runId, run, cell, nowMs);
    });
  }

  #recordCell(runId: number, run: RunSpec, cell: DeliveredCell, nowMs: number): void {
    const at = [run.workbook, run.sheet, cell.rowKey, cell.column];
    const isPersons = cell.isPersons === true;
    if (!isPersons) this.#run('INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?)', ...at, cell.text);
    const { answer } = cell;
    const original = answer.originals[cell.column] ?? cell.text;
    this.#run(
      `INSERT INTO provenance (workbook, sheet, row_key, column_key, text, original, previous, recipe, model, pictures,
         seed, reason, delivered_at, run_id, is_persons) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...at,
      ...[cell.text, original, cell.previous, run.recipe, answer.model, JSON.stringify(answer.pictures)],
      ...[answer.seed, cell.reason, nowMs, runId, isPersons ? 1 : 0],
    );
  }

  lastDelivered(workbook: string, sheet: string, rowKey: string): ReadonlyMap<string, string> {
    return translated(this.#file, () => {
      const found = this.#lastDelivered.all(workbook, sheet, rowKey) as { column_key: string; text: string }[];
      return new Map(found.map((cell) => [cell.column_key, cell.text]));
    });
  }

  lastRows(workbook: string, sheet: string): ReadonlyMap<string, LastRow> {
    return translated(this.#file, () => lastRows(this.#database, workbook, sheet));
  }

  history(workbook: string, sheet: string, rowKey: string, column: string): readonly Provenance[] {
    return translated(this.#file, () => {
      const sql = `SELECT text, original, previous, recipe, model, pictures, seed, reason, is_persons, delivered_at
        FROM provenance
        WHERE workbook = ? AND sheet = ? AND row_key = ? AND column_key = ? ORDER BY id DESC`;
      const found = this.#database.prepare(sql).all(workbook, sheet, rowKey, column) as ProvenanceOfTable[];
      return found.map(({ delivered_at, pictures, is_persons, ...rest }) => ({
        ...rest,
        ...(is_persons === 1 && { isPersons: true }),
        pictures: JSON.parse(pictures) as string[],
        deliveredAtMs: delivered_at,
      }));
    });
  }

  changes(runId: number): readonly RunChange[] {
    return translated(this.#file, () => runChanges(this.#database, runId));
  }

  accept(at: RowAt, texts: ReadonlyMap<string, string>, nowMs: number): void {
    this.#atomically(() => acceptTexts(this.#database, at, texts, nowMs));
  }

  accepted(workbook: string, sheet: string): AcceptedTexts {
    return translated(this.#file, () => acceptedTexts(this.#database, workbook, sheet));
  }

  acceptance(workbook: string, sheet: string): Acceptance {
    return translated(this.#file, () => acceptanceOf(this.#database, workbook, sheet));
  }

  pace(model: string | undefined): number | undefined {
    return translated(this.#file, () => {
      const sql = 'SELECT seconds FROM pace WHERE ? IS NULL OR model = ? ORDER BY noted_at DESC LIMIT 1';
      return this.#get<{ seconds: number }>(sql, model ?? null, model ?? null)?.seconds;
    });
  }

  notePace(model: string, secondsPerRow: number, nowMs: number): void {
    this.#atomically(() => this.#run('INSERT OR REPLACE INTO pace VALUES (?, ?, ?)', model, secondsPerRow, nowMs));
  }

  close(): void {
    this.#database.close();
  }

  #stateOf(runId: number, rowKey: string): RowState | undefined {
    const sql = 'SELECT state FROM run_row WHERE run_id = ? AND row_key = ?';
    return this.#get<{ state: RowState }>(sql, runId, rowKey)?.state;
  }

  #atomically<T>(work: () => T): T {
    return translated(this.#file, () => this.#database.transaction(work).immediate());
  }

  /**
   * Survives the death of the program at once, and a power cut from the next synced commit on: without that one a row is
   * worked on again, which costs a look. Waiting for the disk twice a row would hold up the engine's other rows.
   */
  #withoutSync<T>(work: () => T): T {
    return translated(this.#file, () => {
      this.#database.pragma('synchronous = NORMAL');
      try {
        return this.#database.transaction(work).immediate();
      } finally {
        this.#database.pragma('synchronous = FULL');
      }
    });
  }

  #get<T>(sql: string, ...values: unknown[]): T | undefined {
    return this.#database.prepare(sql).get(...values) as T | undefined;
  }

  #run(sql: string, ...values: unknown[]): Database.RunResult {
    return this.#database.prepare(sql).run(...values);
  }
}

interface RowOfTable {
  readonly row_key: string;
  readonly fingerprint: string;
  readonly state: RowState;
  readonly crashes: number;
  readonly answer: string | null;
}

interface ProvenanceOfTable extends Omit<Provenance, 'pictures' | 'deliveredAtMs' | 'isPersons'> {
  readonly is_persons: number;
  readonly pictures: string;
  readonly delivered_at: number;
}

function toRecord(row: RowOfTable): RowRecord {
  return {
    key: row.row_key,
    fingerprint: row.fingerprint,
    state: row.state,
    crashes: row.crashes,
    ...(row.answer !== null && { answer: JSON.parse(row.answer) as StoredAnswer }),
  };
}
