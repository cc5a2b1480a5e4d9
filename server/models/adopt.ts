// Takes in model files that are on this computer already: of Ollama, LM Studio, a browser, another disk.
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RowscribeError } from '../errors.ts';
import type { FetchProgress, ModelPair } from '../ports/models.ts';
import { sha256Of, writeRecord } from './checksum.ts';
import { expectSpace } from './space.ts';

export interface GgufIdentity {
  readonly kind: 'model' | 'mmproj';
  readonly name: string;
}

type OnProgress = (progress: FetchProgress) => void;

interface Found extends GgufIdentity {
  readonly given: string;
  /** Without links: those of a hub's cache lead to files with other names. */
  readonly real: string;
}

/**
 * Brings each file into one folder below `folder`, as a link where the disk allows it, else as a copy; the files themselves
 * stay where they are. Errors: `model-missing`, `model-corrupt`, `download-damaged` (Ollama's files carry their checksum in
 * their name), `disk-space`; the abort reason.
 */
export async function adoptFiles(
  paths: readonly string[],
  folder: string,
  identify: (file: string) => Promise<GgufIdentity>,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Partial<ModelPair>> {
  const found: Found[] = [];
  for (const given of paths) {
    const real = await realpath(given).catch((cause: unknown) => {
      throw new RowscribeError('model-missing', { path: given }, { cause });
    });
    found.push({ given, real, ...(await identify(real)) });
  }
  const leader = found.find(({ kind }) => kind === 'model') ?? found[0];
  const place = path.join(folder, leader === undefined ? '' : fileName(leader).replace(/\.gguf$/i, ''));
  await mkdir(place, { recursive: true });
  let pair: Partial<ModelPair> = {};
  for (const one of found) {
    pair = { ...pair, [one.kind]: await adopt(one, path.join(place, fileName(one)), onProgress, signal) };
  }
  return pair;
}

async function adopt(one: Found, target: string, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  const report = (step: FetchProgress['step']) => (doneBytes: number, totalBytes: number) =>
    onProgress({ step, file: path.basename(target), doneBytes, totalBytes });
  const sha256 = await sha256Of(one.real, report('verify'), signal);
  const expected = /^sha256[-:]([0-9a-f]{64})$/.exec(path.basename(one.real))?.[1];
  if (expected !== undefined && expected !== sha256) {
    throw new RowscribeError('download-damaged', { path: one.real, expected, actual: sha256 });
  }
  const { size } = await stat(one.real);
  if (one.real !== target) await linkOrCopy(one.real, target, size, report('copy'), signal);
  const origin = expected === undefined ? 'recorded' : 'name';
  await writeRecord(target, { sha256, sizeBytes: size, origin, from: one.given });
  return target;
}

async function linkOrCopy(
  from: string,
  target: string,
  sizeBytes: number,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await rm(target, { force: true });
  const isLinked = await link(from, target).then(
    () => true,
    () => false,
  );
  if (isLinked) return;
  await expectSpace(path.dirname(target), sizeBytes);
  const part = `${target}.part`;
  let doneBytes = 0;
  const count = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      onProgress((doneBytes += piece.length), sizeBytes);
      yield piece;
    }
  };
  try {
    await pipeline(createReadStream(from), count, createWriteStream(part), { signal });
  } catch (error) {
    await rm(part, { force: true });
    signal.throwIfAborted();
    throw error;
  }
  await rename(part, target);
}

/** The file's own name; one made of what it calls itself for files that are named by their checksum. */
function fileName({ given, real, kind, name }: Found): string {
  const own = [path.basename(given), path.basename(real)].find((one) => /\.gguf$/i.test(one));
  if (own !== undefined) return own;
  const words = name.replace(/[^\p{L}\p{N}.]+/gu, '-').replace(/^[-.]+|-+$/g, '');
  const stem = words === '' ? path.basename(real).slice(0, 20).replace(':', '-') : words;
  return `${kind === 'mmproj' ? 'mmproj-' : ''}${stem}.gguf`;
}
