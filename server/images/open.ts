// Opens an allowed picture path once, makes sure no link leads out of the roots, and reads a bounded number of bytes.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Bilingual } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import { allowPath, isInside, type PathRequest } from './guard.ts';

/** The file-system calls used, so that a test can watch them and act between them. */
export const pictureFiles = { open, readdir, realpath, stat };
export type PictureFiles = typeof pictureFiles;

const swapped: Bilingual = { 'zh-CN': '打开时文件被替换', 'en-US': 'it was replaced while it was being opened' };
const denied: Bilingual = { 'zh-CN': '没有读取权限', 'en-US': 'no permission to read it' };
const empty: Bilingual = { 'zh-CN': '文件为空', 'en-US': 'the file is empty' };
/** Links are resolved before; one that appears afterwards is not followed. A pipe must not block the open. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of the picture that `request` names, at most `sizeBytesMax`. Errors: those of `allowPath`, `picture-missing`,
 * `picture-outside`, `picture-too-large`, `picture-broken`; the abort reason when `signal` aborts.
 */
export async function readPicture(
  request: PathRequest,
  sizeBytesMax: number,
  signal?: AbortSignal,
  files: PictureFiles = pictureFiles,
): Promise<Buffer> {
  signal?.throwIfAborted();
  const allowed = allowPath(request);
  try {
    const handle = await openInside(request, await realFile(allowed.root, allowed.file, files), files);
    try {
      return await readBounded(request.path, handle, sizeBytesMax, signal);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw inWords(request.path, cause, signal);
  }
}

/** Size and time of the last change of the picture that `request` names. Errors: those of finding it. */
export async function statPicture(
  request: PathRequest,
  signal?: AbortSignal,
  files: PictureFiles = pictureFiles,
): Promise<{ readonly sizeBytes: number; readonly changedAtMs: number }> {
  signal?.throwIfAborted();
  const allowed = allowPath(request);
  try {
    const handle = await openInside(request, await realFile(allowed.root, allowed.file, files), files);
    try {
      const { size, mtimeMs, ctimeMs } = await handle.stat();
      return { sizeBytes: size, changedAtMs: Math.max(mtimeMs, ctimeMs) };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw inWords(request.path, cause, signal);
  }
}

/** Opens `real`, a path without links, and proves by identity that the handle is what the path still names. */
async function openInside(request: PathRequest, real: string, files: PictureFiles): Promise<FileHandle> {
  if (!(await liesInRoot(request, real, files))) throw new RowscribeError('picture-outside', { path: request.path });
  const handle = await files.open(real, openFlags);
  try {
    const [held, named, again] = [
      await handle.stat({ bigint: true }),
      await files.stat(real, { bigint: true }),
      await files.realpath(real),
    ];
    if (again !== real || held.ino !== named.ino || held.dev !== named.dev)
      throw new RowscribeError('picture-broken', { path: request.path, detail: swapped });
    if (!held.isFile()) throw new RowscribeError('picture-missing', { path: request.path });
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function liesInRoot(request: PathRequest, real: string, files: PictureFiles): Promise<boolean> {
  for (const root of [request.baseDir, ...request.roots]) {
    const realRoot = await files.realpath(root).catch(() => undefined);
    if (realRoot !== undefined && isInside(realRoot, real)) return true;
  }
  return false;
}

async function realFile(root: string, file: string, files: PictureFiles): Promise<string> {
  try {
    return await files.realpath(file);
  } catch (error) {
    const other = isAbsent(error) ? await otherSpelling(root, file, files) : undefined;
    if (other === undefined) throw error;
    return await files.realpath(other);
  }
}

/** The same name in another Unicode form: macOS archives hold `é` as two code points, cells mostly as one. */
async function otherSpelling(root: string, file: string, files: PictureFiles): Promise<string | undefined> {
  const way = relative(root, file);
  if (/^[\u0020-\u007e]*$/u.test(way)) return undefined;
  let folder = root;
  for (const step of way.split(sep)) {
    const names = await files.readdir(folder);
    const name = names.find((entry) => entry === step) ?? names.find((entry) => entry.normalize() === step.normalize());
    if (name === undefined) return undefined;
    folder = join(folder, name);
  }
  return folder;
}

async function readBounded(
  path: string,
  handle: FileHandle,
  sizeBytesMax: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size === 0) throw new RowscribeError('picture-broken', { path, detail: empty });
  if (size > sizeBytesMax) throw tooLarge(path, size, sizeBytesMax);
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** Bytes that are held already, within the same limit. Errors: `picture-too-large`, `picture-broken` when there are none. */
export function checkedBytes(path: string, bytes: Uint8Array, sizeBytesMax: number): Buffer {
  if (bytes.length === 0) throw new RowscribeError('picture-broken', { path, detail: empty });
  if (bytes.length > sizeBytesMax) throw tooLarge(path, bytes.length, sizeBytesMax);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function tooLarge(path: string, size: number, sizeBytesMax: number): RowscribeError {
  const megabytes = (bytes: number): number => Math.ceil((bytes / 1024 / 1024) * 10) / 10;
  return new RowscribeError('picture-too-large', {
    path,
    megabytes: megabytes(size),
    megabytesMax: megabytes(sizeBytesMax),
  });
}

function inWords(path: string, cause: unknown, signal?: AbortSignal): unknown {
  if (isRowscribeError(cause) || (signal?.aborted && cause === signal.reason)) return cause;
  const code = codeOf(cause);
  if (code === 'EACCES' || code === 'EPERM')
    return new RowscribeError('picture-broken', { path, detail: denied }, { cause });
  if (code === 'ELOOP') return new RowscribeError('picture-outside', { path }, { cause });
  if (isAbsent(cause) || ['ENAMETOOLONG', 'EINVAL', 'ENXIO'].includes(code ?? ''))
    return new RowscribeError('picture-missing', { path }, { cause });
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new RowscribeError('picture-broken', { path, detail: { 'zh-CN': detail, 'en-US': detail } }, { cause });
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
