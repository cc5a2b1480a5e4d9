// Opens the journal's database for each part of the store that reads or writes it, brought to the newest schema.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { RowscribeError } from '../errors.ts';
import { migrations } from './migrations.ts';

export interface OpenedDatabase {
  readonly database: Database.Database;
  /** For messages. */
  readonly file: string;
}

/** How long a commit waits for another process that is writing, milliseconds. */
const busyTimeoutMs = 10_000;

/** Opens `journal.db` in a folder, which is made if needed; ":memory:" keeps it in memory. Errors: `store-failed`. */
export function openDatabase(folder: string): OpenedDatabase {
  const file = folder === ':memory:' ? folder : path.join(folder, 'journal.db');
  return translated(file, () => {
    if (folder !== ':memory:') mkdirSync(folder, { recursive: true });
    const database = new Database(file, { timeout: busyTimeoutMs });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    migrate(database);
    return { database, file };
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

/** Does the work; whatever the database throws is told as `store-failed`. */
export function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RowscribeError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new RowscribeError('store-failed', { path: file, detail }, { cause: error });
  }
}
