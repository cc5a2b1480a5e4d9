// Watched folders: what the system and regular scans tell, as events of workbooks that are quiet now.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import type { FolderEvents } from '../jobs/watch.ts';
import type { Clock } from '../ports/clock.ts';
import { isIgnoredFolder, isPictureName, isWorkbookName, workbookOfOwnerFile } from './names.ts';
import { isNetworkFolder } from './network-folder.ts';
import { scanFolder } from './scan.ts';

export interface WatcherOptions {
  readonly clock: Clock;
  /** Asks again and again instead of waiting for word: `auto` where the folder is known to lie on another machine. */
  readonly polling: 'auto' | 'on' | 'off';
  /** Folders of the program itself: what lies in them is never reported. */
  readonly leftAlone: readonly string[];
  /** A file that did not change for so long is quiet. */
  readonly settleMs?: number;
  /** Between two looks at a file that is still being written. */
  readonly settlePollMs?: number;
  /** Between two looks at a polled folder. */
  readonly pollMs?: number;
  /** A workbook that is missing for less was saved, not deleted. */
  readonly goneAfterMs?: number;
  /** Between full scans, which find what no event told; more often where folders are polled. */
  readonly rescanMs?: number;
  readonly rescanPolledMs?: number;
}

const defaults = {
  ...{ settleMs: 1500, settlePollMs: 200, pollMs: 2000, goneAfterMs: 5000 },
  ...{ rescanMs: 600_000, rescanPolledMs: 120_000 },
};

/** Reports every workbook below the folders once, and returns. Nothing is reported of the folders in `leftAlone`. */
export async function scanFolders(
  folders: readonly string[],
  events: FolderEvents,
  leftAlone: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const omitted = await realPaths(leftAlone);
  for (const folder of folders) {
    for await (const file of scanFolder(folder, omitted, signal)) {
      if (file.kind === 'workbook') events.onWorkbook(file.path);
    }
  }
}

/**
 * Watches the folders, real paths, until `signal` aborts. Resolves when every workbook that is there was reported;
 * `onProblem` is told what the system refuses, such as more watches, which the regular scans make up for.
 */
export async function watchFolders(
  folders: readonly string[],
  events: FolderEvents,
  options: WatcherOptions,
  onProblem: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    folders.map(async (folder) => {
      const isPolled = options.polling === 'auto' ? await isNetworkFolder(folder) : options.polling === 'on';
      const leftAlone = await realPaths(options.leftAlone);
      const all = { ...defaults, ...options, leftAlone };
      await new FolderWatcher(folder, isPolled, events, all, onProblem, signal).begin();
    }),
  );
}

async function realPaths(folders: readonly string[]): Promise<readonly string[]> {
  return await Promise.all(folders.map((folder) => realpath(folder).catch(() => path.resolve(folder))));
}

class FolderWatcher {
  readonly #folder: string;
  readonly #isPolled: boolean;
  readonly #events: FolderEvents;
  readonly #options: typeof defaults & WatcherOptions;
  readonly #onProblem: (detail: string) => void;
  readonly #signal: AbortSignal;
  /** Versions of files by path, as the last scan saw them. */
  readonly #seen = new Map<string, string>();
  /** What is waited for, by path: a picture to be quiet, a workbook to come back. */
  readonly #pending = new Map<string, AbortController>();

  constructor(
    folder: string,
    isPolled: boolean,
    events: FolderEvents,
    options: typeof defaults & WatcherOptions,
    onProblem: (detail: string) => void,
    signal: AbortSignal,
  ) {
    this.#folder = folder;
    this.#isPolled = isPolled;
    this.#events = events;
    this.#options = options;
    this.#onProblem = onProblem;
    this.#signal = signal;
  }

  async begin(): Promise<void> {
    const { settleMs, settlePollMs, pollMs } = this.#options;
    const watcher = chokidar(this.#folder, {
      ignored: (file, stats) => this.#isIgnored(file, stats?.isFile() ?? false),
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      awaitWriteFinish: { stabilityThreshold: settleMs, pollInterval: settlePollMs },
      usePolling: this.#isPolled,
      interval: pollMs,
      binaryInterval: pollMs,
    });
    this.#signal.addEventListener('abort', () => void watcher.close(), { once: true });
    this.#listen(watcher);
    const ready = new Promise<void>((resolve) => watcher.once('ready', resolve));
    const stopped = new Promise<void>((resolve) => this.#signal.addEventListener('abort', () => resolve()));
    if (this.#signal.aborted) return watcher.close();
    await Promise.race([ready, stopped]);
    await this.#scan();
    void this.#scanAgain();
  }

  #listen(watcher: FSWatcher): void {
    watcher.on('add', (file) => this.#onFile(file));
    watcher.on('change', (file) => this.#onFile(file));
    watcher.on('unlink', (file) => this.#onUnlink(file));
    watcher.on('error', (error) => this.#onProblem(error instanceof Error ? error.message : String(error)));
    // Pictures are many: their folders are watched, not each file.
    watcher.on('raw', (_event, name, details) => {
      const file = path.isAbsolute(name) ? name : path.join(folderOf(details) ?? this.#folder, name);
      if (isPictureName(path.basename(file)))
        this.#later(file, this.#options.settleMs, () => this.#events.onPicture(file));
    });
  }

  /** chokidar names files with "/" here, on Windows too. */
  #isIgnored(named: string, isFile: boolean): boolean {
    const file = path.normalize(named);
    const name = path.basename(file);
    if (this.#options.leftAlone.includes(file)) return true;
    if (file === this.#folder || isWorkbookName(name) || workbookOfOwnerFile(file) !== undefined) return false;
    return isFile || isIgnoredFolder(name);
  }

  #onFile(file: string): void {
    if (!isWorkbookName(path.basename(file))) return;
    this.#pending.get(file)?.abort();
    this.#events.onWorkbook(file);
  }

  #onUnlink(file: string): void {
    const closed = workbookOfOwnerFile(file);
    if (closed !== undefined) this.#events.onClosed(closed);
    else if (isWorkbookName(path.basename(file))) {
      this.#seen.delete(file);
      this.#later(file, this.#options.goneAfterMs, () => this.#events.onGone(file));
    }
  }

  /** Tells of the file after a while, unless something else happens to it before. */
  #later(file: string, ms: number, tell: () => void): void {
    this.#pending.get(file)?.abort();
    const own = new AbortController();
    this.#pending.set(file, own);
    const told = this.#options.clock.sleep(ms, AbortSignal.any([own.signal, this.#signal])).then(() => {
      this.#pending.delete(file);
      tell();
    });
    void told.catch(() => {});
  }

  async #scan(): Promise<void> {
    const isFirst = this.#seen.size === 0;
    const signal = this.#signal;
    if (signal.aborted) return;
    for await (const file of scanFolder(this.#folder, this.#options.leftAlone, signal)) {
      if (this.#seen.get(file.path) === file.version) continue;
      this.#seen.set(file.path, file.version);
      if (file.kind === 'workbook') this.#events.onWorkbook(file.path);
      else if (!isFirst) this.#events.onPicture(file.path);
    }
  }

  async #scanAgain(): Promise<void> {
    const { clock, rescanMs, rescanPolledMs } = this.#options;
    try {
      while (!this.#signal.aborted) {
        await clock.sleep(this.#isPolled ? rescanPolledMs : rescanMs, this.#signal);
        await this.#scan();
      }
    } catch {
      // The watch was stopped.
    }
  }
}

function folderOf(details: unknown): string | undefined {
  const folder = typeof details === 'object' && details !== null && 'watchedPath' in details ? details.watchedPath : '';
  return typeof folder === 'string' && folder !== '' ? folder : undefined;
}
