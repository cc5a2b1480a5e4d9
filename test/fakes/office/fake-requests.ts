// Requests to the fake Excel: a queue that runs at each sync, objects that know nothing before they are loaded.
import type { FakeExcel } from './fake-excel.ts';

/** An error as office.js throws it. */
export class OfficeError extends Error {
  override readonly name = 'OfficeError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One `Excel.run`: what is queued runs in order at `sync`, and stops at the first error with what came before it done. */
export class FakeContext {
  readonly excel: FakeExcel;
  readonly #isDelayed: boolean;
  #queue: (() => void)[] = [];
  #arrived: (() => void)[] = [];
  #responseBytes = 0;
  #requestBytes = 0;

  constructor(excel: FakeExcel, isDelayed: boolean) {
    this.excel = excel;
    this.#isDelayed = isDelayed;
  }

  queue(action: () => void): void {
    this.#queue.push(action);
  }

  /** What is sent with the request counts towards its limit. */
  send(content: unknown): void {
    this.#requestBytes += JSON.stringify(content).length;
  }

  /** Told to the page when the sync has succeeded. */
  receive(content: unknown, arrive: () => void): void {
    this.#responseBytes += JSON.stringify(content ?? null).length;
    this.#arrived.push(arrive);
  }

  /** Fails the request when this Excel is older than a function it asks for. */
  need(version: string, name: string): void {
    if (!this.excel.supports('ExcelApi', version)) throw new OfficeError('ApiNotFound', `${name} needs ${version}`);
  }

  async sync(): Promise<void> {
    const [queue, requestBytes] = [this.#queue, this.#requestBytes];
    [this.#queue, this.#arrived, this.#responseBytes, this.#requestBytes] = [[], [], 0, 0];
    await this.excel.enterSync(this.#isDelayed);
    if (requestBytes > this.excel.payloadBytesMax) {
      throw new OfficeError('RequestPayloadSizeLimitExceeded', 'The request is too large');
    }
    this.excel.inOneStep(() => {
      for (const action of queue) action();
    });
    if (this.#responseBytes > this.excel.payloadBytesMax) {
      throw new OfficeError('ResponsePayloadSizeLimitExceeded', 'The response is too large');
    }
    for (const arrive of this.#arrived) arrive();
    this.excel.syncCount += 1;
  }
}

/** What an object of the workbook is made of: readers at the time of the sync, and writers that are queued. */
interface Made {
  readonly read: Readonly<Record<string, () => unknown>>;
  readonly write?: Readonly<Record<string, (value: unknown) => void>>;
  readonly members?: Readonly<Record<string, unknown>>;
  /** At the time of the sync: whether there is no such object. */
  readonly isMissing?: () => boolean;
}

/** An object with `load`, whose properties throw until a sync has brought them. */
export function remote(context: FakeContext, { read, write = {}, members = {}, isMissing }: Made): object {
  const loaded = new Map<string, unknown>();
  const object = { ...members, load: (names: string | readonly string[]) => load(names) };
  const load = (names: string | readonly string[]): void => {
    const list = typeof names === 'string' ? names.split(',').map((name) => name.trim()) : names;
    context.queue(() => {
      if (isMissing?.() === true) return;
      for (const name of list) take(context, name, read, loaded);
    });
  };
  for (const name of new Set([...Object.keys(read), ...Object.keys(write)])) {
    Object.defineProperty(object, name, {
      enumerable: true,
      get: () => loadedOnly(loaded, name),
      set: (value: unknown) => {
        const put = write[name];
        if (put === undefined) throw new TypeError(`${name} cannot be set`);
        context.send(value);
        context.queue(() => put(structuredClone(value)));
      },
    });
  }
  if (isMissing) {
    context.queue(() => {
      const is = isMissing();
      context.receive(is, () => loaded.set('isNullObject', is));
    });
    Object.defineProperty(object, 'isNullObject', { get: () => loadedOnly(loaded, 'isNullObject') });
  }
  return object;
}

function take(context: FakeContext, name: string, read: Made['read'], loaded: Map<string, unknown>): void {
  const reader = read[name];
  if (reader === undefined) throw new OfficeError('InvalidArgument', `There is no property ${name}`);
  const value = structuredClone(reader());
  context.receive(value, () => loaded.set(name, value));
}

function loadedOnly(loaded: ReadonlyMap<string, unknown>, name: string): unknown {
  if (loaded.has(name)) return loaded.get(name);
  throw new OfficeError('PropertyNotLoaded', `The property '${name}' is not available. Load it and call sync first.`);
}
