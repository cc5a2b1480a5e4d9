// The models of this computer: the parts of this folder behind their port.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { FetchProgress, FileReport, ModelPair, Models } from '../ports/models.ts';
import { adoptFiles, type GgufIdentity } from './adopt.ts';
import { catalogue } from './catalogue.ts';
import { readRecord, sha256Of, writeRecord } from './checksum.ts';
import type { DownloadLimits } from './downloader.ts';
import { pullPair } from './pull.ts';
import { sourceOf } from './source.ts';
import { storedModels } from './stored.ts';

export interface ModelsOptions {
  /** Absolute; made when the first file comes. */
  readonly folder: string;
  /** Which part of a model a file is. Errors: `model-missing`, `model-corrupt`. */
  readonly identify: (file: string) => Promise<GgufIdentity>;
  /** Reads both headers. Errors: `model-missing`, `model-corrupt`, `model-mismatch`. */
  readonly checkPair: (pair: ModelPair) => Promise<unknown>;
  readonly limits?: Partial<DownloadLimits>;
}

const limitsDefault: DownloadLimits = { lookTimeoutMs: 30_000, stopTimeoutMs: 5_000 };

export function createModels({ folder, identify, checkPair, limits }: ModelsOptions): Models {
  const placeOf: Models['placeOf'] = (source) => ({
    model: path.join(folder, source.folder, source.model.name),
    mmproj: path.join(folder, source.folder, source.mmproj.name),
  });
  const check = async (pair: ModelPair): Promise<void> => void (await checkPair(pair));
  return {
    folder,
    catalogue,
    sourceOf: (words, mirror) => sourceOf(words, mirror, catalogue),
    placeOf,
    stored: () => storedModels(folder, identify),
    async pull(source, onProgress, signal) {
      const place = path.join(folder, source.folder);
      const pair = await pullPair(source, place, { ...limitsDefault, ...limits }, onProgress, signal);
      await check(pair);
      return pair;
    },
    adopt: (paths, onProgress, signal) => adoptFiles(paths, folder, identify, onProgress, signal),
    async verify(pair, onProgress, signal) {
      const reports: FileReport[] = [];
      for (const file of [pair.model, pair.mmproj]) reports.push(await verifyFile(file, folder, onProgress, signal));
      await check(pair);
      return reports;
    },
    check,
  };
}

/**
 * Reads a file to its end and compares it with what is known. Of a file in our own folder of which nothing is known the checksum
 * is recorded; nothing is put beside files elsewhere.
 */
async function verifyFile(
  file: string,
  folder: string,
  onProgress: (progress: FetchProgress) => void,
  signal: AbortSignal,
): Promise<FileReport> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new RowscribeError('model-missing', { path: file }, { cause });
  });
  const name = path.basename(file);
  const report = (doneBytes: number, totalBytes: number) =>
    onProgress({ step: 'verify', file: name, doneBytes, totalBytes });
  const sha256 = await sha256Of(file, report, signal);
  const record = await readRecord(file);
  if (record === undefined) {
    const isOurs = !path.relative(folder, file).startsWith('..') && !path.isAbsolute(path.relative(folder, file));
    const origin = isOurs ? 'recorded' : 'unknown';
    if (isOurs) await writeRecord(file, { sha256, sizeBytes: size, origin, from: '' });
    return { path: file, sizeBytes: size, sha256, origin };
  }
  if (record.sha256 !== sha256) {
    throw new RowscribeError('download-damaged', { path: file, expected: record.sha256, actual: sha256 });
  }
  return { path: file, sizeBytes: size, sha256, origin: record.origin };
}
