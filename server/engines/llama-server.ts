// The engine of llama-server: a supervised process of our own, several rows at once, spoken to as to any model server.
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult } from '../ports/engine.ts';
import { backOffDefaults, type BackOffRules } from './back-off.ts';
import { readMachine } from './machine.ts';
import { refuseTooLong, refuseTruncated } from './openai-budget.ts';
import type { LoadWishes, MachineFacts } from './plan.ts';
import type { GuardedRequest } from './protocol.ts';
import { guardRequest } from './request-guard.ts';
import { ServerSupervisor, type ServerSession } from './server-supervisor.ts';
import type { ServerExit } from './server-process.ts';
import { createSlots, type Slots } from './slots.ts';
import { realClock, untilAborted } from './waiting.ts';

export interface LlamaServerOptions extends LoadWishes {
  /** Absolute path of the program llama-server. */
  readonly binary: string;
  /** Absolute path of the language model in GGUF form. */
  readonly model: string;
  /** Absolute path of its picture projector in GGUF form. */
  readonly mmproj: string;
  /** A smaller file of the same model, used when memory does not suffice. */
  readonly smallerModel?: string;
  /** From the start to readiness; then a weaker way is tried. Default 300,000. */
  readonly loadTimeoutMs?: number;
  /** From a request's turn to its answer. Default 300,000. */
  readonly requestTimeoutMs?: number;
  /** Requests that may wait for their turn. Default 256. */
  readonly waitingMax?: number;
  readonly backOff?: Partial<BackOffRules>;
  readonly clock?: Clock;
  /** Default: this computer. */
  readonly machine?: () => Promise<MachineFacts>;
  /** A port of this computer for the server. Default: one that the system says is free. */
  readonly port?: () => Promise<number>;
  /** Hears of starts and exits; never of prompts or answers. */
  readonly log?: (message: string) => void;
}

const defaults = { loadTimeoutMs: 300_000, requestTimeoutMs: 300_000, waitingMax: 256 };
/** How soon after a broken connection the exit of the process is known. */
const exitNoticeMs = 2_000;
/** So many requests in a row without an answer in time, and the process is started anew. */
const timeoutsMax = 2;

/** A vision language model on this machine, by llama-server. Nothing is started before the first call. */
export function createLlamaServerEngine(options: LlamaServerOptions): Engine {
  return new LlamaServerEngine({ ...defaults, ...options });
}

class LlamaServerEngine implements Engine {
  readonly #slots: Slots;
  readonly #supervisor: ServerSupervisor;
  readonly #closing = new AbortController();
  #timeouts = 0;

  constructor(options: LlamaServerOptions & typeof defaults) {
    // Every request listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.#slots = createSlots(1, options.waitingMax);
    this.#supervisor = new ServerSupervisor({
      ...options,
      wishes: options,
      backOff: { ...backOffDefaults, ...options.backOff },
      clock: options.clock ?? realClock,
      machine: options.machine ?? readMachine,
      log: options.log ?? (() => undefined),
    });
  }

  async start(signal?: AbortSignal): Promise<EngineInfo> {
    return (await this.#ready(signal)).info;
  }

  async generate(
    request: GenerateRequest,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<GenerateResult> {
    signal?.throwIfAborted();
    const guarded = guardRequest(request);
    refuseTooLong(guarded, (await this.#ready(signal)).info);
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const release = await this.#slots.take(request.priority === 'interactive', either);
    return untilAborted(this.#answer(guarded, either, onText).finally(release), either);
  }

  async close(): Promise<void> {
    const reason = new RowscribeError('interrupted', {});
    this.#slots.close(reason);
    this.#closing.abort(reason);
    await this.#supervisor.close();
  }

  async #ready(signal: AbortSignal | undefined): Promise<ServerSession> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const session = await untilAborted(this.#supervisor.session(), signal);
    this.#slots.resize(session.info.slots ?? 1);
    return session;
  }

  async #answer(
    request: GuardedRequest,
    signal: AbortSignal,
    onText: ((piece: string) => void) | undefined,
    isSecond = false,
  ): Promise<GenerateResult> {
    const session = await this.#ready(signal);
    try {
      const result = await session.client.chat(session.alias, request, signal, onText);
      this.#supervisor.answered();
      this.#timeouts = 0;
      return refuseTruncated(result, request);
    } catch (error) {
      const isUnreached = isRowscribeError(error, 'engine-unreachable');
      if (isUnreached || isRowscribeError(error, 'engine-crashed')) {
        const exit = await exitSoon(session);
        signal.throwIfAborted();
        // It had died before the request reached it: that was not the request's doing.
        if (isUnreached && exit && !isSecond) return this.#answer(request, signal, onText, true);
        throw exit ? this.#crash(exit) : error;
      }
      if (isRowscribeError(error, 'engine-timeout')) await this.#onTimeout(session);
      throw error;
    }
  }

  /** One late answer may be a hard row; several in a row are a process that hangs. */
  async #onTimeout({ process }: ServerSession): Promise<void> {
    this.#timeouts += 1;
    if (this.#timeouts < timeoutsMax) return;
    this.#timeouts = 0;
    await process.kill();
  }

  #crash({ detail, killed, intended }: ServerExit): RowscribeError {
    if (intended && this.#closing.signal.aborted) return new RowscribeError('interrupted', {});
    return new RowscribeError('engine-crashed', { detail, killed, shared: this.#slots.busy > 1 });
  }
}

/** The process's exit when it follows within a moment; undefined when it lives on. */
function exitSoon({ process }: ServerSession): Promise<ServerExit | undefined> {
  return Promise.race([process.exited, delay(exitNoticeMs, undefined)]);
}
