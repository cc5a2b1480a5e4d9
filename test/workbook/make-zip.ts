// Makes zip packages by hand for the tests, with every peculiarity that real ones have.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly data: string | Buffer;
  /** Stored instead of deflated. */
  readonly stored?: boolean;
  /** Sizes in a descriptor after the data, zeros in the local header. */
  readonly descriptor?: boolean;
  /** Sizes in zip64 fields. */
  readonly zip64?: boolean;
  /** A lie about the inflated size. */
  readonly claimedBytes?: number;
  readonly flags?: number;
}

/** Above this size speed matters more; spreadsheet programs do not deflate well either. */
const LARGE_BYTES = 2 ** 24;

interface Placed {
  readonly part: ZipPart;
  readonly name: Buffer;
  readonly crc: number;
  readonly compressed: number;
  readonly inflated: number;
  readonly offset: number;
}

/** The bytes of a zip file. With `wideEnd` its directory is found through zip64 records. */
export function makeZip(parts: readonly ZipPart[], options: { wideEnd?: boolean; comment?: string } = {}): Buffer {
  const pieces: Buffer[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data);
    const body = part.stored ? data : deflateRawSync(data, { level: data.length > LARGE_BYTES ? 1 : 6 });
    const inflated = part.claimedBytes ?? data.length;
    const one = { part, name: Buffer.from(part.name), crc: crc32(data), compressed: body.length, inflated, offset };
    const local = Buffer.concat([localHeader(one), body, part.descriptor ? descriptor(one) : Buffer.alloc(0)]);
    placed.push(one);
    pieces.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(placed.map(record));
  return Buffer.concat([...pieces, directory, end(placed.length, directory.length, offset, options)]);
}

const WIDE = 0xffffffff;

function localHeader({ part, name, crc, compressed, inflated }: Placed): Buffer {
  const extra = part.zip64 ? wideField([inflated, compressed]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flagsOf(part), 6);
  header.writeUInt16LE(part.stored ? 0 : 8, 8);
  header.writeUInt32LE(0x5a215000, 10);
  header.writeUInt32LE(part.descriptor ? 0 : crc, 14);
  header.writeUInt32LE(part.descriptor ? 0 : part.zip64 ? WIDE : compressed, 18);
  header.writeUInt32LE(part.descriptor ? 0 : part.zip64 ? WIDE : inflated, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function record({ part, name, crc, compressed, inflated, offset }: Placed): Buffer {
  const extra = part.zip64 ? wideField([inflated, compressed, offset]) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flagsOf(part), 8);
  header.writeUInt16LE(part.stored ? 0 : 8, 10);
  header.writeUInt32LE(0x5a215000, 12);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(part.zip64 ? WIDE : compressed, 20);
  header.writeUInt32LE(part.zip64 ? WIDE : inflated, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(part.zip64 ? WIDE : offset, 42);
  return Buffer.concat([header, name, extra]);
}

function flagsOf(part: ZipPart): number {
  return (part.flags ?? 0) | (part.descriptor ? 8 : 0) | 0x800;
}

function wideField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => field.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return field;
}

function descriptor({ crc, compressed, inflated }: Placed): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(compressed, 8);
  bytes.writeUInt32LE(inflated, 12);
  return bytes;
}

function end(count: number, bytes: number, offset: number, options: { wideEnd?: boolean; comment?: string }): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const narrow = Buffer.alloc(22);
  narrow.writeUInt32LE(0x06054b50, 0);
  narrow.writeUInt16LE(options.wideEnd ? 0xffff : count, 8);
  narrow.writeUInt16LE(options.wideEnd ? 0xffff : count, 10);
  narrow.writeUInt32LE(options.wideEnd ? WIDE : bytes, 12);
  narrow.writeUInt32LE(options.wideEnd ? WIDE : offset, 16);
  narrow.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...(options.wideEnd ? [wideEnd(count, bytes, offset)] : []), narrow, comment]);
}

function wideEnd(count: number, bytes: number, offset: number): Buffer {
  const both = Buffer.alloc(56 + 20);
  both.writeUInt32LE(0x06064b50, 0);
  both.writeBigUInt64LE(44n, 4);
  both.writeBigUInt64LE(BigInt(count), 24);
  both.writeBigUInt64LE(BigInt(count), 32);
  both.writeBigUInt64LE(BigInt(bytes), 40);
  both.writeBigUInt64LE(BigInt(offset), 48);
  both.writeUInt32LE(0x07064b50, 56);
  both.writeBigUInt64LE(BigInt(offset + bytes), 64);
  both.writeUInt32LE(1, 72);
  return both;
}
