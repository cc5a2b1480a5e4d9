// What a watch remembers, in the journal's database.
import type Database from 'libsql';
import type { Choice, Question, RowPlace, Tried, WatchMemory } from '../ports/watch-memory.ts';
import { adoptWorkbook } from './adopt-workbook.ts';
import { openDatabase, translated } from './database.ts';

/** Hashes of pictures that nobody asked for so long are forgotten. */
const hashAgeMsMax = 90 * 24 * 60 * 60 * 1000;

/** Workbooks that are compared with one that nobody knows. */
const kinMax = 20;

/** Opens the memory of a data folder. Errors: `store-failed`. */
export function openWatchMemory(folder: string): WatchMemory {
  const { database, file } = openDatabase(folder);
  return new SqliteWatchMemory(database, file);
}

interface QuestionOfTable {
  readonly sheet: string;
  readonly row_key: string;
  readonly column_key: string;
  readonly text: string;
  readonly asked_at: number;
}

class SqliteWatchMemory implements WatchMemory {
  readonly #database: Database.Database;
  readonly #file: string;

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  tried(workbook: string, sheet: string): ReadonlyMap<string, string> {
    const sql = 'SELECT row_key, identity FROM watch_tried WHERE workbook = ? AND sheet = ?';
    const found = this.#all<{ row_key: string; identity: string }>(sql, workbook, sheet);
    return new Map(found.map(({ row_key, identity }) => [row_key, identity]));
  }

  noteTried(workbook: string, tried: readonly Tried[]): void {
    if (tried.length === 0) return;
    this.#atomically(() => {
      for (const { sheet, rowKey, identity } of tried) {
        const at = [workbook, sheet, rowKey];
        if (identity !== undefined)
          this.#run('INSERT OR REPLACE INTO watch_tried VALUES (?, ?, ?, ?)', ...at, identity);
        else this.#run('DELETE FROM watch_tried WHERE workbook = ? AND sheet = ? AND row_key = ?', ...at);
      }
    });
  }

  pictureHash(state: string): string | undefined {
    const sql = 'SELECT sha256 FROM picture_hash WHERE state = ?';
    return this.#all<{ sha256: string }>(sql, state)[0]?.sha256;
  }

  notePictureHash(state: string, sha256: string, nowMs: number): void {
    this.#atomically(() => {
      this.#run('INSERT OR REPLACE INTO picture_hash VALUES (?, ?, ?)', state, sha256, nowMs);
      this.#run('DELETE FROM picture_hash WHERE noted_at < ?', nowMs - hashAgeMsMax);
    });
  }

  questions(workbook: string): readonly Question[] {
    const sql = `SELECT sheet, row_key, column_key, text, asked_at FROM question
      WHERE workbook = ? AND choice IS NULL ORDER BY asked_at, sheet, row_key, column_key`;
    return this.#all<QuestionOfTable>(sql, workbook).map(({ sheet, row_key, column_key, text, asked_at }) => ({
      ...{ sheet, rowKey: row_key, column: column_key, text, askedAtMs: asked_at },
    }));
  }

  ask(workbook: string, questions: readonly Question[]): void {
    if (questions.length === 0) return;
    this.#atomically(() => {
      for (const { sheet, rowKey, column, text, askedAtMs } of questions) {
        const at = [workbook, sheet, rowKey, column];
        const open = 'workbook = ? AND sheet = ? AND row_key = ? AND column_key = ? AND choice IS NULL';
        this.#run(`DELETE FROM question WHERE ${open}`, ...at);
        this.#run('INSERT OR REPLACE INTO question VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)', ...at, text, askedAtMs);
      }
    });
  }

  settle(workbook: string, { sheet, rowKey }: RowPlace, column: string, choice: Choice, nowMs: number): void {
    const sql = `UPDATE question SET choice = ?, settled_at = ?
      WHERE workbook = ? AND sheet = ? AND row_key = ? AND column_key = ? AND choice IS NULL`;
    this.#atomically(() => this.#run(sql, choice, nowMs, workbook, sheet, rowKey, column));
  }

  rekey(workbook: string, sheet: string, from: string, to: string): boolean {
    return this.#atomically(() => {
      const known = `SELECT 1 FROM run_row JOIN run ON run_id = run.id WHERE workbook = ? AND sheet = ? AND row_key = ?
        UNION SELECT 1 FROM cell WHERE workbook = ? AND sheet = ? AND row_key = ? LIMIT 1`;
      if (this.#all(known, workbook, sheet, to, workbook, sheet, to).length > 0) return false;
      this.#run(
        `UPDATE run_row SET row_key = ? WHERE row_key = ?
           AND run_id IN (SELECT id FROM run WHERE workbook = ? AND sheet = ?)`,
        ...[to, from, workbook, sheet],
      );
      for (const table of ['cell', 'provenance', 'question', 'chat', 'acceptance']) {
        const sql = `UPDATE ${table} SET row_key = ? WHERE workbook = ? AND sheet = ? AND row_key = ?`;
        this.#run(sql, to, workbook, sheet, from);
      }
      this.#run('DELETE FROM watch_tried WHERE workbook = ? AND sheet = ? AND row_key = ?', workbook, sheet, from);
      return true;
    });
  }

  isKnown(workbook: string): boolean {
    return this.#all('SELECT 1 FROM run WHERE workbook = ? LIMIT 1', workbook).length > 0;
  }

  workbooksWith(sheet: string, rowKeys: readonly string[]): readonly string[] {
    const sql = `SELECT workbook, max(run.id) AS newest FROM run_row JOIN run ON run_id = run.id
      WHERE row_key IN (SELECT value FROM json_each(?)) AND sheet = ? AND run_row.state = 'delivered'
      GROUP BY workbook ORDER BY newest DESC LIMIT ?`;
    const found = this.#all<{ workbook: string }>(sql, JSON.stringify(rowKeys), sheet, kinMax);
    return found.map(({ workbook }) => workbook);
  }

  adopt(from: string, to: string, nowMs: number): void {
    this.#atomically(() => adoptWorkbook(this.#database, from, to, nowMs));
  }

  close(): void {
    this.#database.close();
  }

  #all<T>(sql: string, ...values: unknown[]): T[] {
    return translated(this.#file, () => this.#database.prepare(sql).all(...values) as T[]);
  }

  #run(sql: string, ...values: unknown[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #atomically<T>(work: () => T): T {
    return translated(this.#file, () => this.#database.transaction(work).immediate());
  }
}
