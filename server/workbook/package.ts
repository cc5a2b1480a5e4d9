// The package of a workbook: its parts by name, inflated within their declared size, and their relationships.
import { Readable, pipeline } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { both, type Detail } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import { failureCode } from './files.ts';
import type { WorkbookLimits } from './limits.ts';
import { parseXml } from './xml.ts';
import {
  LOCAL_HEADER_BYTES,
  ZipFault,
  partKey,
  readDirectory,
  type ByteSource,
  type ZipDirectory,
  type ZipEntry,
} from './zip-directory.ts';

const CHUNK_BYTES = 32 * 1024;
/** Below this a part is inflated in one go: a thread hop would cost more. */
const SMALL_BYTES = 128 * 1024;
const LOCAL_SIGNATURE = 0x04034b50;

export interface Relationship {
  readonly id: string;
  /** The last segment of the type's address: equal in the transitional and the strict form of the format. */
  readonly kind: string;
  /** The part it points to; undefined when the target is outside the package. */
  readonly part: string | undefined;
}

/** Where an entry's bytes lie, as its local header says. */
export interface EntryPlace {
  readonly rawName: Buffer;
  readonly extra: Buffer;
  readonly dataOffset: number;
}

/** Errors of all methods: `workbook-unreadable`, `workbook-too-large`, `workbook-encrypted`. */
export class Package {
  readonly path: string;
  readonly limits: WorkbookLimits;
  readonly directory: ZipDirectory;
  readonly #source: ByteSource;
  readonly #byKey: ReadonlyMap<string, ZipEntry>;

  private constructor(source: ByteSource, path: string, limits: WorkbookLimits, directory: ZipDirectory) {
    this.path = path;
    this.limits = limits;
    this.directory = directory;
    this.#source = source;
    this.#byKey = new Map(directory.entries.map((entry) => [entry.key, entry]));
  }

  /** Reads the directory of the package; no part is inflated. */
  static async open(source: ByteSource, path: string, limits: WorkbookLimits): Promise<Package> {
    if (source.size > limits.fileBytesMax) {
      throw new RowscribeError('workbook-too-large', { path, detail: `${Math.ceil(source.size / 2 ** 20)} MB` });
    }
    await refuseOldFormats(source, path);
    try {
      return new Package(source, path, limits, await readDirectory(source, limits));
    } catch (cause) {
      throw cause instanceof ZipFault ? faultError(cause, path) : cause;
    }
  }

  find(part: string): ZipEntry | undefined {
    return this.#byKey.get(partKey(part));
  }

  /** The entry of a part that has to be there. */
  part(name: string): ZipEntry {
    const entry = this.find(name);
    if (entry === undefined) throw this.unreadable(both(`缺少部件 ${name}`, `the part ${name} is missing`));
    return entry;
  }

  unreadable(detail: Detail, cause?: unknown): RowscribeError {
    return new RowscribeError('workbook-unreadable', { path: this.path, detail }, { cause });
  }

  tooLarge(detail: Detail): RowscribeError {
    return new RowscribeError('workbook-too-large', { path: this.path, detail });
  }

  /** Reads the local header of an entry. */
  async place(entry: ZipEntry): Promise<EntryPlace> {
    const header = await this.#source.read(entry.headerOffset, LOCAL_HEADER_BYTES);
    if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
      const { name } = entry;
      throw this.unreadable(
        both(`部件 ${name} 不在目录所说的位置`, `the part ${name} is not where the directory says`),
      );
    }
    const nameBytes = header.readUInt16LE(26);
    const extraBytes = header.readUInt16LE(28);
    const rest = await this.#source.read(entry.headerOffset + LOCAL_HEADER_BYTES, nameBytes + extraBytes);
    return {
      rawName: rest.subarray(0, nameBytes),
      extra: rest.subarray(nameBytes),
      dataOffset: entry.headerOffset + LOCAL_HEADER_BYTES + nameBytes + extraBytes,
    };
  }

  /** The entry's bytes as they lie in the file. */
  async *rawChunks(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const { dataOffset } = await this.place(entry);
    for (let done = 0; done < entry.compressedBytes;) {
      signal?.throwIfAborted();
      const length = Math.min(CHUNK_BYTES, entry.compressedBytes - done);
      const chunk = await this.#source.read(dataOffset + done, length);
      if (chunk.length < length) {
        throw this.unreadable(both(`部件 ${entry.name} 不完整`, `the part ${entry.name} is cut off`));
      }
      yield chunk;
      done += length;
    }
  }

  /** The part's content; its declared size and its checksum are held. */
  async *chunks(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Buffer> {
    let checksum = 0;
    let bytes = 0;
    for await (const chunk of this.#inflated(entry, signal)) {
      bytes += chunk.length;
      if (bytes > entry.inflatedBytes) {
        throw this.unreadable(both(`部件 ${entry.name} 比声明的大`, `the part ${entry.name} is larger than it says`));
      }
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (bytes !== entry.inflatedBytes || checksum !== entry.crc32) {
      throw this.#damaged(entry);
    }
  }

  /** A part that is held as a whole. */
  async bytes(entry: ZipEntry, signal?: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.wholeChunks(entry, signal)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Where a part's relationships lead; none when it has no relationships part. */
  async relationships(part: string, signal?: AbortSignal): Promise<Relationship[]> {
    const slash = part.lastIndexOf('/') + 1;
    const entry = this.find(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`);
    if (entry === undefined) return [];
    const found: Relationship[] = [];
    await parseXml(this, entry, this.wholeChunks(entry, signal), {
      open: (name, attributes) => {
        if (name !== 'Relationship') return;
        const external = attributes['TargetMode'] === 'External';
        found.push({
          id: attributes['Id'] ?? '',
          kind: attributes['Type']?.split('/').at(-1) ?? '',
          part: external ? undefined : resolvePart(part.slice(0, slash), attributes['Target'] ?? ''),
        });
      },
    });
    return found;
  }

  /** The content of a part that is held as a whole while it is used. */
  wholeChunks(entry: ZipEntry, signal?: AbortSignal): AsyncGenerator<Buffer> {
    if (entry.inflatedBytes > this.limits.partBytesMax) {
      const megabytes = Math.ceil(entry.inflatedBytes / 2 ** 20);
      throw this.tooLarge(both(`部件 ${entry.name} 有 ${megabytes} MB`, `the part ${entry.name} has ${megabytes} MB`));
    }
    return this.chunks(entry, signal);
  }

  async *#inflated(entry: ZipEntry, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    if (entry.method === 0) return yield* this.rawChunks(entry, signal);
    if (entry.method !== 8) {
      const { name } = entry;
      throw this.unreadable(both(`部件 ${name} 的压缩方式未知`, `the part ${name} is compressed in an unknown way`));
    }
    try {
      if (entry.compressedBytes <= SMALL_BYTES && entry.inflatedBytes <= SMALL_BYTES * 8) {
        yield await this.#inflateSmall(entry, signal);
      } else {
        yield* inflateStream(this.rawChunks(entry, signal));
      }
    } catch (cause) {
      const foreign = cause instanceof RowscribeError || failureCode(cause) !== undefined;
      if (foreign || signal?.aborted) throw cause;
      throw this.#damaged(entry, cause);
    }
  }

  #damaged({ name }: ZipEntry, cause?: unknown): RowscribeError {
    return this.unreadable(both(`部件 ${name} 已损坏`, `the part ${name} is damaged`), cause);
  }

  async #inflateSmall(entry: ZipEntry, signal: AbortSignal | undefined): Promise<Buffer> {
    const raw: Buffer[] = [];
    for await (const chunk of this.rawChunks(entry, signal)) raw.push(chunk);
    return inflateRawSync(Buffer.concat(raw), { maxOutputLength: Math.max(1, entry.inflatedBytes) });
  }
}

async function* inflateStream(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  // The loop below sees every error; without a callback it would also count as unhandled.
  pipeline(Readable.from(raw), inflate, () => {});
  for await (const chunk of inflate) yield chunk as Buffer;
}

function resolvePart(folder: string, target: string): string {
  const path = target.replaceAll('\\', '/');
  const segments = path.startsWith('/') ? [] : folder.split('/').filter((one) => one !== '');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function faultError(fault: ZipFault, path: string): RowscribeError {
  if (fault.kind === 'encrypted') return new RowscribeError('workbook-encrypted', { path }, { cause: fault });
  return new RowscribeError(`workbook-${fault.kind}`, { path, detail: fault.detail }, { cause: fault });
}

/** A compound file is a password-protected workbook or an old .xls; a bare stream of records is an older .xls still. */
async function refuseOldFormats(source: ByteSource, path: string): Promise<void> {
  const start = await source.read(0, 8);
  const compound = start.equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  const bareRecords = start.length === 8 && start[0] === 0x09 && [0, 2, 4, 8].includes(start[1] ?? -1);
  if (compound || bareRecords) throw new RowscribeError('workbook-encrypted', { path });
  if (start.length > 0) return;
  throw new RowscribeError('workbook-unreadable', { path, detail: both('文件为空', 'the file is empty') });
}
