// Checksums of model files, and what is remembered about each: a small file beside it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ChecksumOrigin } from '../ports/models.ts';

export interface FileRecord {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly origin: ChecksumOrigin;
  /** Where the file came from: an address or a path. */
  readonly from: string;
}

const pieceBytes = 4 << 20;

/** SHA-256 in lower-case hex. Reads the whole file; the abort reason when `signal` aborts. */
export async function sha256Of(
  file: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { size } = await stat(file);
  const hash = createHash('sha256');
  let doneBytes = 0;
  const count = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      doneBytes += piece.length;
      onProgress(doneBytes, size);
      yield piece;
    }
  };
  try {
    await pipeline(createReadStream(file, { highWaterMark: pieceBytes }), count, hash, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return hash.digest('hex');
}

const recordPath = (file: string) => `${file}.json`;

/** What was remembered when the file came here; nothing when that is lost or not readable. */
export async function readRecord(file: string): Promise<FileRecord | undefined> {
  try {
    const value = JSON.parse(await readFile(recordPath(file), 'utf8')) as Partial<FileRecord> | null;
    const { sha256 = '', sizeBytes = 0, origin = 'recorded', from = '' } = value ?? {};
    return /^[0-9a-f]{64}$/.test(sha256) ? { sha256, sizeBytes, origin, from } : undefined;
  } catch {
    return undefined;
  }
}

export async function writeRecord(file: string, record: FileRecord): Promise<void> {
  await writeFile(recordPath(file), `${JSON.stringify(record, null, 2)}\n`);
}
