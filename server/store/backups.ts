// Backups as files in the data folder, one folder a workbook, with their index in the journal's database.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import type Database from 'libsql';
import { both, type Detail } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { Backup, Backups } from '../ports/backups.ts';
import { openDatabase, translated } from './database.ts';

interface OpenCopy {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  stat(): Promise<{ readonly size: number; readonly mtimeMs: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The calls to the file system that backups need, so that each can be made to fail in a test. */
export interface BackupFiles {
  readonly open: (path: string, flags: string, mode?: number) => Promise<OpenCopy>;
  readonly stat: (path: string) => Promise<{ readonly size: number; readonly ino: number; readonly mtimeMs: number }>;
  readonly mkdir: (path: string, options: { recursive: true; mode: number }) => Promise<unknown>;
  readonly readdir: (path: string) => Promise<string[]>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
}

export interface BackupOptions {
  /** Backups of each workbook that are kept, at least 1. */
  readonly keptMax: number;
  readonly files?: BackupFiles;
}

/** A name may have 255 bytes; the time and three bytes a Chinese character have to fit. */
const nameCharactersMax = 60;
const chunkBytes = 256 * 1024;
const partEnding = '.part';

/** Opens the backups of a data folder; they lie in `backups/` there. Errors: `store-failed`. */
export function openBackups(folder: string, options: BackupOptions): Backups {
  const { database, file } = openDatabase(folder);
  return new FolderBackups(path.join(folder, 'backups'), database, file, options);
}

interface RowOfTable {
  readonly id: number;
  readonly workbook: string;
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly taken_at: number;
}

class FolderBackups implements Backups {
  readonly #folder: string;
  readonly #database: Database.Database;
  readonly #file: string;
  readonly #files: BackupFiles;
  readonly #keptMax: number;

  constructor(folder: string, database: Database.Database, file: string, options: BackupOptions) {
    this.#folder = folder;
    this.#database = database;
    this.#file = file;
    this.#files = options.files ?? fs;
    this.#keptMax = Math.max(1, options.keptMax);
  }

  async take(workbook: string, nowMs: number, signal?: AbortSignal): Promise<Backup> {
    signal?.throwIfAborted();
    const takenAtMs = this.#freeTime(workbook, nowMs);
    const folder = path.join(this.#folder, createHash('sha256').update(workbook).digest('hex').slice(0, 16));
    const final = path.join(folder, nameOf(workbook, takenAtMs));
    const part = `${final}${partEnding}`;
    try {
      await this.#files.mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#removeParts(folder);
      const copy = await this.#copy(workbook, part, signal);
      const backup: Backup = { workbook, path: final, ...copy, takenAtMs };
      // Listed first: an entry without a file is passed over, a file without an entry would be lost to everyone.
      this.#insert(backup);
      await this.#files.rename(part, final);
      await this.#syncFolder(folder);
      return backup;
    } catch (error) {
      await this.#files.unlink(part).catch(() => {});
      throw backupError(workbook, folder, error);
    }
  }

  async list(workbook: string): Promise<readonly Backup[]> {
    const rows = await this.#present(workbook);
    return rows.map(({ path: at, sha256, size_bytes, taken_at }) => {
      return { workbook, path: at, sha256, sizeBytes: size_bytes, takenAtMs: taken_at };
    });
  }

  async dropOldest(workbook: string): Promise<void> {
    const kept = (await this.#present(workbook)).slice(0, this.#keptMax);
    const oldest = kept.at(-1);
    for (const row of this.#rows(workbook)) {
      if (oldest === undefined || kept.some(({ id }) => id === row.id)) continue;
      const isGone = await this.#files.unlink(row.path).then(
        () => true,
        (error: unknown) => codeOf(error) === 'ENOENT',
      );
      if (isGone) translated(this.#file, () => this.#database.prepare('DELETE FROM backup WHERE id = ?').run(row.id));
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Copies and reads the copy back; gives what was copied. */
  async #copy(workbook: string, part: string, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }> {
    const before = await this.#files.stat(workbook);
    const source = await this.#files.open(workbook, 'r');
    try {
      const target = await this.#files.open(part, 'w+', 0o600);
      try {
        const sha256 = await pass(source, signal, (bytes, position) => writeAll(target, bytes, position));
        await target.sync();
        const after = await this.#files.stat(workbook);
        if (after.size !== before.size || after.mtimeMs !== before.mtimeMs || after.ino !== before.ino) {
          throw new RowscribeError('workbook-changed', { path: workbook });
        }
        const { size } = await target.stat();
        if (size !== before.size || (await pass(target, signal, async () => {})) !== sha256) throw new NotTheSame();
        return { sha256, sizeBytes: size };
      } finally {
        await target.close();
      }
    } finally {
      await source.close().catch(() => {});
    }
  }

  #rows(workbook: string): readonly RowOfTable[] {
    return translated(this.#file, () => {
      const sql = 'SELECT * FROM backup WHERE workbook = ? ORDER BY taken_at DESC';
      return this.#database.prepare(sql).all(workbook) as RowOfTable[];
    });
  }

  /** Those whose copy is there; somebody may have tidied up by hand. */
  async #present(workbook: string): Promise<readonly RowOfTable[]> {
    const found: RowOfTable[] = [];
    for (const row of this.#rows(workbook)) {
      const stat = await this.#files.stat(row.path).catch(() => undefined);
      if (stat?.size === row.size_bytes) found.push(row);
    }
    return found;
  }

  #freeTime(workbook: string, nowMs: number): number {
    const taken = new Set(this.#rows(workbook).map((row) => row.taken_at));
    let free = nowMs;
    while (taken.has(free)) free += 1;
    return free;
  }

  #insert(backup: Backup): void {
    const { workbook, path: at, sha256, sizeBytes, takenAtMs } = backup;
    const sql = 'INSERT INTO backup (workbook, path, sha256, size_bytes, taken_at) VALUES (?, ?, ?, ?, ?)';
    translated(this.#file, () => this.#database.prepare(sql).run(workbook, at, sha256, sizeBytes, takenAtMs));
  }

  /** What a killed process left; a workbook is claimed by one process at a time. */
  async #removeParts(folder: string): Promise<void> {
    for (const name of await this.#files.readdir(folder)) {
      if (name.endsWith(partEnding)) await this.#files.unlink(path.join(folder, name)).catch(() => {});
    }
  }

  /** Where folders cannot be synced the system has its own order. */
  async #syncFolder(folder: string): Promise<void> {
    const handle = await this.#files.open(folder, 'r').catch(() => undefined);
    await handle?.sync().catch(() => {});
    await handle?.close().catch(() => {});
  }
}

class NotTheSame extends Error {}

/** "2026-11-23T17-39-12.123Z-products.xlsx": no system minds such a name, and it sorts by time. */
function nameOf(workbook: string, takenAtMs: number): string {
  const time = new Date(takenAtMs).toISOString().replaceAll(':', '-');
  const extension = path.extname(workbook);
  const stem = Array.from(path.basename(workbook, extension)).slice(0, nameCharactersMax).join('');
  return `${time}-${stem}${extension}`;
}

/** Reads a file to its end, giving each piece to `take`; the SHA-256 of it all. */
async function pass(
  file: OpenCopy,
  signal: AbortSignal | undefined,
  take: (bytes: Buffer, position: number) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    await take(piece, position);
    position += bytesRead;
  }
}

async function writeAll(file: OpenCopy, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten <= 0) throw Object.assign(new Error('the system takes no more bytes'), { code: 'EIO' });
    done += bytesWritten;
  }
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function backupError(workbook: string, folder: string, cause: unknown): unknown {
  if (cause instanceof RowscribeError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOENT' && (cause as NodeJS.ErrnoException).path === workbook) {
    return new RowscribeError('workbook-missing', { path: workbook }, { cause });
  }
  const detail = cause instanceof NotTheSame ? notTheSame : code === undefined ? undefined : (words[code] ?? code);
  if (detail === undefined) return cause;
  return new RowscribeError('backup-failed', { path: workbook, folder, detail }, { cause });
}

const notTheSame = both('读回的内容与写入的不同', 'what was read back is not what was written');
const full = both('磁盘已满', 'the disk is full');
const denied = both('没有写入权限', 'no permission to write there');
const words: Readonly<Record<string, Detail>> = { ENOSPC: full, EDQUOT: full, EACCES: denied, EPERM: denied };
