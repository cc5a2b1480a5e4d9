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

/** What a hub has at an address. Errors: those of `Models.pull`. */
export async function lookAtRemote(
  source: FileSource,
  limits: DownloadLimits,
  signal: AbortSignal,
): Promise<RemoteFile> {
  const order: DownloadOrder = { type: 'look', url: source.url, lookTimeoutMs: limits.lookTimeoutMs };
  const outcome = await runChild(order, limits, signal, () => undefined);
  if (outcome.type === 'found') return outcome;
  throw errorOf(outcome.type === 'failed' ? outcome : lost, source, '');
}

/**
 * Downloads into `folder`, going on with a part that is there. An address that a hub gives out may expire in the middle of a
 * long download: as long as there was progress it is asked for anew. Errors: those of `Models.pull`.
 */
export async function downloadFile(
  source: FileSource,
  folder: string,
  limits: DownloadLimits,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    let [firstBytes, lastBytes] = [-1, -1];
    const order: DownloadOrder = { type: 'fetch', url: source.url, folder, name: source.name };
    const outcome = await runChild(order, limits, signal, (doneBytes, totalBytes) => {
      if (firstBytes < 0) firstBytes = doneBytes;
      lastBytes = doneBytes;
      onProgress(doneBytes, totalBytes);
    });
    if (outcome.type === 'done') return;
    const failure = outcome.type === 'failed' ? outcome : lost;
    const isExpired = failure.why === 'status' && lastBytes > firstBytes;
    if (!isExpired) throw errorOf(failure, source, folder, lastBytes > 0);
  }
}

type Outcome = Exclude<DownloadReport, { type: 'progress' }>;

const lost: DownloadFailure = { type: 'failed', why: 'other', status: 0, detail: 'the downloading process ended' };

function runChild(
  order: DownloadOrder,
  limits: DownloadLimits,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = startChild();
    let outcome: Outcome = lost;
    let killing: NodeJS.Timeout | undefined;
    const stop = (): void => {
      if (child.connected) child.send({ type: 'stop' } satisfies DownloadOrder, () => undefined);
      killing = setTimeout(() => child.kill('SIGKILL'), limits.stopTimeoutMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.on('message', (report: DownloadReport) => {
      if (report.type === 'progress') return onProgress(report.doneBytes, report.totalBytes);
      outcome = report;
      // Idle connections would keep the child alive; everything it wrote is in the file.
      child.kill();
    });
    const settle = (): void => {
      clearTimeout(killing);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(outcome);
    };
    child.once('exit', settle);
    child.once('error', settle);
    child.send(order, () => undefined);
  });
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
