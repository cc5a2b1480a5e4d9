// Gets the two files of a model: looked up, room made sure of, downloaded, read through, and only then given out.
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { FetchProgress, FileSource, ModelPair, PairSource } from '../ports/models.ts';
import { readRecord, sha256Of, writeRecord } from './checksum.ts';
import { downloadFile, lookAtRemote, type DownloadLimits, type RemoteFile } from './downloader.ts';
import { expectSpace } from './space.ts';

type OnProgress = (progress: FetchProgress) => void;

interface Wanted {
  readonly source: FileSource;
  readonly file: string;
  readonly remote: RemoteFile;
}

/** Both files below `folder`, whole. Errors: those of `Models.pull` but `model-corrupt` and `model-mismatch`. */
export async function pullPair(
  { model, mmproj }: PairSource,
  folder: string,
  limits: DownloadLimits,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ModelPair> {
  await mkdir(folder, { recursive: true });
  const pair = { model: path.join(folder, model.name), mmproj: path.join(folder, mmproj.name) };
  const wanted: Wanted[] = [];
  // The small file first: a wrong address shows before the large one has come.
  for (const [source, file] of [[mmproj, pair.mmproj] as const, [model, pair.model] as const]) {
    const isFile = await stat(file).then(
      (entry) => entry.isFile(),
      () => false,
    );
    const known = isFile ? (source.sha256 ?? (await readRecord(file))?.sha256) : undefined;
    if (known !== undefined && (await isWhole(source, file, known, onProgress, signal))) continue;
    const remote = await lookAtRemote(source, limits, signal);
    if (isFile && known === undefined && (await isSame(source, file, remote, onProgress, signal))) continue;
    wanted.push({ source, file, remote });
  }
  await expectSpace(folder, await missingBytes(wanted));
  for (const one of wanted) {
    await rm(one.file, { force: true });
    const report = progressOf('download', one.source.name, onProgress);
    await downloadFile(one.source, folder, limits, report, signal);
    await expectWhole(one, onProgress, signal);
  }
  return pair;
}

/** Whether a file that came before still has the checksum that it should have; if not it is deleted. */
async function isWhole(
  source: FileSource,
  file: string,
  expected: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<boolean> {
  const actual = await sha256Of(file, progressOf('verify', source.name, onProgress), signal);
  if (actual !== expected) await rm(file);
  else if (source.sha256 !== undefined) await remember(file, actual, 'known', source.url);
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
