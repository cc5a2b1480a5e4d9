// One file of a release from the network, only when a person asked for it: goes on with a part that is there.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { RowscribeError } from '../errors.ts';

/** Breaks in a row without a byte in between, then it is given up. */
const breaksMax = 3;
const connectTimeoutMs = 30_000;

/** Downloads `url` into `file`. Errors: `engine-download-failed`, and then the part stays; the abort reason. */
export async function downloadTo(
  url: string,
  file: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let doneBytes = await sizeOf(file);
  for (let breaks = 0; ;) {
    try {
      await fetchRest(url, file, doneBytes, onProgress, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RowscribeError) throw error;
      const nowBytes = await sizeOf(file);
      breaks = nowBytes > doneBytes ? 0 : breaks + 1;
      doneBytes = nowBytes;
      if (breaks >= breaksMax) throw failed(url, error instanceof Error ? reasonOf(error) : String(error));
    }
  }
}

/** Lower-case hex SHA-256 of a file. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}

/** From where the part ends. A server that does not know parts sends all of it again. */
async function fetchRest(
  url: string,
  file: string,
  fromBytes: number,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(), connectTimeoutMs);
  const either = AbortSignal.any([signal, connecting.signal]);
  const headers = fromBytes > 0 ? { range: `bytes=${fromBytes}-` } : {};
  const response = await fetch(url, { headers, signal: either }).finally(() => clearTimeout(timer));
  if (response.status === 416) {
    // The part is as long as the whole, or longer: the checksum tells.
    await response.body?.cancel();
    return;
  }
  if (!response.ok || response.body === null) throw failed(url, `HTTP ${response.status}`);
  const isRest = response.status === 206;
  let doneBytes = isRest ? fromBytes : 0;
  const totalBytes = doneBytes + Number(response.headers.get('content-length') ?? 0);
  const handle = await open(file, isRest ? 'a' : 'w');
  try {
    for await (const chunk of response.body) {
      await handle.write(chunk);
      doneBytes += chunk.length;
      onProgress(doneBytes, totalBytes);
    }
  } finally {
    await handle.close();
  }
  if (doneBytes < totalBytes) throw new Error('the connection ended too early');
}

/** Throws a damaged or foreign file away. Error: `engine-download-damaged`. Gives the checksum. */
export async function checkFile(file: string, name: string, expected: string | undefined, signal: AbortSignal) {
  const actual = await sha256Of(file, signal);
  if (expected === undefined || expected === actual) return actual;
  await rm(file, { force: true });
  throw new RowscribeError('engine-download-damaged', { name, expected, actual });
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

function reasonOf(error: Error): string {
  const cause = error.cause as { code?: unknown } | undefined;
  return typeof cause?.code === 'string' ? cause.code : error.message;
}

const failed = (url: string, detail: string) => new RowscribeError('engine-download-failed', { url, detail });
