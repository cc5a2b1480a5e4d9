// Workbooks on disk, and the only place that replaces a user's file: checked, atomic, one writer at a time.
import { basename, dirname, join, resolve } from 'node:path';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { CellEdit, PatchOptions, PatchReport, Replacement, Workbooks } from '../ports/workbook.ts';
import { failureCode, nodeFiles, readFully, writeFully, type FileStat, type Files, type OpenFile } from './files.ts';
import { defaultWorkbookLimits, type WorkbookLimits } from './limits.ts';
import { openedBy } from './owner-files.ts';
import { Package } from './package.ts';
import { planPatch, writePatch, type PatchPlan } from './patch.ts';
import { bookOf } from './read.ts';
import { hashOf, openError, openSource, type Source } from './source.ts';
import { releaseTempPath, removeStaleTemps, reserveTempPath } from './temp-files.ts';
import { verifyPatch } from './verify.ts';

/** Workbooks as the port describes them, on the file system. `files` is there for tests of faults. */
export function createWorkbooks(limits: Partial<WorkbookLimits> = {}, files: Files = nodeFiles): Workbooks {
  const all: WorkbookLimits = { ...defaultWorkbookLimits, ...limits };
  return {
    open: async (path, signal) => bookOf(await openSource(files, path, all, signal)),
    patch: (path, edits, options = {}) => patchFile({ files, limits: all, path, edits, options }),
    replace: (path, replacement, signal) => replaceFile(files, path, replacement, signal),
    openedBy: async (path) => ownerOf(files, { named: path, path: await files.realpath(path).catch(() => path) }),
  };
}

interface Task {
  readonly files: Files;
  readonly limits: WorkbookLimits;
  /** As the caller named the workbook. */
  readonly path: string;
  readonly edits: readonly CellEdit[];
  readonly options: PatchOptions;
}

/** Where the result goes. */
interface Target {
  /** With links resolved. */
  readonly path: string;
  /** As the caller named it: an owner file may lie beside either. */
  readonly named: string;
}

const COPY_BYTES = 256 * 1024;

/** The last writer of each real path in this process. */
const writers = new Map<string, Promise<unknown>>();

async function patchFile(task: Task): Promise<PatchReport> {
  const { files, path, options } = task;
  options.signal?.throwIfAborted();
  const original = await files.realpath(path).catch((cause: unknown) => {
    throw openError(path, cause);
  });
  const named = options.out ?? path;
  const target: Target = { named, path: options.out === undefined ? original : await realTarget(files, named) };
  return inTurn(target.path, () => patchNow(task, target));
}

/** One writer of a real path at a time. */
async function inTurn<T>(path: string, write: () => Promise<T>): Promise<T> {
  const before = writers.get(path) ?? Promise.resolve();
  const turn = before.then(write);
  const settled = turn.catch(() => {});
  writers.set(path, settled);
  try {
    return await turn;
  } finally {
    if (writers.get(path) === settled) writers.delete(path);
  }
}

/** The file that a path names, through links; a file that is not there yet lies in the folder it names. */
async function realTarget(files: Files, path: string): Promise<string> {
  try {
    return await files.realpath(path);
  } catch (cause) {
    if (failureCode(cause) !== 'ENOENT') throw writeError(path, cause);
  }
  const folder = await files.realpath(dirname(resolve(path))).catch((cause: unknown) => {
    throw writeError(path, cause);
  });
  return join(folder, basename(path));
}

async function patchNow(task: Task, target: Target): Promise<PatchReport> {
  const { files, limits, path, edits, options } = task;
  await refuseOpen(files, target);
  await removeStaleTemps(files, target.path);
  const source = await openSource(files, path, limits, options.signal);
  try {
    if ((options.base ?? source.sha256) !== source.sha256) throw new RowscribeError('workbook-changed', { path });
    if (options.out === undefined) refuseReadOnly(path, source.stat);
    const plan = await planPatch(source.pkg, source.structure, edits, options.signal);
    const written = plan.written.map(({ sheet, cell }) => ({ sheet, cell }));
    const untouched = plan.sheets.length === 0 && options.out === undefined;
    const sha256 = untouched ? source.sha256 : await replaceTarget(task, target, source, plan);
    return { written, refused: plan.refused, sha256 };
  } finally {
    await source.close().catch(() => {});
  }
}

function refuseReadOnly(path: string, { mode }: FileStat): void {
  if ((mode & 0o222) !== 0) return;
  throw new RowscribeError('write-failed', { path, detail: both('文件是只读的', 'the file is read-only') });
}

/** An owner file may lie beside the file itself or beside a link to it. */
async function ownerOf(files: Files, target: Target): Promise<string | undefined> {
  return (await openedBy(files, target.path)) ?? openedBy(files, target.named);
}

async function refuseOpen(files: Files, target: Target): Promise<void> {
  const by = await ownerOf(files, target);
  if (by !== undefined) throw new RowscribeError('workbook-open', { path: target.named, by });
}

/** Writes beside the target, checks, and puts the new file in its place; leaves nothing behind on any failure. */
async function replaceTarget(task: Task, target: Target, source: Source, plan: PatchPlan): Promise<string> {
  const { files, options } = task;
  return throughTemp(files, target, options.signal, async (temp) => {
    const sha256 = await writeTemp(task, temp, source, plan);
    await copyOwnership(files, temp, source.stat);
    await refuseChanged(files, task.path, source, options.signal);
    // Windows refuses to replace a file that we ourselves still hold open.
    await source.close();
    return sha256;
  });
}

/** `write` makes the new file at the path it is given, which then takes the place of the target. */
async function throughTemp<T>(
  files: Files,
  target: Target,
  signal: AbortSignal | undefined,
  write: (temp: string) => Promise<T>,
): Promise<T> {
  const temp = reserveTempPath(target.path);
  try {
    const result = await write(temp);
    await refuseOpen(files, target);
    signal?.throwIfAborted();
    await files.rename(temp, target.path).catch((cause: unknown) => {
      throw renameError(target.named, cause);
    });
    await syncFolder(files, dirname(target.path));
    return result;
  } catch (cause) {
    await files.unlink(temp).catch(() => {});
    throw writeError(target.named, cause);
  } finally {
    releaseTempPath(temp);
  }
}

async function replaceFile(files: Files, path: string, replacement: Replacement, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const target: Target = { named: path, path: await realTarget(files, path) };
  await inTurn(target.path, async () => {
    await refuseOpen(files, target);
    await removeStaleTemps(files, target.path);
    await throughTemp(files, target, signal, async (temp) => {
      const old = await refuseOther(files, target, replacement.replaces, signal);
      if (old !== undefined) refuseReadOnly(path, old);
      await copyWhole(files, replacement, temp, signal);
      if (old !== undefined) await copyOwnership(files, temp, old);
      await refuseOther(files, target, replacement.replaces, signal);
    });
  });
}

/** The file that is there now, which must be the expected one. Errors: `workbook-changed`. */
async function refuseOther(
  files: Files,
  target: Target,
  expected: string | undefined,
  signal?: AbortSignal,
): Promise<FileStat | undefined> {
  const file = await files.open(target.path, 'r').catch((cause: unknown) => {
    if (failureCode(cause) !== 'ENOENT') throw cause;
    return undefined;
  });
  try {
    if ((file && (await hashOf(file, signal))) === expected) return await file?.stat();
    throw new RowscribeError('workbook-changed', { path: target.named });
  } finally {
    if (file !== undefined) await closeQuietly(file);
  }
}

/** Copies byte for byte, syncs, and reads the copy back. Errors: `backup-damaged`. */
async function copyWhole(files: Files, from: Replacement, temp: string, signal?: AbortSignal): Promise<void> {
  const damaged = (cause?: unknown) => new RowscribeError('backup-damaged', { path: from.from }, { cause });
  const source = await files.open(from.from, 'r').catch((cause: unknown) => {
    throw damaged(cause);
  });
  try {
    const copy = await files.open(temp, 'wx+', 0o666);
    try {
      for (let position = 0; ;) {
        signal?.throwIfAborted();
        const bytes = await readFully(source, position, COPY_BYTES);
        if (bytes.length === 0) break;
        await writeFully(copy, bytes, position);
        position += bytes.length;
      }
      await copy.sync();
      if ((await hashOf(copy, signal)) !== from.sha256) throw damaged();
    } finally {
      await closeQuietly(copy);
    }
  } finally {
    await closeQuietly(source);
  }
}

async function writeTemp(task: Task, temp: string, source: Source, plan: PatchPlan): Promise<string> {
  const { files, limits, options } = task;
  const file = await files.open(temp, 'wx+', 0o600);
  try {
    const sink = { write: (bytes: Buffer, position: number) => writeFully(file, bytes, position) };
    const copied = await writePatch(source.pkg, plan, sink, options.signal);
    await file.sync();
    const { size } = await file.stat();
    const read = (position: number, length: number) => readFully(file, position, length);
    const fresh = await Package.open({ size, read }, source.path, limits);
    await verifyPatch(source.pkg, source.structure, fresh, plan, copied, options.signal);
    return await hashOf(file, options.signal);
  } finally {
    await closeQuietly(file);
  }
}

async function closeQuietly(file: OpenFile): Promise<void> {
  await file.close().catch(() => {});
}

/** Only the superuser may give files away; others keep at least the group, through which a team shares its files. */
async function copyOwnership(files: Files, temp: string, stat: FileStat): Promise<void> {
  const { uid, gid, mode } = stat;
  const ownUid = process.getuid?.() ?? uid;
  await files
    .chown(temp, uid, gid)
    .catch(() => files.chown(temp, ownUid, gid))
    .catch((cause: unknown) => {
      if (failureCode(cause) !== 'EPERM' && failureCode(cause) !== 'ENOSYS') throw cause;
    });
  await files.chmod(temp, mode & 0o7777);
}

/** Nobody may have touched the workbook since it was read. Errors: `workbook-changed`. */
async function refuseChanged(files: Files, path: string, source: Source, signal?: AbortSignal): Promise<void> {
  const changed = new RowscribeError('workbook-changed', { path });
  const file = await files.open(path, 'r').catch((cause: unknown) => {
    throw failureCode(cause) === 'ENOENT' ? changed : cause;
  });
  try {
    const now = await file.stat();
    if (now.size !== source.stat.size || (await hashOf(file, signal)) !== source.sha256) throw changed;
  } finally {
    await closeQuietly(file);
  }
}

/** The new file is in place already; where folders cannot be synced the system has its own order. */
async function syncFolder(files: Files, folder: string): Promise<void> {
  const handle = await files.open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => {});
  await closeQuietly(handle);
}

function renameError(path: string, cause: unknown): unknown {
  const code = failureCode(cause);
  if (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY') return cause;
  return new RowscribeError('workbook-busy', { path, detail: code }, { cause });
}

function writeError(path: string, cause: unknown): unknown {
  const code = failureCode(cause);
  if (code === undefined) return cause;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RowscribeError('disk-full', { path }, { cause });
  return new RowscribeError('write-failed', { path, detail: code }, { cause });
}
