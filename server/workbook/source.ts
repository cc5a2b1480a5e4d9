// Opens a workbook file: its bytes at positions, its hash, its package and its structure.
import { createHash } from 'node:crypto';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { failureCode, readFully, type FileStat, type Files, type OpenFile } from './files.ts';
import type { WorkbookLimits } from './limits.ts';
import { Package } from './package.ts';
import type { OpenedFile } from './read.ts';
import { readStructure } from './workbook-part.ts';

const isFolder = both('这是一个文件夹', 'it is a folder');
const denied = both('没有读取权限', 'no permission to read it');

const CHUNK_BYTES = 64 * 1024;

/** An opened workbook with the facts about its file at that time. */
export interface Source extends OpenedFile {
  readonly stat: FileStat;
}

/** Errors: `workbook-missing`, `workbook-unreadable`, `workbook-encrypted`, `workbook-too-large`. */
export async function openSource(
  files: Files,
  path: string,
  limits: WorkbookLimits,
  signal?: AbortSignal,
): Promise<Source> {
  signal?.throwIfAborted();
  const file = await files.open(path, 'r').catch((cause: unknown) => {
    throw openError(path, cause);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new RowscribeError('workbook-unreadable', { path, detail: isFolder });
    const read = (position: number, length: number) =>
      readFully(file, position, length).catch((cause: unknown) => {
        throw openError(path, cause);
      });
    const pkg = await Package.open({ size: stat.size, read }, path, limits);
    const sha256 = await hashOf(file, signal);
    const structure = await readStructure(pkg, signal);
    return { path, sha256, pkg, structure, stat, close: () => file.close() };
  } catch (cause) {
    await file.close().catch(() => {});
    throw failureCode(cause) === undefined ? cause : openError(path, cause);
  }
}

/** Lower-case hex SHA-256 of what the file now holds. */
export async function hashOf(file: OpenFile, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const chunk = await readFully(file, position, CHUNK_BYTES);
    if (chunk.length === 0) return hash.digest('hex');
    hash.update(chunk);
    position += chunk.length;
  }
}

/** A failed call on the way to a readable workbook, as an error for people. */
export function openError(path: string, cause: unknown): unknown {
  const code = failureCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new RowscribeError('workbook-missing', { path }, { cause });
  if (code === undefined) return cause;
  const detail = code === 'EISDIR' ? isFolder : code === 'EACCES' ? denied : code;
  return new RowscribeError('workbook-unreadable', { path, detail }, { cause });
}
