// The way to the pane that a document is open in: a request goes out as an event, its answer comes back as a request.
import { randomUUID } from 'node:crypto';
import type { LinkAnswer, LinkRequest } from '../contract/links.ts';
import { RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

export interface LinkLimits {
  /** How long a pane may take, milliseconds. */
  readonly answerTimeoutMs: number;
  /** The same for a pane that did not answer the last time. */
  readonly probeTimeoutMs: number;
}

export const linkLimits: LinkLimits = { answerTimeoutMs: 30_000, probeTimeoutMs: 3000 };

/** A request without its id. */
export type Ask = LinkRequest extends infer R ? (R extends LinkRequest ? Omit<R, 'id'> : never) : never;

export interface Answered {
  readonly answer: LinkAnswer;
  /** The pane came back meanwhile and was asked again, so that it may have done the same twice. */
  readonly isRepeated: boolean;
}

interface Waiting {
  readonly request: LinkRequest;
  isRepeated: boolean;
  readonly settle: (answer: LinkAnswer) => void;
}

/** One document's pane, asked one thing at a time. */
export class Link {
  readonly #id: string;
  readonly #clock: Clock;
  readonly #limits: LinkLimits;
  readonly #send: (workbook: string, request: LinkRequest) => void;
  readonly #waiting = new Map<string, Waiting>();
  #name: string;
  #isThere = true;
  /** Panes outlive a server and answer each id once: the ids of another start must be others. */
  readonly #start = randomUUID().slice(0, 8);
  #count = 0;

  constructor(
    { id, name }: { readonly id: string; readonly name: string },
    clock: Clock,
    limits: LinkLimits,
    send: (workbook: string, request: LinkRequest) => void,
  ) {
    this.#id = id;
    this.#name = name;
    this.#clock = clock;
    this.#limits = limits;
    this.#send = send;
  }

  get name(): string {
    return this.#name;
  }

  /** The pane is there (again): what it was asked before it may never have heard. */
  attached(name: string): void {
    this.#name = name;
    this.#isThere = true;
    for (const waiting of this.#waiting.values()) {
      waiting.isRepeated = true;
      this.#send(this.#id, waiting.request);
    }
  }

  answer(request: string, answer: LinkAnswer): boolean {
    this.#isThere = true;
    const waiting = this.#waiting.get(request);
    waiting?.settle(answer);
    return waiting !== undefined;
  }

  /** Errors: `excel-closed` when no pane answers in time; the signal's reason. */
  async ask(ask: Ask, signal: AbortSignal | undefined): Promise<Answered> {
    signal?.throwIfAborted();
    const request = { ...ask, id: `${this.#start}-${(this.#count += 1)}` } as LinkRequest;
    const over = new AbortController();
    const waiting: Waiting = { request, isRepeated: false, settle: () => {} };
    const answered = new Promise<LinkAnswer>((resolve) => Object.assign(waiting, { settle: resolve }));
    this.#waiting.set(request.id, waiting);
    try {
      this.#send(this.#id, request);
      const answer = await Promise.race([answered, this.#silence(signal, over.signal)]);
      return { answer, isRepeated: waiting.isRepeated };
    } finally {
      this.#waiting.delete(request.id);
      over.abort();
    }
  }

  async #silence(signal: AbortSignal | undefined, over: AbortSignal): Promise<never> {
    const { answerTimeoutMs, probeTimeoutMs } = this.#limits;
    const either = signal === undefined ? over : AbortSignal.any([signal, over]);
    await this.#clock.sleep(this.#isThere ? answerTimeoutMs : probeTimeoutMs, either);
    this.#isThere = false;
    throw new RowscribeError('excel-closed', { path: this.#name });
  }
}
