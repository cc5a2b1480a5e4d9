// One look at a watched workbook: which of its rows need something, beside what the journal knows of them.
import path from 'node:path';
import type { ProductRow } from '../domain/row.ts';
import { watchWork, type WatchWork } from '../domain/watch-work.ts';
import { isRowscribeError } from '../errors.ts';
import type { PictureFiles } from '../ports/picture-files.ts';
import type { Journal, LastRow } from '../ports/store.ts';
import type { Book, Workbooks } from '../ports/workbook.ts';
import type { Located } from './deliver.ts';
import type { FillOptions } from './fill.ts';
import { productRows, viewSheet } from './ingest.ts';

export interface ChangesParts {
  readonly workbooks: Workbooks;
  readonly journal: Journal;
  readonly pictureFiles: PictureFiles;
}

export interface RowChange {
  readonly row: ProductRow;
  readonly work: WatchWork;
  /** SHA-256 of the pictures that the row has now, as far as they were looked at, and before. */
  readonly pictures: readonly string[];
  readonly outcome: LastRow['outcome'];
  /** Equal for the same work on the same inputs. */
  readonly identity: string;
}

export interface Changes {
  readonly located: Located;
  readonly changes: readonly RowChange[];
}

/** What is remembered of a workbook between two looks. */
export interface BookMemory {
  /** Of the file as it was last looked at; '' before the first look. */
  sha256: string;
  /** Absolute paths of the picture files that its rows name. */
  readonly pictures: Set<string>;
  /** Hashes of pictures by path, size and time of change. */
  readonly hashes: Map<string, string>;
  /** Work that was done as well as it could be, by row key: it is not done again for the same inputs. */
  readonly tried: Map<string, string>;
}

export const newMemory = (): BookMemory => ({ sha256: '', pictures: new Set(), hashes: new Map(), tried: new Map() });

/** Why a text was put back, in the journal. */
export const restoredReason = 'an older copy was saved over it';

/** A picture file that is older than the run by this much cannot be another one than the run saw, whatever clocks say. */
const clockSkewMsMax = 24 * 60 * 60 * 1000;

/**
 * Looks at the workbook; undefined when its file is the one that `memory` knows and no picture is to be looked at again.
 * Errors: those of opening and of finding the columns.
 */
export async function findChanges(
  parts: ChangesParts,
  options: FillOptions,
  memory: BookMemory,
  looksAtPictures: boolean,
  signal: AbortSignal,
): Promise<Changes | undefined> {
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    if (book.sha256 === memory.sha256 && !looksAtPictures) return undefined;
    const changes = await changesOf(book, parts, options, memory, looksAtPictures, signal);
    memory.sha256 = book.sha256;
    return changes;
  } finally {
    await book.close();
  }
}

const nothing: ReadonlyMap<string, string> = new Map();

async function changesOf(
  book: Book,
  parts: ChangesParts,
  options: FillOptions,
  memory: BookMemory,
  looksAtPictures: boolean,
  signal: AbortSignal,
): Promise<Changes> {
  const { journal } = parts;
  const view = await viewSheet(book, options.recipe, options.sheet, signal);
  const known = journal.lastRows(options.workbook, view.sheet);
  const changes: RowChange[] = [];
  for await (const row of productRows(book, view, signal)) {
    const last = known.get(row.key);
    const pictures = await lookAtPictures(row, last, parts.pictureFiles, options, memory, looksAtPictures, signal);
    const work = watchWork(
      {
        row,
        isChanged: last !== undefined && (last.fingerprint !== row.fingerprint || pictures.areNew),
        // A row without a record has had nothing delivered: a large sheet is not looked up row by row.
        delivered: last === undefined ? nothing : journal.lastDelivered(options.workbook, view.sheet, row.key),
        version: (key) => versionOf(journal, options.workbook, view.sheet, row.key, key),
      },
      options.recipe,
    );
    if (work.keys.length + work.staleKeys.length + work.restored.size === 0) {
      memory.tried.delete(row.key);
      continue;
    }
    const inputs = [row.fingerprint, ...pictures.state];
    const identity = JSON.stringify([inputs, work.keys, work.staleKeys, [...work.restored.keys()]]);
    const outcome = last?.outcome ?? 'done';
    if (memory.tried.get(row.key) === identity) continue;
    changes.push({ row, work, pictures: pictures.hashes, outcome, identity });
  }
  return { located: { sha256: book.sha256, view }, changes };
}

function versionOf(journal: Journal, workbook: string, sheet: string, rowKey: string, key: string) {
  const [newest, ...older] = journal.history(workbook, sheet, rowKey, key);
  if (newest === undefined) return undefined;
  const wasRestored = [newest, ...older].some((one) => one.text === newest.text && one.reason === restoredReason);
  const earlier = new Set(older.map((one) => one.text).filter((text) => text !== '' && text !== newest.text));
  return { previous: newest.previous, earlier, wasRestored };
}

interface PicturesSeen {
  readonly areNew: boolean;
  readonly hashes: readonly string[];
  /** Changes whenever a file does. */
  readonly state: readonly string[];
}

/** Whether files that the row names hold other pictures than those its texts were made from. */
async function lookAtPictures(
  row: ProductRow,
  last: LastRow | undefined,
  files: PictureFiles,
  options: FillOptions,
  memory: BookMemory,
  looksAgain: boolean,
  signal: AbortSignal,
): Promise<PicturesSeen> {
  const seen = { areNew: false, hashes: [...(last?.pictures ?? [])], state: [] as string[] };
  const { baseDir, roots } = options.pictureRules;
  for (const ref of row.pictures) {
    // Those inside the workbook are part of the row's fingerprint.
    if (ref.kind !== 'file') continue;
    const { path: name } = ref;
    // Only to tell which workbook an event is about: whether the path may be opened is decided elsewhere.
    const place = path.resolve(baseDir, name.replaceAll('\\', '/'));
    if (last === undefined || (memory.pictures.has(place) && !looksAgain)) {
      memory.pictures.add(place);
      continue;
    }
    memory.pictures.add(place);
    const file = await files.find({ path: name, baseDir, roots }, signal).catch(passOver(signal));
    if (file === undefined) continue;
    const state = `${place}|${file.sizeBytes}|${file.changedAtMs}`;
    seen.state.push(state);
    if (file.changedAtMs < last.runStartedAtMs - clockSkewMsMax) continue;
    if (last.pictures.length === 0) {
      seen.areNew ||= file.changedAtMs > last.runStartedAtMs;
      continue;
    }
    const hash = memory.hashes.get(state) ?? (await file.sha256().catch(passOver(signal)));
    if (hash === undefined) continue;
    memory.hashes.set(state, hash);
    if (last.pictures.includes(hash)) continue;
    seen.areNew = true;
    seen.hashes.push(hash);
  }
  return seen;
}

/** A picture that is not there, or may not be opened, is no other picture. */
function passOver(signal: AbortSignal) {
  return (error: unknown): undefined => {
    if (signal.aborted || !isRowscribeError(error)) throw error;
  };
}
