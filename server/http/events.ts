// What happens, as pages are told: every event has a number, the newest ones are kept for readers that come back.
import type { ServerEvent } from '../contract/state.ts';

export interface HubOptions {
  /** Tells the numbers of this start from those of another one. Letters and digits. */
  readonly epoch: string;
  /** Events kept for those who come back. */
  readonly keptMax?: number;
  /** And no more than this of their text. */
  readonly keptCharactersMax?: number;
}

/** An event as it goes over the wire: `id: EPOCH-NUMBER` and one line of data. */
type Frame = string;

/**
 * The one place through which every event goes to pages.
 *
 * Errors: none. A listener that throws would break the publisher, so it must not.
 */
export class EventHub {
  readonly #epoch: string;
  readonly #keptMax: number;
  readonly #keptCharactersMax: number;
  readonly #listeners = new Set<(frame: Frame) => void>();
  /** The frames of the newest numbers, ending with `#last`. */
  #kept: Frame[] = [];
  #keptCharacters = 0;
  #last = 0;

  constructor({ epoch, keptMax = 500, keptCharactersMax = 4_000_000 }: HubOptions) {
    this.#epoch = epoch;
    this.#keptMax = keptMax;
    this.#keptCharactersMax = keptCharactersMax;
  }

  publish(event: ServerEvent): void {
    this.#last += 1;
    const frame = this.frame(event);
    this.#kept.push(frame);
    this.#keptCharacters += frame.length;
    while (this.#kept.length > this.#keptMax || this.#keptCharacters > this.#keptCharactersMax) {
      this.#keptCharacters -= this.#kept.shift()?.length ?? 0;
    }
    for (const listener of this.#listeners) listener(frame);
  }

  /** Receives every frame from now on; gives the function that ends it. */
  subscribe(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What was published after the event with this id; undefined when that cannot be told (any more). */
  missedSince(id: string): readonly Frame[] | undefined {
    const [, epoch, digits] = /^([a-z0-9]+)-(\d{1,15})$/i.exec(id) ?? [];
    const missed = this.#last - Number(digits);
    if (epoch !== this.#epoch || missed < 0 || missed > this.#kept.length) return undefined;
    return missed === 0 ? [] : this.#kept.slice(-missed);
  }

  /** An event for one reader alone, with the id of the newest event of all: a snapshot of how things are after it. */
  frame(event: ServerEvent): Frame {
    return `id: ${this.#epoch}-${this.#last}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}
