// A model in a supervised child process as an Engine: as many requests at once as it can take, the rest in a queue.
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult } from '../ports/engine.ts';
import { ask, type AskLimits } from './ask.ts';
import type { EngineChild } from './child-process.ts';
import { backOffDefaults, type BackOffRules } from './back-off.ts';
import type { Loadable } from './loadable.ts';
import type { GuardedRequest } from './protocol.ts';
import { guardRequest } from './request-guard.ts';
import { Supervisor, type Session } from './supervisor.ts';
import { createTurns, type Turns } from './turns.ts';
import { realClock, untilAborted } from './waiting.ts';

export interface ChildEngineOptions {
  /** From the start of loading to readiness; then the process is killed. Default 300,000. */
  readonly loadTimeoutMs?: number;
  /** From a request's turn to its answer; then the process is killed. Default 300,000. */
  readonly requestTimeoutMs?: number;
  /** How long an aborted request may go on (a picture is encoded to its end); then the process is killed. Default 10,000. */
  readonly stopTimeoutMs?: number;
  /** Requests that may wait for their turn. Default 256. */
  readonly waitingMax?: number;
  readonly backOff?: Partial<BackOffRules>;
  readonly clock?: Clock;
  /** Hears of loading and of exits; never of prompts or answers. */
  readonly log?: (message: string) => void;
}

const defaults = { loadTimeoutMs: 300_000, requestTimeoutMs: 300_000, stopTimeoutMs: 10_000, waitingMax: 256 };

/** What the child loads, and what it must be guarded from; `guardRequest` without a guard of its own. */
interface Held {
  readonly loadable: Loadable;
  readonly guard?: (request: GenerateRequest) => GuardedRequest;
}

/** Nothing is started before the first call. */
export function createChildEngine(held: Held, options: ChildEngineOptions): Engine {
  return new ChildEngine({ ...defaults, ...options, ...held });
}

class ChildEngine implements Engine {
  readonly #limits: AskLimits;
  readonly #turns: Turns;
  readonly #supervisor: Supervisor;
  readonly #guard: (request: GenerateRequest) => GuardedRequest;
  #requests = 0;
  /** Requests in the child now, and how many it died with. */
  #running = 0;
  #diedWith = 0;
  #child: EngineChild | undefined;
  #isClosed = false;

  constructor(options: ChildEngineOptions & typeof defaults & Held) {
    this.#limits = options;
    this.#guard = options.guard ?? guardRequest;
    this.#turns = createTurns(options.waitingMax);
    this.#supervisor = new Supervisor({
      loadable: options.loadable,
      loadTimeoutMs: options.loadTimeoutMs,
      backOff: { ...backOffDefaults, ...options.backOff },
      clock: options.clock ?? realClock,
      log: options.log ?? (() => undefined),
    });
  }

  async start(signal?: AbortSignal): Promise<EngineInfo> {
    signal?.throwIfAborted();
    return (await untilAborted(this.#session(), signal)).info;
  }

  async generate(
    request: GenerateRequest,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<GenerateResult> {
    signal?.throwIfAborted();
    const guarded = this.#guard(request);
    const release = await this.#turns.take(signal, request.priority);
    // The caller learns of an abort at once; the slot is free only when the child has really stopped.
    return untilAborted(this.#answer(guarded, signal, onText).finally(release), signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#turns.close(new RowscribeError('interrupted', {}));
    await this.#supervisor.close();
  }

  async #answer(
    request: GuardedRequest,
    signal: AbortSignal | undefined,
    onText: ((piece: string) => void) | undefined,
  ): Promise<GenerateResult> {
    const result = await this.#ask(request, signal, onText);
    this.#supervisor.answered();
    if (result.text.trim() === '') throw new RowscribeError('engine-empty', {});
    return result;
  }

  /** A child may have died before the request reached it, unnoticed: that was not the request's doing, so it is sent again. */
  async #ask(
    request: GuardedRequest,
    signal: AbortSignal | undefined,
    onText: ((piece: string) => void) | undefined,
    isSecond = false,
  ): Promise<GenerateResult> {
    const { child } = await untilAborted(this.#session(), signal);
    let isBegun = false;
    const onBegun = (): void => void (isBegun = true);
    this.#running += 1;
    try {
      return await ask(child, request, { id: ++this.#requests, limits: this.#limits, signal, onBegun, onText });
    } catch (error) {
      const told = this.#fateOf(error);
      if (isBegun || isSecond || !isRowscribeError(told, 'engine-crashed')) throw told;
    } finally {
      this.#running -= 1;
    }
    return this.#ask(request, signal, onText, true);
  }

  async #session(): Promise<Session> {
    const session = await this.#supervisor.session();
    if (session.child === this.#child) return session;
    this.#child = session.child;
    this.#turns.resize(session.info.slots ?? 1);
    void session.child.exited.then(() => (this.#diedWith = this.#running));
    return session;
  }

  /** A child that died, or was ended, with several requests says nothing about any one of them. */
  #fateOf(error: unknown): unknown {
    const isShared = this.#diedWith > 1;
    if (isRowscribeError(error, 'engine-crashed') && isShared)
      return new RowscribeError('engine-crashed', { ...error.facts, shared: true }, { cause: error });
    if (isRowscribeError(error, 'interrupted') && isShared && !this.#isClosed)
      return new RowscribeError('engine-crashed', { detail: 'signal SIGKILL', shared: true }, { cause: error });
    return error;
  }
}
