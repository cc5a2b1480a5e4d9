// The header of a GGUF file in plain TypeScript: metadata, and whether all tensors are really in the file.
// Source: the GGUF specification (ggml/docs/gguf.md), versions 2 and 3, little-endian.
import { both, type Bilingual } from '../domain/language.ts';

export type GgufScalar = string | number | boolean;

export interface GgufHeader {
  readonly version: number;
  /** Scalar metadata by key; of arrays only the length is kept, as `<key>.length`. */
  readonly metadata: ReadonlyMap<string, GgufScalar>;
  readonly tensorCount: number;
  /** The file must be at least this long for every tensor to be complete. */
  readonly bytesNeeded: number;
}

/** `more`: the header goes on after the bytes given. `bad`: not a header that can be used, and why. */
export type GgufParse =
  | { readonly type: 'header'; readonly header: GgufHeader }
  | { readonly type: 'more' }
  | { readonly type: 'bad'; readonly detail: Bilingual };

const versions: readonly number[] = [2, 3];
const entriesMax = 1_000_000;
const dimensionsMax = 8;
const arrayDepthMax = 4;

/** Reads a header from the first bytes of a file. Never throws for bad data. */
export function parseGguf(bytes: Uint8Array): GgufParse {
  const cursor = new Cursor(bytes);
  try {
    return { type: 'header', header: readHeader(cursor) };
  } catch (error) {
    if (error === needMore) return { type: 'more' };
    if (error instanceof BadHeader) return { type: 'bad', detail: error.detail };
    throw error;
  }
}

class BadHeader extends Error {
  readonly detail: Bilingual;

  constructor(zh: string, en: string) {
    super(en);
    this.detail = both(zh, en);
  }
}
const needMore = new Error('more bytes needed');

function readHeader(cursor: Cursor): GgufHeader {
  if (cursor.bytes(4).toString('latin1') !== 'GGUF')
    throw new BadHeader('文件不以 GGUF 开头', 'it does not begin with GGUF');
  const version = cursor.u32();
  if (!versions.includes(version))
    throw new BadHeader(`不支持 GGUF 版本 ${version}`, `GGUF version ${version} is not known`);
  const tensorCount = cursor.count('张量', 'tensors');
  const metadataCount = cursor.count('元数据', 'metadata entries');
  const metadata = new Map<string, GgufScalar>();
  for (let entry = 0; entry < metadataCount; entry++) {
    const key = cursor.text();
    readValue(cursor, key, cursor.u32(), metadata);
  }
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 8 || alignment % 8 !== 0) {
    throw new BadHeader('对齐值有误', 'bad alignment');
  }
  let tensorsEnd = 0;
  for (let tensor = 0; tensor < tensorCount; tensor++) tensorsEnd = Math.max(tensorsEnd, readTensorEnd(cursor));
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const bytesNeeded = tensorsEnd > 0 ? dataStart + tensorsEnd : cursor.position;
  return { version, metadata, tensorCount, bytesNeeded };
}

function readValue(cursor: Cursor, key: string, type: number, metadata: Map<string, GgufScalar>): void {
  if (type === arrayType) {
    metadata.set(`${key}.length`, skipArray(cursor, 0));
  } else if (type === stringType) {
    metadata.set(key, cursor.text());
  } else {
    metadata.set(key, scalarOf(type).read(cursor.bytes(scalarOf(type).sizeBytes)));
  }
}

function skipArray(cursor: Cursor, depth: number): number {
  if (depth > arrayDepthMax) throw new BadHeader('数组嵌套过深', 'arrays nested too deep');
  const type = cursor.u32();
  const length = cursor.count('数组项', 'array items', Number.MAX_SAFE_INTEGER);
  if (type !== stringType && type !== arrayType) {
    cursor.skip(length * scalarOf(type).sizeBytes);
    return length;
  }
  for (let item = 0; item < length; item++) {
    if (type === stringType) cursor.skip(cursor.u64());
    else skipArray(cursor, depth + 1);
  }
  return length;
}

/** Where a tensor ends, in bytes after the start of the data. Of an unknown type only its beginning is known. */
function readTensorEnd(cursor: Cursor): number {
  const name = cursor.text();
  const dimensions = cursor.u32();
  if (dimensions > dimensionsMax)
    throw new BadHeader(`张量 ${name} 有 ${dimensions} 个维度`, `tensor ${name} has ${dimensions} dimensions`);
  let elements = 1;
  for (let dimension = 0; dimension < dimensions; dimension++) elements *= cursor.u64();
  const [perBlock, blockBytes] = tensorBlocks.get(cursor.u32()) ?? [1, 0];
  const end = cursor.u64() + Math.ceil(elements / perBlock) * blockBytes;
  if (!Number.isSafeInteger(end))
    throw new BadHeader(`张量 ${name} 的大小不合理`, `tensor ${name} has an impossible size`);
  return end;
}

interface Scalar {
  readonly sizeBytes: number;
  readonly read: (bytes: Buffer) => GgufScalar;
}

const stringType = 8;
const arrayType = 9;
const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, { sizeBytes: 1, read: (b) => b.readUInt8() }],
  [1, { sizeBytes: 1, read: (b) => b.readInt8() }],
  [2, { sizeBytes: 2, read: (b) => b.readUInt16LE() }],
  [3, { sizeBytes: 2, read: (b) => b.readInt16LE() }],
  [4, { sizeBytes: 4, read: (b) => b.readUInt32LE() }],
  [5, { sizeBytes: 4, read: (b) => b.readInt32LE() }],
  [6, { sizeBytes: 4, read: (b) => b.readFloatLE() }],
  [7, { sizeBytes: 1, read: (b) => b.readUInt8() !== 0 }],
  [10, { sizeBytes: 8, read: (b) => Number(b.readBigUInt64LE()) }],
  [11, { sizeBytes: 8, read: (b) => Number(b.readBigInt64LE()) }],
  [12, { sizeBytes: 8, read: (b) => b.readDoubleLE() }],
]);

function scalarOf(type: number): Scalar {
  const scalar = scalars.get(type);
  if (!scalar) throw new BadHeader(`不支持值类型 ${type}`, `value type ${type} is not known`);
  return scalar;
}

/** Tensor type → elements per block, bytes per block. Source: ggml.c, `type_traits`. */
const tensorBlocks: ReadonlyMap<number, readonly [number, number]> = new Map([
  ...(
    [
      [0, 4],
      [1, 2],
      [24, 1],
      [25, 2],
      [26, 4],
      [27, 8],
      [28, 8],
      [30, 2],
    ] as const
  ).map(plainType),
  ...(
    [
      [2, 18],
      [3, 20],
      [6, 22],
      [7, 24],
      [8, 34],
      [9, 36],
      [20, 18],
      [39, 17],
    ] as const
  ).map(block32Type),
  ...(
    [
      [10, 84],
      [11, 110],
      [12, 144],
      [13, 176],
      [14, 210],
      [15, 292],
      [16, 66],
      [17, 74],
    ] as const
  ).map(block256Type),
  ...(
    [
      [18, 98],
      [19, 50],
      [21, 110],
      [22, 82],
      [23, 136],
      [29, 56],
      [34, 54],
      [35, 66],
    ] as const
  ).map(block256Type),
]);

type Blocks = [number, readonly [number, number]];
function plainType([type, bytes]: readonly [number, number]): Blocks {
  return [type, [1, bytes]];
}
function block32Type([type, bytes]: readonly [number, number]): Blocks {
  return [type, [32, bytes]];
}
function block256Type([type, bytes]: readonly [number, number]): Blocks {
  return [type, [256, bytes]];
}

class Cursor {
  position = 0;
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  skip(sizeBytes: number): void {
    this.position += sizeBytes;
    if (this.position > this.#buffer.length) throw needMore;
  }

  bytes(sizeBytes: number): Buffer {
    const start = this.position;
    this.skip(sizeBytes);
    return this.#buffer.subarray(start, this.position);
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  u64(): number {
    const value = this.bytes(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new BadHeader('其中有数值大得不合理', 'a number in it is impossibly large');
    return Number(value);
  }

  count(zh: string, en: string, countMax = entriesMax): number {
    const value = this.u64();
    if (value > countMax) throw new BadHeader(`声称的${zh}数量为 ${value}`, `it claims to have ${value} ${en}`);
    return value;
  }

  text(): string {
    return this.bytes(this.u64()).toString('utf8');
  }
}
