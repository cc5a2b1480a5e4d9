// One file from the network, by a child process that is told what to do and may be cut off at any time.
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RowscribeError } from '../errors.ts';
import type { FileSource } from '../ports/models.ts';
import type { DownloadFailure, DownloadOrder, DownloadReport } from './protocol.ts';

export interface DownloadLimits {
  /** For a hub to answer what it has. */
  readonly lookTimeoutMs: number;
  /** From a stop to the end of the child: what is in memory is written. */
  readonly stopTimeoutMs: number;
}

export interface RemoteFile {
  /** 0 when the hub does not tell. */
  readonly sizeBytes: number;
  /** The hub's own figure, when it tells one. */
  readonly sha256?: string;
}

export interface Downloader {
  /** What a hub has at an address. Errors: those of `Models.pull`. */
  look(source: FileSource): Promise<RemoteFile>;
  /**
   * Downloads into `folder`, going on with a part that is there. An address that a hub gives out may expire in the middle of a
   * long download: as long as there was progress it is asked for anew. Errors: those of `Models.pull`.
   */
  download(source: FileSource, folder: string, onProgress: OnProgress): Promise<void>;
  /** Ends the child; what has come stays. */
  close(): Promise<void>;
}

type OnProgress = (doneBytes: number, totalBytes: number) => void;
type Outcome = Exclude<DownloadReport, { type: 'progress' }>;

const lost: DownloadFailure = { type: 'failed', why: 'other', status: 0, detail: 'the downloading process ended' };

/** One child for one pull, started with its first order; when `signal` aborts every call rejects with the reason. */
export function openDownloader(limits: DownloadLimits, signal: AbortSignal): Downloader {
  let child: Child | undefined;
  const ask = async (order: DownloadOrder, onProgress: OnProgress): Promise<Outcome> => {
    signal.throwIfAborted();
    child ??= openChild(limits, signal);
    const outcome = await child.ask(order, onProgress);
    // What a failed download still holds open is gone with its process.
    if (outcome.type === 'failed' && order.type === 'fetch') child = await child.close();
    signal.throwIfAborted();
    return outcome;
  };
  return {
    async look(source) {
      const order = { type: 'look', url: source.url, lookTimeoutMs: limits.lookTimeoutMs } as const;
      const outcome = await ask(order, () => undefined);
      if (outcome.type === 'found') return outcome;
      throw errorOf(outcome.type === 'failed' ? outcome : lost, source, '');
    },
    async download(source, folder, onProgress) {
      // The most that any attempt came to; the first report of all is where the part stood.
      let bestBytes = -1;
      for (;;) {
        let lastBytes = -1;
        const order = { type: 'fetch', url: source.url, folder, name: source.name } as const;
        const outcome = await ask(order, (doneBytes, totalBytes) => {
          if (bestBytes < 0) bestBytes = doneBytes;
          lastBytes = doneBytes;
          onProgress(doneBytes, totalBytes);
        });
        if (outcome.type === 'done') return;
        const failure = outcome.type === 'failed' ? outcome : lost;
        const isExpired = failure.why === 'status' && lastBytes > bestBytes;
        if (!isExpired) throw errorOf(failure, source, folder, lastBytes > 0);
        bestBytes = lastBytes;
      }
    },
    async close() {
      await child?.close();
    },
  };
}

interface Child {
  ask(order: DownloadOrder, onProgress: OnProgress): Promise<Outcome>;
  close(): Promise<undefined>;
}

function openChild(limits: DownloadLimits, signal: AbortSignal): Child {
  const child = startChild();
  let hear: (report: DownloadReport) => void = () => undefined;
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (child.connected) child.send({ type: 'stop' } satisfies DownloadOrder, () => undefined);
    killing = setTimeout(() => child.kill('SIGKILL'), limits.stopTimeoutMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  const ended = new Promise<undefined>((resolve) => {
    const end = (): void => {
      clearTimeout(killing);
      signal.removeEventListener('abort', stop);
      hear(lost);
      resolve(undefined);
    };
    child.once('exit', end).once('error', end);
  });
  child.on('message', (report: DownloadReport) => hear(report));
  return {
    ask: (order, onProgress) =>
      new Promise((resolve) => {
        hear = (report) => {
          if (report.type === 'progress') onProgress(report.doneBytes, report.totalBytes);
          else resolve(report);
        };
        // A failed send means that the process is ending: its end is the answer.
        child.send(order, () => undefined);
      }),
    close() {
      // Idle connections would keep the child alive; everything that came is in the file.
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function startChild(): ChildProcess {
  const entry = fileURLToPath(new URL('./download-child.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  // The models are public: a person's key for the hub is not looked for, and never sent to a mirror.
  const { HF_TOKEN: _, ...environment } = process.env;
  const options: ForkOptions & { readonly windowsHide: boolean } = {
    execArgv: ['--import', tsx],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...environment, HF_TOKEN_PATH: devNull },
    windowsHide: true,
  };
  return fork(entry, [], options);
}

function errorOf(failure: DownloadFailure, source: FileSource, folder: string, isBegun = false): RowscribeError {
  const facts = { file: source.name, host: new URL(source.url).host };
  const { why, status, detail } = failure;
  if (why === 'disk') return new RowscribeError('disk-full', { path: path.join(folder, source.name) });
  if (why === 'status' && (status === 404 || status === 410)) return new RowscribeError('download-missing', facts);
  if (why === 'status') return new RowscribeError('download-refused', { ...facts, status });
  if (why === 'network' && !isBegun) return new RowscribeError('download-unreachable', { ...facts, detail });
  return new RowscribeError('download-failed', { ...facts, detail });
}
