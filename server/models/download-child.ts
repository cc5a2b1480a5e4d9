// The one process that reaches the network: asks a hub about a file and downloads it. Run only by downloader.ts.
import type { DownloadFailure, DownloadOrder, DownloadReport } from './protocol.ts';

const redirectsMax = 6;
const progressEveryMs = 50;
const detailCharsMax = 200;
/** For what is in memory to be written when the parent is gone. */
const orphanMs = 2_000;
const networkCodes =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_\w+|\w*CERT\w*)$/;

const stopping = new AbortController();

process.on('message', (order: DownloadOrder) => {
  if (order.type === 'look') void answer(look(order.url, order.lookTimeoutMs));
  else if (order.type === 'fetch') void answer(download(order));
  else stopping.abort();
});
process.on('disconnect', () => {
  stopping.abort();
  setTimeout(() => process.exit(), orphanMs);
});
// Ctrl-C in a terminal reaches the whole group; the parent says when to stop.
process.on('SIGINT', () => undefined);

async function answer(work: Promise<DownloadReport>): Promise<void> {
  report(await work.catch(failureOf));
}

function report(message: DownloadReport): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

/**
 * Size and checksum of a file. A hub tells both in the headers of its first answer, before it sends on to where the bytes are:
 * `x-linked-size`, and `x-linked-etag`, which is the SHA-256 of a large file.
 */
async function look(url: string, timeoutMs: number): Promise<DownloadReport> {
  let place = url;
  let sha256: string | undefined;
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const response = await headOf(place, timeoutMs);
    const { headers, status } = response;
    sha256 ??= /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(headers.get('x-linked-etag') ?? '')?.[1]?.toLowerCase();
    const target = headers.get('location');
    if (status >= 300 && status < 400 && target !== null) {
      place = new URL(target, place).href;
      continue;
    }
    if (!response.ok) return { type: 'failed', why: 'status', status, detail: response.statusText };
    const sizeBytes = Number(/\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? headers.get('content-length'));
    return { type: 'found', sizeBytes: sizeBytes || 0, ...(sha256 !== undefined && { sha256 }) };
  }
  return { type: 'failed', why: 'status', status: 310, detail: 'too many redirects' };
}

/** The headers of a file; of its first byte where a server knows no HEAD. */
async function headOf(url: string, timeoutMs: number): Promise<Response> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping.signal]);
  const common = { redirect: 'manual', signal } as const;
  const response = await fetch(url, { ...common, method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
  if (response.status !== 405 && response.status !== 501) return response;
  const first = await fetch(url, { ...common, headers: { range: 'bytes=0-0' } });
  await first.body?.cancel();
  return first;
}

async function download({ url, folder, name }: Extract<DownloadOrder, { type: 'fetch' }>): Promise<DownloadReport> {
  const { createModelDownloader } = await import('node-llama-cpp');
  const downloader = await createModelDownloader({
    modelUri: url,
    dirPath: folder,
    fileName: name,
    deleteTempFileOnCancel: false,
    onProgress: ({ downloadedSize, totalSize }) => reportProgress(downloadedSize, totalSize),
  });
  stopping.signal.throwIfAborted();
  const tell = () =>
    report({ type: 'progress', doneBytes: downloader.downloadedSize, totalBytes: downloader.totalSize });
  tell();
  await downloader.download({ signal: stopping.signal }).finally(tell);
  stopping.signal.throwIfAborted();
  return { type: 'done' };
}

let reportedAtMs = 0;

/** The downloader tells of every piece. */
function reportProgress(doneBytes: number, totalBytes: number): void {
  if (doneBytes < totalBytes && Date.now() - reportedAtMs < progressEveryMs) return;
  reportedAtMs = Date.now();
  report({ type: 'progress', doneBytes, totalBytes });
}

function failureOf(error: unknown): DownloadFailure {
  const chain: { code?: unknown; statusCode?: unknown; message?: unknown }[] = [];
  for (let one = error; one instanceof Error && chain.length < 5; one = one.cause) chain.push(one);
  const status = chain.map((one) => one.statusCode).find((code) => typeof code === 'number');
  const code = chain.map((one) => one.code).find((one) => typeof one === 'string');
  const detail = (code ?? chain.at(-1)?.message ?? error) as string;
  const why = whyOf(status, code, error);
  return { type: 'failed', why, status: status ?? 0, detail: String(detail).slice(0, detailCharsMax) };
}

function whyOf(status: number | undefined, code: string | undefined, error: unknown): DownloadFailure['why'] {
  if (status !== undefined) return 'status';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk';
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  return isTimeout || (code !== undefined && networkCodes.test(code)) || error instanceof TypeError
    ? 'network'
    : 'other';
}
