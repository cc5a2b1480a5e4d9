// Whether the pictures that a watched row names are others than those its texts were made from.
import path from 'node:path';
import type { ProductRow } from '../domain/row.ts';
import { isRowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { PictureFile, PictureFiles } from '../ports/picture-files.ts';
import type { LastRow } from '../ports/store.ts';
import type { WatchMemory } from '../ports/watch-memory.ts';
import type { PictureRules } from './look.ts';

export interface PictureParts {
  readonly pictureFiles: PictureFiles;
  readonly memory: WatchMemory;
  readonly clock: Clock;
}

export interface PicturesSeen {
  readonly areNew: boolean;
  /** SHA-256 of the pictures that the row has now, as far as they were looked at, and before. */
  readonly hashes: readonly string[];
  /** Changes whenever a file does. */
  readonly state: readonly string[];
}

/** A picture file that is older than the run by this much cannot be another one than the run saw, whatever clocks say. */
const clockSkewMsMax = 24 * 60 * 60 * 1000;

/** `known` are the paths that were looked at before; the row's are added. They are looked at again when `looksAgain`. */
export async function seePictures(
  row: ProductRow,
  last: LastRow | undefined,
  parts: PictureParts,
  rules: PictureRules,
  known: Set<string>,
  looksAgain: boolean,
  signal: AbortSignal,
): Promise<PicturesSeen> {
  const seen = { areNew: false, hashes: [...(last?.pictures ?? [])], state: [] as string[] };
  const { baseDir, roots } = rules;
  for (const ref of row.pictures) {
    // Those inside the workbook are part of the row's fingerprint.
    if (ref.kind !== 'file') continue;
    // Only to tell which workbook an event is about: whether the path may be opened is decided elsewhere.
    const place = path.resolve(baseDir, ref.path.replaceAll('\\', '/'));
    const isKnown = known.has(place);
    known.add(place);
    if (last === undefined || (isKnown && !looksAgain)) continue;
    const file = await parts.pictureFiles.find({ path: ref.path, baseDir, roots }, signal).catch(passOver(signal));
    if (file === undefined) continue;
    const state = `${place}|${file.sizeBytes}|${file.changedAtMs}`;
    seen.state.push(state);
    if (file.changedAtMs < last.runStartedAtMs - clockSkewMsMax) continue;
    if (last.pictures.length === 0) {
      seen.areNew ||= file.changedAtMs > last.runStartedAtMs;
      continue;
    }
    const hash = await hashOf(file, state, parts, signal);
    if (hash === undefined || last.pictures.includes(hash)) continue;
    seen.areNew = true;
    seen.hashes.push(hash);
  }
  return seen;
}

async function hashOf(
  file: PictureFile,
  state: string,
  { memory, clock }: PictureParts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = memory.pictureHash(state);
  if (known !== undefined) return known;
  const hash = await file.sha256().catch(passOver(signal));
  if (hash !== undefined) memory.notePictureHash(state, hash, clock.now());
  return hash;
}

/** A picture that is not there, or may not be opened, is no other picture. */
function passOver(signal: AbortSignal) {
  return (error: unknown): undefined => {
    if (signal.aborted || !isRowscribeError(error)) throw error;
  };
}
