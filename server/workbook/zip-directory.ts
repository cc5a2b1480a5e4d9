// The central directory of a zip file: what it claims to hold, checked before anything is inflated.
import { both, type Detail } from '../domain/language.ts';
import { Fault } from './fault.ts';
import type { WorkbookLimits } from './limits.ts';

/** Bytes at positions, as a file gives them. `read` returns exactly the bytes asked for, or fewer at the end. */
export interface ByteSource {
  readonly size: number;
  read(position: number, length: number): Promise<Buffer>;
}

export interface ZipEntry {
  /** As people would write it: with "/" whatever the file has. */
  readonly name: string;
  /** Equal for all spellings of one part name: lower case, decoded, without a leading "/". */
  readonly key: string;
  readonly rawName: Buffer;
  readonly flags: number;
  /** 0 stored, 8 deflated; others are carried but cannot be read. */
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
  readonly headerOffset: number;
  /** The entry's record in the central directory, with name, extra fields and comment. */
  readonly record: Buffer;
}

export interface ZipDirectory {
  /** In the order of the directory. */
  readonly entries: readonly ZipEntry[];
  readonly comment: Buffer;
}

/** What is wrong with a zip file; the package layer turns it into an error for people. */
export class ZipFault extends Fault {
  readonly kind: 'unreadable' | 'too-large' | 'encrypted';

  constructor(kind: ZipFault['kind'], detail: Detail) {
    super(detail);
    this.kind = kind;
  }
}

const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
const RECORD_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const END64_BYTES = 56;
const RECORD_BYTES = 46;
export const LOCAL_HEADER_BYTES = 30;
const COMMENT_BYTES_MAX = 0xffff;
const RATIO_MATTERS_BYTES = 4 * 1024 * 1024;

/** Reads the directory and holds it against the limits. Errors: ZipFault. */
export async function readDirectory(source: ByteSource, limits: WorkbookLimits): Promise<ZipDirectory> {
  const end = await findEnd(source);
  if (end.entries > Math.min(limits.entriesMax, 65_534))
    throw new ZipFault('too-large', both(`${end.entries} 个部件`, `${end.entries} parts`));
  if (end.offset + end.bytes > end.position)
    throw new ZipFault('unreadable', both('它的目录不完整', 'its directory is cut off'));
  const directory = await source.read(end.offset, end.bytes);
  const entries = parseEntries(directory, end.entries);
  checkClaims(entries, limits);
  checkPlaces(entries, end.offset);
  checkNames(entries);
  return { entries, comment: end.comment };
}

interface DirectoryEnd {
  readonly entries: number;
  readonly bytes: number;
  readonly offset: number;
  /** Where the end records begin. */
  readonly position: number;
  readonly comment: Buffer;
}

async function findEnd(source: ByteSource): Promise<DirectoryEnd> {
  const length = Math.min(source.size, END_BYTES + COMMENT_BYTES_MAX);
  const tail = await source.read(source.size - length, length);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const end: DirectoryEnd = {
      entries: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
      position: source.size - length + at,
      comment: Buffer.from(tail.subarray(at + END_BYTES)),
    };
    if (tail.readUInt16LE(at + 4) !== tail.readUInt16LE(at + 6))
      throw new ZipFault('unreadable', both('它被分成了多卷', 'split in volumes'));
    const wide = end.entries === 0xffff || end.bytes === 0xffffffff || end.offset === 0xffffffff;
    return wide ? readWideEnd(source, end) : end;
  }
  throw new ZipFault('unreadable', both('不是 zip 包，或文件不完整', 'it is no zip package or is cut off'));
}

async function readWideEnd(source: ByteSource, end: DirectoryEnd): Promise<DirectoryEnd> {
  const locator = await source.read(Math.max(0, end.position - LOCATOR64_BYTES), LOCATOR64_BYTES);
  if (locator.length < LOCATOR64_BYTES || locator.readUInt32LE(0) !== LOCATOR64_SIGNATURE) return end;
  const position = wideNumber(locator, 8);
  const record = await source.read(position, END64_BYTES);
  if (record.length < END64_BYTES || record.readUInt32LE(0) !== END64_SIGNATURE) {
    throw new ZipFault('unreadable', both('它的 zip64 目录已损坏', 'its zip64 directory is damaged'));
  }
  const [entries, bytes, offset] = [wideNumber(record, 32), wideNumber(record, 40), wideNumber(record, 48)];
  return { entries, bytes, offset, position, comment: end.comment };
}

function wideNumber(buffer: Buffer, at: number): number {
  const value = buffer.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ZipFault('unreadable', both('其中有大小不合理', 'a size in it is impossible'));
  return Number(value);
}

function parseEntries(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + RECORD_BYTES > directory.length || directory.readUInt32LE(at) !== RECORD_SIGNATURE) {
      throw new ZipFault('unreadable', both('它的目录已损坏', 'its directory is damaged'));
    }
    const lengths = directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const next = at + RECORD_BYTES + lengths;
    if (next > directory.length) throw new ZipFault('unreadable', both('它的目录已损坏', 'its directory is damaged'));
    entries.push(parseEntry(Buffer.from(directory.subarray(at, next))));
    at = next;
  }
  return entries;
}

function parseEntry(record: Buffer): ZipEntry {
  const nameEnd = RECORD_BYTES + record.readUInt16LE(28);
  const rawName = record.subarray(RECORD_BYTES, nameEnd);
  const extra = record.subarray(nameEnd, nameEnd + record.readUInt16LE(30));
  const name = rawName.toString('utf8').replaceAll('\\', '/');
  const sizes = wideSizes(extra, record.readUInt32LE(24), record.readUInt32LE(20), record.readUInt32LE(42));
  const flags = record.readUInt16LE(8);
  if ((flags & 1) !== 0) throw new ZipFault('encrypted', both('它的部件已加密', 'its parts are encrypted'));
  return {
    name,
    key: partKey(name),
    rawName,
    flags,
    method: record.readUInt16LE(10),
    crc32: record.readUInt32LE(16),
    ...sizes,
    record,
  };
}

/** Sizes that did not fit into the record stand in the zip64 extra field, in this order, only as far as needed. */
function wideSizes(extra: Buffer, inflated: number, compressed: number, offset: number) {
  const sizes = [inflated, compressed, offset];
  const field = extraFields(extra).find((one) => one.id === 1);
  let at = 0;
  sizes.forEach((size, index) => {
    if (size !== 0xffffffff || field === undefined || at + 8 > field.data.length) return;
    sizes[index] = wideNumber(field.data, at);
    at += 8;
  });
  const [inflatedBytes = 0, compressedBytes = 0, headerOffset = 0] = sizes;
  return { inflatedBytes, compressedBytes, headerOffset };
}

/** The extra fields of a record; an unfinished last one is left out. */
export function extraFields(extra: Buffer): { id: number; data: Buffer; whole: Buffer }[] {
  const fields: { id: number; data: Buffer; whole: Buffer }[] = [];
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) break;
    fields.push({ id: extra.readUInt16LE(at), data: extra.subarray(at + 4, end), whole: extra.subarray(at, end) });
    at = end;
  }
  return fields;
}

/** The form in which part names are compared: they are case-insensitive and may be percent-encoded. */
export function partKey(name: string): string {
  const plain = name.replaceAll('\\', '/').replace(/^\/+/, '');
  return decodePercent(plain).toLowerCase();
}

function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function checkClaims(entries: readonly ZipEntry[], limits: WorkbookLimits): void {
  let total = 0;
  for (const entry of entries) {
    total += entry.inflatedBytes;
    const ratio = entry.inflatedBytes / Math.max(1, entry.compressedBytes);
    if (entry.inflatedBytes > RATIO_MATTERS_BYTES && ratio > limits.inflationRatioMax) {
      throw new ZipFault(
        'too-large',
        both(
          `${entry.name} 解压后是原来的 ${Math.round(ratio)} 倍`,
          `${entry.name} inflates ${Math.round(ratio)} times`,
        ),
      );
    }
  }
  const megabytes = Math.ceil(total / 2 ** 20);
  if (total > limits.inflatedBytesMax) {
    throw new ZipFault('too-large', both(`解压后共 ${megabytes} MB`, `${megabytes} MB inside`));
  }
}

/** Entries that overlap are how small files claim to be huge; no honest writer makes them. */
function checkPlaces(entries: readonly ZipEntry[], directoryOffset: number): void {
  const sorted = entries.toSorted((a, b) => a.headerOffset - b.headerOffset);
  sorted.forEach((entry, index) => {
    const end = entry.headerOffset + LOCAL_HEADER_BYTES + entry.rawName.length + entry.compressedBytes;
    const limit = sorted[index + 1]?.headerOffset ?? directoryOffset;
    if (end > limit)
      throw new ZipFault(
        'unreadable',
        both(`部件 ${entry.name} 不完整或与其他部件重叠`, `the part ${entry.name} is cut off or overlaps another`),
      );
  });
}

function checkNames(entries: readonly ZipEntry[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.key))
      throw new ZipFault('unreadable', both(`有两个部件都名为 ${entry.name}`, `two parts are named ${entry.name}`));
    seen.add(entry.key);
  }
}
