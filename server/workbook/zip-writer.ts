// Writes a package again: untouched parts with the very bytes of their deflate streams, others deflated anew.
import { Readable, pipeline } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { Package } from './package.ts';
import { LOCAL_HEADER_BYTES, extraFields, type ZipEntry } from './zip-directory.ts';

/** Where the new file's bytes go. A write is complete when its promise resolves. */
export interface ByteSink {
  write(bytes: Buffer, position: number): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;
/** Half the time of the default level for a file about an eighth larger. */
const LEVEL = 4;
const ZIP64_FIELD = 1;
const SIZE_IN_DESCRIPTOR_FLAG = 8;
const LEVEL_FLAGS = 6;
const END_BYTES = 22;

interface Sizes {
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
  readonly method: number;
}

/** Entries in the order of the calls, then `finish`. Errors: those of the package read from and of the sink. */
export class ZipWriter {
  readonly #sink: ByteSink;
  readonly #records: Buffer[] = [];
  #position = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Copies a part without inflating it; gives the checksum of its bytes as they lie in the file. */
  async copy(pkg: Package, entry: ZipEntry, signal?: AbortSignal): Promise<number> {
    const offset = this.#position;
    await this.#append(await localHeader(pkg, entry, entry));
    let checksum = 0;
    for await (const chunk of pkg.rawChunks(entry, signal)) {
      checksum = crc32(chunk, checksum);
      await this.#append(chunk);
    }
    this.#records.push(directoryRecord(entry, entry, offset));
    return checksum;
  }

  /** Writes new content in the place of a part. */
  async replace(pkg: Package, entry: ZipEntry, content: AsyncIterable<Buffer>): Promise<void> {
    const offset = this.#position;
    const sizes = { crc32: 0, compressedBytes: 0, inflatedBytes: 0, method: 8 };
    await this.#append(await localHeader(pkg, entry, sizes));
    const deflate = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK_BYTES });
    // The loop below sees every error; without a callback it would also count as unhandled.
    pipeline(Readable.from(counted(content, sizes)), deflate, () => {});
    for await (const chunk of deflate) {
      sizes.compressedBytes += (chunk as Buffer).length;
      await this.#append(chunk as Buffer);
    }
    await this.#flush();
    await this.#sink.write(await localHeader(pkg, entry, sizes), offset);
    this.#records.push(directoryRecord(entry, sizes, offset));
  }

  /** Writes the directory. */
  async finish(comment: Buffer): Promise<void> {
    const offset = this.#position;
    for (const record of this.#records) await this.#append(record);
    const end = Buffer.alloc(END_BYTES);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#records.length, 8);
    end.writeUInt16LE(this.#records.length, 10);
    end.writeUInt32LE(this.#position - offset, 12);
    end.writeUInt32LE(offset, 16);
    end.writeUInt16LE(comment.length, 20);
    await this.#append(Buffer.concat([end, comment]));
    await this.#flush();
  }

  async #append(bytes: Buffer): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#position += bytes.length;
    if (this.#waitingBytes >= CHUNK_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (bytes.length > 0) await this.#sink.write(bytes, this.#position - bytes.length);
  }
}

async function* counted(
  content: AsyncIterable<Buffer>,
  sizes: { crc32: number; inflatedBytes: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    sizes.crc32 = crc32(chunk, sizes.crc32);
    sizes.inflatedBytes += chunk.length;
    if (chunk.length > 0) yield chunk;
  }
}

/** Sizes stand in the header, so neither descriptors nor zip64 fields are needed below 4 GiB. */
async function localHeader(pkg: Package, entry: ZipEntry, sizes: Sizes): Promise<Buffer> {
  const place = await pkg.place(entry);
  const extra = withoutZip64(place.extra);
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  entry.record.copy(header, 4, 6, 8);
  header.writeUInt16LE(flagsOf(entry, sizes), 6);
  header.writeUInt16LE(sizes.method, 8);
  entry.record.copy(header, 10, 12, 16);
  header.writeUInt32LE(sizes.crc32, 14);
  header.writeUInt32LE(sizes.compressedBytes, 18);
  header.writeUInt32LE(sizes.inflatedBytes, 22);
  header.writeUInt16LE(entry.rawName.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, entry.rawName, extra]);
}

function directoryRecord(entry: ZipEntry, sizes: Sizes, offset: number): Buffer {
  const { record } = entry;
  const extraStart = 46 + entry.rawName.length;
  const extraEnd = extraStart + record.readUInt16LE(30);
  const extra = withoutZip64(record.subarray(extraStart, extraEnd));
  const fresh = Buffer.concat([record.subarray(0, extraStart), extra, record.subarray(extraEnd)]);
  fresh.writeUInt16LE(flagsOf(entry, sizes), 8);
  fresh.writeUInt16LE(sizes.method, 10);
  fresh.writeUInt32LE(sizes.crc32, 16);
  fresh.writeUInt32LE(sizes.compressedBytes, 20);
  fresh.writeUInt32LE(sizes.inflatedBytes, 24);
  fresh.writeUInt16LE(extra.length, 30);
  fresh.writeUInt32LE(offset, 42);
  return fresh;
}

function flagsOf(entry: ZipEntry, sizes: Sizes): number {
  const kept = sizes === entry ? entry.flags : entry.flags & ~LEVEL_FLAGS;
  return kept & ~SIZE_IN_DESCRIPTOR_FLAG;
}

function withoutZip64(extra: Buffer): Buffer {
  const fields = extraFields(extra);
  if (!fields.some((field) => field.id === ZIP64_FIELD)) return extra;
  return Buffer.concat(fields.filter((field) => field.id !== ZIP64_FIELD).map((field) => field.whole));
}
