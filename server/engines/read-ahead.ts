// Reads the model's files once before they are loaded, which is what takes long the first time, and tells how far it is.
import { open, stat } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { Engine } from '../ports/engine.ts';
import { untilAborted } from './waiting.ts';

const chunkBytes = 8 * 1024 * 1024;

type OnPercent = (percent: number) => void;

/**
 * The engine, with its model's files read into the system's cache before its first load: the runtime maps them and says
 * nothing while the disk is read. Files that do not fit into free memory are left to the runtime.
 */
export function readingAhead(engine: Engine, files: readonly string[], freeBytes: () => number = freemem): Engine {
  const closing = new AbortController();
  const ahead = new ReadAhead(files, closing.signal, freeBytes);
  return {
    async start(signal, onPercent) {
      const leave = ahead.join(onPercent ?? (() => undefined));
      try {
        await untilAborted(ahead.once(), signal);
      } finally {
        leave();
      }
      return engine.start(signal);
    },
    async generate(request, signal, onText) {
      await untilAborted(ahead.once(), signal);
      return engine.generate(request, signal, onText);
    },
    close() {
      closing.abort();
      return engine.close();
    },
  };
}

class ReadAhead {
  readonly #files: readonly string[];
  readonly #signal: AbortSignal;
  readonly #freeBytes: () => number;
  readonly #listeners = new Set<OnPercent>();
  #percent: number | undefined;
  #reading: Promise<void> | undefined;

  constructor(files: readonly string[], signal: AbortSignal, freeBytes: () => number) {
    this.#files = files;
    this.#signal = signal;
    this.#freeBytes = freeBytes;
  }

  /** Listens until the returned function is called; hears at once where reading stands. */
  join(onPercent: OnPercent): () => void {
    this.#listeners.add(onPercent);
    if (this.#percent !== undefined) onPercent(this.#percent);
    return () => void this.#listeners.delete(onPercent);
  }

  /** Reads the files the first time it is called; never rejects: a file that cannot be read is the loader's to name. */
  once(): Promise<void> {
    return (this.#reading ??= this.#read().catch(() => undefined));
  }

  async #read(): Promise<void> {
    const sizes = await Promise.all(this.#files.map(async (file) => (await stat(file)).size));
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    // What does not fit would push itself out of the cache again.
    if (totalBytes > this.#freeBytes()) return;
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(...sizes, 1)));
    let doneBytes = 0;
    this.#tell(0);
    for (const file of this.#files) {
      const handle = await open(file);
      try {
        for (;;) {
          this.#signal.throwIfAborted();
          const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
          if (bytesRead === 0) break;
          doneBytes += bytesRead;
          this.#tell(Math.min(100, Math.floor((100 * doneBytes) / totalBytes)));
        }
      } finally {
        await handle.close();
      }
    }
  }

  #tell(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    for (const listener of this.#listeners) listener(percent);
  }
}
