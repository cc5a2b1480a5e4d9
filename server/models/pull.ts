// Gets the two files of a model: looked up, room made sure of, downloaded, read through, and only then given out.
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { FetchProgress, FileSource, ModelPair, PairSource } from '../ports/models.ts';
import { readRecord, sha256Of, writeRecord } from './checksum.ts';
import { openDownloader, type DownloadLimits, type Downloader, type RemoteFile } from './downloader.ts';
import { expectSpace } from './space.ts';

type OnProgress = (progress: FetchProgress) => void;

interface Wanted {
  readonly source: FileSource;
  readonly file: string;
  readonly remote: RemoteFile;
}

/** Both files below `folder`, whole. Errors: those of `Models.pull` but `model-corrupt` and `model-mismatch`. */
export async function pullPair(
  source: PairSource,
  folder: string,
  limits: DownloadLimits,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ModelPair> {
  await mkdir(folder, { recursive: true });
  const pair = { model: path.join(folder, source.model.name), mmproj: path.join(folder, source.mmproj.name) };
  const downloader = openDownloader(limits, signal);
  try {
    const wanted: Wanted[] = [];
    // The small file first: a wrong address shows before the large one has come.
    for (const part of ['mmproj', 'model'] as const) {
      const remote = await missing(source[part], pair[part], downloader, onProgress, signal);
      if (remote !== undefined) wanted.push({ source: source[part], file: pair[part], remote });
    }
    await expectSpace(folder, await missingBytes(wanted));
    for (const one of wanted) {
      await rm(one.file, { force: true });
      await downloader.download(one.source, folder, progressOf('download', one.source.name, onProgress));
      await expectWhole(one, onProgress, signal);
    }
  } finally {
    await downloader.close();
  }
  return pair;
}

/** What the hub has of a file that is not here, or not as it should be. */
async function missing(
  source: FileSource,
  file: string,
  downloader: Downloader,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<RemoteFile | undefined> {
  const isFile = await stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );
  if (!isFile) return downloader.look(source);
  const known = source.sha256 ?? (await readRecord(file))?.sha256;
  if (known !== undefined && (await isWhole(source, file, known, onProgress, signal))) return undefined;
  const remote = await downloader.look(source);
  const isHubs = known === undefined && (await isSame(source, file, remote, onProgress, signal));
  return isHubs ? undefined : remote;
}

/** Whether a file that came before still has the checksum that it should have. */
async function isWhole(
  source: FileSource,
  file: string,
  expected: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const actual = await sha256Of(file, progressOf('verify', source.name, onProgress), signal);
  if (actual === expected && source.sha256 !== undefined) await remember(file, actual, 'known', source.url);
  return actual === expected;
}

/** Whether a file of which nothing is known is the hub's: a person may have put it there. */
async function isSame(
  source: FileSource,
  file: string,
  remote: RemoteFile,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const { size } = await stat(file);
  if (remote.sha256 === undefined && size !== remote.sizeBytes) return false;
  const actual = await sha256Of(file, progressOf('verify', source.name, onProgress), signal);
  if (remote.sha256 !== undefined && actual !== remote.sha256) return false;
  await remember(file, actual, remote.sha256 === undefined ? 'recorded' : 'hub', source.url);
  return true;
}

async function missingBytes(wanted: readonly Wanted[]): Promise<number> {
  const missing = wanted.map(async ({ file, remote }) => {
    // A part has its final length from early on, with holes; what it takes on the disk is what has come.
    const part = await stat(`${file}.ipull`).catch(() => undefined);
    return Math.max(0, remote.sizeBytes - (part?.blocks ?? 0) * 512);
  });
  return (await Promise.all(missing)).reduce((sum, bytes) => sum + bytes, 0);
}

async function expectWhole({ source, file, remote }: Wanted, onProgress: OnProgress, signal: AbortSignal) {
  const actual = await sha256Of(file, progressOf('verify', source.name, onProgress), signal);
  const expected = source.sha256 ?? remote.sha256 ?? actual;
  if (actual !== expected) {
    await rm(file, { force: true });
    throw new RowscribeError('download-damaged', { path: file, expected, actual });
  }
  const origin = source.sha256 !== undefined ? 'known' : remote.sha256 !== undefined ? 'hub' : 'recorded';
  await remember(file, actual, origin, source.url);
}

async function remember(file: string, sha256: string, origin: 'known' | 'hub' | 'recorded', from: string) {
  const { size } = await stat(file);
  await writeRecord(file, { sha256, sizeBytes: size, origin, from });
}

function progressOf(step: FetchProgress['step'], file: string, onProgress: OnProgress) {
  return (doneBytes: number, totalBytes: number) => onProgress({ step, file, doneBytes, totalBytes });
}
