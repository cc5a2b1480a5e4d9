// A second, plain reader of zip packages: the tests' own eyes on what the product wrote.
import { crc32, inflateRawSync } from 'node:zlib';

export interface ReadPart {
  readonly name: string;
  /** As it lies in the file. */
  readonly raw: Buffer;
  readonly method: number;
  readonly crc: number;
}

/** Every part of a package, by its name with "/", in order. */
export function readZip(bytes: Buffer): Map<string, ReadPart> {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  let count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (at === 0xffffffff) {
    const wide = Number(bytes.readBigUInt64LE(end - 20 + 8));
    count = Number(bytes.readBigUInt64LE(wide + 32));
    at = Number(bytes.readBigUInt64LE(wide + 48));
  }
  const parts = new Map<string, ReadPart>();
  for (let index = 0; index < count; index += 1) {
    const nameBytes = bytes.readUInt16LE(at + 28);
    const extraBytes = bytes.readUInt16LE(at + 30);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes).replaceAll('\\', '/');
    const wide = wideValues(bytes.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes));
    const inflated = bytes.readUInt32LE(at + 24);
    if (inflated === 0xffffffff) wide.shift();
    const compressed = valueAt(bytes, at + 20, wide);
    const offset = valueAt(bytes, at + 42, wide);
    const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const raw = bytes.subarray(start, start + compressed);
    parts.set(name, { name, raw, method: bytes.readUInt16LE(at + 10), crc: bytes.readUInt32LE(at + 16) });
    at += 46 + nameBytes + extraBytes + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

/** The content of a part; throws when its checksum is wrong. */
export function contentOf(part: ReadPart): Buffer {
  const content = part.method === 0 ? part.raw : inflateRawSync(part.raw);
  if (crc32(content) !== part.crc) throw new Error(`${part.name} has a wrong checksum`);
  return content;
}

function valueAt(bytes: Buffer, at: number, wide: number[]): number {
  const value = bytes.readUInt32LE(at);
  return value === 0xffffffff ? (wide.shift() ?? value) : value;
}

function wideValues(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const count = extra.readUInt16LE(at + 2) / 8;
    return Array.from({ length: count }, (_, index) => Number(extra.readBigUInt64LE(at + 4 + index * 8)));
  }
  return [];
}
