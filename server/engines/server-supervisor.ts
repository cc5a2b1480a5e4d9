// Keeps one llama-server: started when needed, tried out with pictures, started again after it died, weaker when it must be.
import { randomBytes } from 'node:crypto';
import { both, type Detail } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { BackOffRules } from './back-off.ts';
import { readModelFacts } from './model-files.ts';
import { ChatClient } from './openai-client.ts';
import { retryDefaults } from './openai-retry.ts';
import type { LoadWishes, MachineFacts, ModelFacts } from './plan.ts';
import { guardRequest } from './request-guard.ts';
import { Restarts } from './restarts.ts';
import { picturesOnCpu, planServer, serverArguments, weakerPlan, type ServerPlan } from './server-plan.ts';
import { answersAs, freePort } from './server-port.ts';
import { startServer, type ServerExit, type ServerProcess } from './server-process.ts';
import { visionTests } from './vision-test.ts';

export interface ServerSupervisorOptions {
  readonly binary: string;
  readonly model: string;
  readonly mmproj: string;
  /** A smaller file of the same model, for when memory does not suffice. */
  readonly smallerModel?: string;
  readonly wishes: LoadWishes;
  readonly machine: () => Promise<MachineFacts>;
  readonly loadTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly backOff: BackOffRules;
  readonly clock: Clock;
  /** Default: one that the system says is free. */
  readonly port?: () => Promise<number>;
  readonly log: (message: string) => void;
}

export interface ServerSession {
  readonly process: ServerProcess;
  readonly client: ChatClient;
  /** What its model is asked for by. */
  readonly alias: string;
  readonly info: EngineInfo;
}

/**
 * `weaker`: a weaker plan may work. `blind`: it runs and does not see. `again`: it was killed; the same plan may work.
 * `port`: the same plan may work on another port.
 */
interface Failure {
  readonly failed: 'weaker' | 'blind' | 'again' | 'port';
  readonly detail: Detail;
}
type Attempt = { readonly session: ServerSession } | Failure;

/** So often is a start repeated for one plan, by what failed. */
const repeatsMax: Readonly<Record<Failure['failed'], number>> = { weaker: 0, blind: 0, again: 1, port: 4 };
const pollMs = 50;
const healthTimeoutMs = 5_000;

export class ServerSupervisor {
  readonly #options: ServerSupervisorOptions;
  readonly #restarts: Restarts;
  readonly #closing = new AbortController();
  readonly #processes = new Set<ServerProcess>();
  #session: Promise<ServerSession> | undefined;
  #live: ServerProcess | undefined;
  /** The plan that worked last: a restart does not begin with what failed. */
  #proven: ServerPlan | undefined;

  constructor(options: ServerSupervisorOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.backOff, options.clock);
  }

  /** The running server; starts it when there is none. Errors: those of `Engine.start`, `interrupted` after `close`. */
  session(): Promise<ServerSession> {
    this.#session ??= this.#open().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  /** The engine works: earlier exits no longer count. */
  answered(): void {
    this.#restarts.answered();
  }

  /** Ends the process; waits until it is gone. */
  async close(): Promise<void> {
    this.#closing.abort(new RowscribeError('interrupted', {}));
    await Promise.all([...this.#processes].map((process) => process.kill()));
  }

  async #open(): Promise<ServerSession> {
    this.#closing.signal.throwIfAborted();
    const { model, mmproj, wishes, smallerModel, machine } = this.#options;
    const facts = await readModelFacts(model, mmproj);
    let plan: ServerPlan | undefined = this.#proven ?? planServer(await machine(), facts, model, wishes);
    const repeats = { weaker: 0, blind: 0, again: 0, port: 0 };
    for (;;) {
      const attempt = await this.#attempt(plan, facts);
      if ('session' in attempt) {
        this.#proven = plan;
        return attempt.session;
      }
      const { failed, detail } = attempt;
      this.#options.log(`llama-server did not start: ${typeof detail === 'string' ? detail : detail['en-US']}`);
      if (++repeats[failed] <= repeatsMax[failed]) continue;
      // Another port would have helped, not a weaker plan.
      if (failed === 'port') throw new RowscribeError('engine-load-failed', { model, detail });
      plan = failed === 'blind' ? picturesOnCpu(plan, detail) : weakerPlan(plan, detail, smallerModel);
      if (!plan) throw new RowscribeError('engine-load-failed', { model, detail });
    }
  }

  async #attempt(plan: ServerPlan, facts: ModelFacts): Promise<Attempt> {
    await this.#restarts.pause(this.#closing.signal);
    this.#closing.signal.throwIfAborted();
    const { binary, mmproj, loadTimeoutMs, requestTimeoutMs: timeoutMs } = this.#options;
    const port = await (this.#options.port ?? freePort)();
    const [key, alias] = [randomBytes(24).toString('hex'), `rowscribe-${randomBytes(8).toString('hex')}`];
    const process = this.#start(binary, serverArguments(plan, { mmproj, port, alias, timeoutMs }), key);
    const root = this.#client(`http://127.0.0.1:${port}`, key, Math.min(healthTimeoutMs, loadTimeoutMs));
    const exit = await this.#untilHealthy(root, process, loadTimeoutMs);
    this.#closing.signal.throwIfAborted();
    if (exit === 'late') {
      await process.kill();
      return { failed: 'weaker', detail: notReady(loadTimeoutMs / 1000) };
    }
    if (exit) return failureOf(exit);
    const client = this.#client(`http://127.0.0.1:${port}/v1`, key, timeoutMs);
    // Nothing is shown to a stranger: it may be another program's server that says it is healthy.
    if (!(await answersAs(alias, client, this.#closing.signal))) {
      const end = await process.kill();
      return end.intended ? { failed: 'port', detail: taken } : failureOf(end);
    }
    return this.#tryOut({ process, client, alias, info: describe(plan, facts) });
  }

  /** Looks at pictures whose content is known. */
  async #tryOut(session: ServerSession): Promise<Attempt> {
    const { process, client, alias, info } = session;
    try {
      for (const { request, category } of await visionTests()) {
        const { text } = await client.chat(alias, guardRequest(request), this.#closing.signal, undefined);
        if (text.includes(category)) continue;
        await process.kill();
        return { failed: 'blind', detail: blind };
      }
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      const exit = await process.kill();
      if (exit.killed) return { failed: 'again', detail: exit.detail };
      if (!isRowscribeError(error)) throw error;
      return { failed: 'weaker', detail: both(error.text('zh-CN'), error.text('en-US')) };
    }
    this.#options.log(`loaded ${info.model} on ${info.device}, ${info.slots} slots`);
    this.#live = process;
    return { session };
  }

  /** Undefined when it is ready. */
  async #untilHealthy(
    root: ChatClient,
    process: ServerProcess,
    timeoutMs: number,
  ): Promise<ServerExit | 'late' | undefined> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    const timer = setTimeout(() => stop.abort('late'), timeoutMs);
    let exit: ServerExit | undefined;
    void process.exited.then((end) => {
      exit = end;
      stop.abort();
    });
    try {
      for (;;) {
        const isHealthy = await root.json('/health', signal).then(
          () => true,
          () => false,
        );
        if (isHealthy) return undefined;
        if (signal.aborted) return exit ?? 'late';
        await this.#options.clock.sleep(pollMs, signal).catch(() => undefined);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #client(url: string, key: string, requestTimeoutMs: number): ChatClient {
    const { clock } = this.#options;
    return new ChatClient({
      ...{ endpoint: { url, key }, requestTimeoutMs, connectTimeoutMs: healthTimeoutMs, clock, chance: Math.random },
      // A process of our own that breaks a connection has died: asking it again is of no use.
      ...{ retry: { ...retryDefaults, retriesMax: 2 }, cutsMax: 0, unreachedMax: 0 },
    });
  }

  #start(binary: string, args: readonly string[], key: string): ServerProcess {
    const { log } = this.#options;
    const server = startServer(binary, args, key);
    this.#processes.add(server);
    void server.pid.then((pid) => log(`engine process ${pid ?? '?'} started`));
    void server.exited.then((exit) => {
      this.#processes.delete(server);
      if (this.#live === server) this.#session = this.#live = undefined;
      if (exit.intended || exit.portTaken) return;
      this.#restarts.ended(exit.detail);
      log(`engine process ended: ${exit.detail}`);
    });
    return server;
  }
}

function describe(plan: ServerPlan, facts: ModelFacts): EngineInfo {
  const { contextTokens, imageTokensMin, imageTokensMax, slots, note } = plan;
  return {
    engine: 'llama-server',
    model: facts.name,
    isDemo: facts.demoImageTokens !== undefined,
    device: plan.gpuLayers > 0 ? 'llama-server (GPU)' : 'llama-server (CPU)',
    ...(note && { fallback: note }),
    ...{ contextTokens, imageTokensMin, imageTokensMax, slots },
  };
}

function failureOf(exit: ServerExit): Failure {
  if (exit.portTaken) return { failed: 'port', detail: taken };
  return { failed: exit.killed ? 'again' : 'weaker', detail: exit.outOfMemory ? noMemory : exit.detail };
}

const notReady = (seconds: number) => both(`${seconds} 秒后仍未就绪`, `not ready after ${seconds} s`);
const blind = both('它看错了图片', 'it misread a picture whose content is known');
const noMemory = both('显存或内存不足', 'not enough memory');
const taken = both('它的端口总被别的程序占用', 'another program keeps taking its port');
