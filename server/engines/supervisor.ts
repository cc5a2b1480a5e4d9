// Keeps one loaded engine child: starts it when needed, again after it died, and gives up when it keeps dying.
import { both, type Detail } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { BackOffRules } from './back-off.ts';
import { startChild, type EngineChild } from './child-process.ts';
import type { Loadable, Way } from './loadable.ts';
import type { Order, Report } from './protocol.ts';
import { Restarts } from './restarts.ts';

export interface SupervisorOptions {
  readonly loadable: Loadable;
  readonly loadTimeoutMs: number;
  readonly backOff: BackOffRules;
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

export interface Session {
  readonly child: EngineChild;
  readonly info: EngineInfo;
}

type Load = { readonly session: Session } | { readonly died: boolean; readonly detail: Detail };

const notReady = (seconds: number) => both(`${seconds} 秒后仍未就绪`, `not ready after ${seconds} s`);

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #restarts: Restarts;
  readonly #closing = new AbortController();
  readonly #children = new Set<EngineChild>();
  #session: Promise<Session> | undefined;
  /** The child of the session, while it lives. */
  #live: EngineChild | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.backOff, options.clock);
  }

  /** The loaded child; loads it when there is none. Errors: those of `Engine.start`, `interrupted` after `close`. */
  session(): Promise<Session> {
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
    await Promise.all([...this.#children].map((child) => child.kill(true)));
  }

  async #open(): Promise<Session> {
    this.#closing.signal.throwIfAborted();
    const { loadable } = this.#options;
    const { first, otherwise } = await loadable.ways();
    let load = await this.#tryTwice(first);
    if ('detail' in load && otherwise) load = await this.#tryTwice(otherwise(load.detail));
    if ('detail' in load)
      throw new RowscribeError('engine-load-failed', { model: loadable.model, detail: load.detail });
    return load.session;
  }

  /** A child that dies while loading gets a second chance: it may have been killed by chance. A refusal is final. */
  async #tryTwice(way: Way): Promise<Load> {
    const first = await this.#load(way);
    return 'detail' in first && first.died ? this.#load(way) : first;
  }

  async #load(way: Way): Promise<Load> {
    await this.#restarts.pause(this.#closing.signal);
    this.#closing.signal.throwIfAborted();
    const child = this.#start();
    const { loadTimeoutMs } = this.#options;
    const outcome = await loadOutcome(child, way.order, loadTimeoutMs);
    this.#closing.signal.throwIfAborted();
    if (outcome.type === 'exit') return { died: true, detail: outcome.detail };
    const loaded = outcome.type === 'loaded' ? way.describe(outcome.facts) : undefined;
    if (loaded && 'info' in loaded) return { session: this.#use(child, loaded.info) };
    const timedOut = outcome.type === 'timeout';
    await child.kill(!timedOut);
    if (timedOut) return { died: false, detail: notReady(loadTimeoutMs / 1000) };
    return { died: false, detail: loaded?.detail ?? (outcome.type === 'load-failed' ? outcome.detail : '') };
  }

  #use(child: EngineChild, info: EngineInfo): Session {
    const why = info.fallback ? ` (${info.fallback['en-US']})` : '';
    this.#options.log(`loaded ${info.model} on ${info.device}${why}`);
    this.#live = child;
    return { child, info };
  }

  #start(): EngineChild {
    const child = startChild(this.#options.loadable.program);
    this.#children.add(child);
    this.#options.log(`engine process ${child.pid} started`);
    void child.exited.then((exit) => {
      this.#children.delete(child);
      if (this.#live === child) this.#session = this.#live = undefined;
      if (exit.intended) return;
      this.#restarts.ended(exit.detail);
      this.#options.log(`engine process ${child.pid} ended: ${exit.detail}`);
    });
    return child;
  }
}

type LoadOutcome =
  | Extract<Report, { type: 'loaded' | 'load-failed' }>
  | { readonly type: 'exit'; readonly detail: string }
  | { readonly type: 'timeout' };

function loadOutcome(child: EngineChild, order: Order, timeoutMs: number): Promise<LoadOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle({ type: 'timeout' }), timeoutMs);
    const settle = (outcome: LoadOutcome): void => {
      clearTimeout(timer);
      stopListening();
      resolve(outcome);
    };
    void child.exited.then(({ detail }) => settle({ type: 'exit', detail }));
    const stopListening = child.listen((report) => {
      if (report.type === 'loaded' || report.type === 'load-failed') settle(report);
    });
    child.send(order);
  });
}
