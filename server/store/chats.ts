// Conversations in SQLite, with the prepared pictures they are about, each kept once.
import type Database from 'libsql';
import type { ChatMessage } from '../domain/chat.ts';
import type { ChatHead, ChatRowKey, Chats } from '../ports/chats.ts';
import type { EngineImage } from '../ports/engine.ts';
import { openDatabase, translated } from './database.ts';

export interface ChatsOptions {
  /** Chats that are kept; the oldest go when there are more. */
  readonly keptMax: number;
}

/** Opens the chats of a data folder; ":memory:" keeps them in memory. Errors: `store-failed`. */
export function openChats(folder: string, options: ChatsOptions): Chats {
  const { database, file } = openDatabase(folder);
  // What a person deletes is overwritten in the file.
  translated(file, () => database.pragma('secure_delete = ON'));
  return new SqliteChats(database, file, options.keptMax);
}

/** Chats kept in which nothing was asked yet: they may be open in a page. */
const unaskedMax = 20;

interface PictureOfTable {
  readonly sha256: string;
  readonly jpeg: Uint8Array;
  readonly width_px: number;
  readonly height_px: number;
}

class SqliteChats implements Chats {
  readonly #database: Database.Database;
  readonly #file: string;
  readonly #keptMax: number;

  constructor(database: Database.Database, file: string, keptMax: number) {
    this.#database = database;
    this.#file = file;
    this.#keptMax = keptMax;
  }

  add(head: ChatHead, images: readonly EngineImage[]): void {
    this.#atomically(() => {
      const { row } = head;
      this.#run(
        'INSERT INTO chat (id, workbook, sheet, row_key, started_at, head) VALUES (?, ?, ?, ?, ?, ?)',
        ...[
          head.id,
          row?.workbook ?? null,
          row?.sheet ?? null,
          row?.key ?? null,
          head.startedAtMs,
          JSON.stringify(head),
        ],
      );
      for (const [position, image] of images.entries()) {
        this.#run(
          'INSERT OR IGNORE INTO picture (sha256, width_px, height_px, jpeg) VALUES (?, ?, ?, ?)',
          ...[image.sha256, image.widthPx, image.heightPx, Buffer.from(image.jpeg)],
        );
        this.#run(
          'INSERT INTO chat_picture (chat_id, position, sha256) VALUES (?, ?, ?)',
          head.id,
          position,
          image.sha256,
        );
      }
      this.#dropOldest();
    });
  }

  list(): readonly ChatHead[] {
    return translated(this.#file, () =>
      this.#all<{ head: string }>('SELECT head FROM chat ORDER BY number DESC').map(({ head }) =>
        parsed<ChatHead>(head),
      ),
    );
  }

  head(id: string): ChatHead | undefined {
    return translated(this.#file, () => {
      const [found] = this.#all<{ head: string }>('SELECT head FROM chat WHERE id = ?', id);
      return found === undefined ? undefined : parsed<ChatHead>(found.head);
    });
  }

  messages(id: string): readonly ChatMessage[] {
    return translated(this.#file, () => {
      const sql = 'SELECT message FROM chat_message WHERE chat_id = ? ORDER BY position';
      return this.#all<{ message: string }>(sql, id).map(({ message }) => parsed<ChatMessage>(message));
    });
  }

  images(id: string): readonly EngineImage[] {
    return translated(this.#file, () => {
      const sql = `SELECT picture.* FROM chat_picture JOIN picture USING (sha256) WHERE chat_id = ? ORDER BY position`;
      return this.#all<PictureOfTable>(sql, id).map((picture) => ({
        jpeg: new Uint8Array(picture.jpeg),
        sha256: picture.sha256,
        widthPx: picture.width_px,
        heightPx: picture.height_px,
      }));
    });
  }

  rename(id: string, title: string): void {
    this.#atomically(() => this.#run("UPDATE chat SET head = json_set(head, '$.title', ?) WHERE id = ?", title, id));
  }

  putMessage(id: string, message: ChatMessage): void {
    this.#atomically(() => {
      const text = JSON.stringify(message);
      const { changes } = this.#run(
        'UPDATE chat_message SET message = ? WHERE chat_id = ? AND id = ?',
        ...[text, id, message.id],
      );
      if (changes > 0 || this.#all('SELECT 1 FROM chat WHERE id = ?', id).length === 0) return;
      this.#run(
        `INSERT INTO chat_message (chat_id, position, id, message)
           SELECT ?, COALESCE(MAX(position), 0) + 1, ?, ? FROM chat_message WHERE chat_id = ?`,
        ...[id, message.id, text, id],
      );
    });
  }

  remove(ids: readonly string[]): void {
    this.#atomically(() => this.#remove(ids));
  }

  ofRow({ workbook, sheet, key }: ChatRowKey): readonly string[] {
    return translated(this.#file, () => {
      const sql = 'SELECT id FROM chat WHERE workbook = ? AND sheet = ? AND row_key = ? ORDER BY number DESC';
      return this.#all<{ id: string }>(sql, workbook, sheet, key).map(({ id }) => id);
    });
  }

  settleWriting(settle: (message: ChatMessage) => ChatMessage): void {
    this.#atomically(() => {
      const sql = `SELECT chat_id, message FROM chat_message WHERE json_extract(message, '$.state') = 'writing'`;
      for (const { chat_id, message } of this.#all<{ chat_id: string; message: string }>(sql)) {
        const settled = settle(parsed<ChatMessage>(message));
        const update = 'UPDATE chat_message SET message = ? WHERE chat_id = ? AND id = ?';
        this.#run(update, JSON.stringify(settled), chat_id, settled.id);
      }
    });
  }

  close(): void {
    this.#database.close();
  }

  #dropOldest(): void {
    const beyond = 'ORDER BY number DESC LIMIT -1 OFFSET ?';
    const tooMany = this.#all<{ id: string }>(`SELECT id FROM chat ${beyond}`, this.#keptMax);
    const unasked = `SELECT id FROM chat WHERE json_extract(head, '$.title') = '' ${beyond}`;
    this.#remove([...tooMany, ...this.#all<{ id: string }>(unasked, unaskedMax)].map(({ id }) => id));
  }

  #remove(ids: readonly string[]): void {
    for (const id of ids) {
      for (const table of ['chat_message', 'chat_picture']) this.#run(`DELETE FROM ${table} WHERE chat_id = ?`, id);
      this.#run('DELETE FROM chat WHERE id = ?', id);
    }
    if (ids.length > 0) this.#run('DELETE FROM picture WHERE sha256 NOT IN (SELECT sha256 FROM chat_picture)');
  }

  #atomically(work: () => unknown): void {
    translated(this.#file, () => this.#database.transaction(work).immediate());
  }

  #all<T>(sql: string, ...values: unknown[]): T[] {
    return this.#database.prepare(sql).all(...values) as T[];
  }

  #run(sql: string, ...values: unknown[]): Database.RunResult {
    return this.#database.prepare(sql).run(...values);
  }
}

function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}
