// The journal in SQLite: write-ahead log, every commit synced to disk.
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { mayBecome, type RowState, type RunState } from '../domain/job.ts';
import { RowscribeError } from '../errors.ts';
import type {
  DeliveredCell,
  Journal,
  Provenance,
  RowRecord,
  RunRecord,
  RunSpec,
  StoredAnswer,
} from '../ports/store.ts';
import { migrations } from './migrations.ts';

/** How long a commit waits for another process that is writing, milliseconds. */
const busyTimeoutMs = 10_000;

/** Opens the journal `journal.db` in a folder, which is made if needed; ":memory:" keeps it in memory. */
export function openJournal(folder: string): Journal {
  const file = folder === ':memory:' ? folder : path.join(folder, 'journal.db');
  return translated(file, () => {
    if (folder !== ':memory:') mkdirSync(folder, { recursive: true });
    const database = new Database(file, { timeout: busyTimeoutMs });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    migrate(database);
    return new SqliteJournal(database, file);
  });
}

function migrate(database: Database.Database): void {
  database
    .transaction(() => {
      const { user_version: done } = database.prepare('PRAGMA user_version').get() as { user_version: number };
      for (const step of migrations.slice(done)) database.exec(step);
      if (done < migrations.length) database.exec(`PRAGMA user_version = ${migrations.length}`);
    })
    .immediate();
}

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RowscribeError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new RowscribeError('store-failed', { path: file, detail }, { cause: error });
  }
}

class SqliteJournal implements Journal {
  readonly #database: Database.Database;
  readonly #file: string;

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#file = file;
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
        this.#run("UPDATE run SET state = 'running', ended_at = NULL WHERE id = ?", last.id);
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

  rows(runId: number): readonly RowRecord[] {
    return translated(this.#file, () => {
      const found = this.#database.prepare('SELECT * FROM run_row WHERE run_id = ?').all(runId) as RowOfTable[];
      return found.map(toRecord);
    });
  }

  putRow(runId: number, row: RowRecord): void {
    this.#atomically(() => {
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
      for (const cell of cells) this.#recordCell(run, cell, nowMs);
    });
  }

  #recordCell(run: RunSpec, cell: DeliveredCell, nowMs: number): void {
    const at = [run.workbook, run.sheet, cell.rowKey, cell.column];
    this.#run('INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?)', ...at, cell.text);
    const { answer } = cell;
    const original = answer.originals[cell.column] ?? cell.text;
    this.#run(
      `INSERT INTO provenance (workbook, sheet, row_key, column_key, text, original, previous, recipe, model, pictures,
         seed, reason, delivered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...at,
      ...[cell.text, original, cell.previous, run.recipe, answer.model, JSON.stringify(answer.pictures)],
      ...[answer.seed, cell.reason, nowMs],
    );
  }

  lastDelivered(workbook: string, sheet: string, rowKey: string): ReadonlyMap<string, string> {
    return translated(this.#file, () => {
      const sql = 'SELECT column_key, text FROM cell WHERE workbook = ? AND sheet = ? AND row_key = ?';
      const found = this.#database.prepare(sql).all(workbook, sheet, rowKey) as { column_key: string; text: string }[];
      return new Map(found.map((cell) => [cell.column_key, cell.text]));
    });
  }

  history(workbook: string, sheet: string, rowKey: string, column: string): readonly Provenance[] {
    return translated(this.#file, () => {
      const sql = `SELECT text, original, previous, recipe, model, pictures, seed, reason, delivered_at FROM provenance
        WHERE workbook = ? AND sheet = ? AND row_key = ? AND column_key = ? ORDER BY id DESC`;
      const found = this.#database.prepare(sql).all(workbook, sheet, rowKey, column) as ProvenanceOfTable[];
      return found.map(({ delivered_at, pictures, ...rest }) => ({
        ...rest,
        pictures: JSON.parse(pictures) as string[],
        deliveredAtMs: delivered_at,
      }));
    });
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

interface ProvenanceOfTable extends Omit<Provenance, 'pictures' | 'deliveredAtMs'> {
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

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly claimed_at: number;
}

/**
 * A claim from before this machine's last start is void: its process number may belong to another program by now. So is
 * one under our own number from before we started, as a restarted container leaves it.
 */
function isHeld(holder: Holder): boolean {
  const uptimeS = holder.pid === process.pid ? process.uptime() : os.uptime();
  const startedAtMs = Date.now() - uptimeS * 1000;
  return holder.host === os.hostname() && holder.claimed_at > startedAtMs && isAlive(holder.pid);
}

/** Signal 0 asks whether a process exists; EPERM means that it does and belongs to somebody else. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
