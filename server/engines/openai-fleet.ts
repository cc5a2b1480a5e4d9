// The engine of several model servers: a picture keeps to one of them, and one that fails is left out until it is back.
import { setMaxListeners } from 'node:events';
import { inBoth, type Bilingual } from '../domain/language.ts';
import { asRowscribeError, RowscribeError } from '../errors.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult } from '../ports/engine.ts';
import { backOffDefaults } from './back-off.ts';
import { chooseServer } from './fleet-choice.ts';
import { fateOf } from './fleet-fate.ts';
import { createOpenAiEngine, firstPicture, type OpenAiEngineOptions } from './openai.ts';
import { retryDefaults } from './openai-retry.ts';
import { createSlots, type Slots } from './slots.ts';
import { realClock, untilAborted } from './waiting.ts';

export interface OpenAiFleetOptions extends Omit<OpenAiEngineOptions, 'url' | 'retry'> {
  /** The servers' addresses, at least one. `slots` is of each of them. */
  readonly urls: readonly string[];
  /** Milliseconds that a server is left alone after its first, second, … failure in a row. */
  readonly pausesMs?: readonly number[];
  /** Times that a request waits for a server to come back while none is there. Default 6. */
  readonly waitsMax?: number;
  /** Once one server is ready, how long the others are waited for at the start. Default 5,000. */
  readonly lateMs?: number;
}

const defaults = {
  ...{ model: '', pausesMs: backOffDefaults.delaysMs, waitsMax: retryDefaults.retriesMax, lateMs: 5_000 },
  ...{ waitingMax: 256, clock: realClock },
};
/** Pictures whose server is remembered; a row is written anew soon, or its place is found by its hash. */
const placesMax = 4096;
/** Repetitions of a request that may itself be what breaks servers. */
const cutsMax = 1;

interface Live {
  readonly engine: Engine;
  readonly info: EngineInfo;
}

interface Member {
  readonly url: string;
  readonly host: string;
  busy: number;
  /** Failures without an answer in between. */
  failures: number;
  /** Undefined while it is left out. */
  live: Live | undefined;
  joining: Promise<void> | undefined;
  pausedUntilMs: number;
  error: RowscribeError | undefined;
}

/** Several servers with the same model as one engine. Nothing is sent before the first call. */
export function createOpenAiFleet(options: OpenAiFleetOptions): Engine {
  return new OpenAiFleet({ ...defaults, ...options });
}

class OpenAiFleet implements Engine {
  readonly #options: OpenAiFleetOptions & typeof defaults;
  readonly #members: readonly Member[];
  readonly #slots: Slots;
  readonly #closing = new AbortController();
  readonly #places = new Map<string, string>();
  #model: string | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: OpenAiFleetOptions & typeof defaults) {
    this.#options = options;
    // Every request listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.#members = [...new Set(options.urls)].map((url) => ({
      ...{ url, host: new URL(url).host, busy: 0, failures: 0, pausedUntilMs: 0 },
      ...{ live: undefined, joining: undefined, error: undefined },
    }));
    this.#slots = createSlots(1, options.waitingMax);
  }

  async start(signal?: AbortSignal): Promise<EngineInfo> {
    await this.#ready(signal);
    return this.#describe();
  }

  async generate(
    request: GenerateRequest,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<GenerateResult> {
    await this.#ready(signal);
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const release = await this.#slots.take(request.priority === 'interactive', either);
    return this.#answer(request, either, onText).finally(release);
  }

  async close(): Promise<void> {
    const reason = new RowscribeError('interrupted', {});
    this.#closing.abort(reason);
    this.#slots.close(reason);
    await Promise.all(this.#members.flatMap(({ live }) => live?.engine.close() ?? []));
  }

  #ready(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return untilAborted(this.#opening, signal);
  }

  /** Resolves when all are there or known to be missing, or one is there and the others are late. */
  async #open(): Promise<void> {
    const joining = this.#members.map((member) => this.#join(member));
    const all = Promise.allSettled(joining);
    const isOneThere = await Promise.any(joining).then(
      () => true,
      () => false,
    );
    this.#closing.signal.throwIfAborted();
    if (!isOneThere) throw this.#failure();
    const enough = new AbortController();
    const late = this.#options.clock.sleep(this.#options.lateMs, enough.signal).catch(() => undefined);
    await Promise.race([all, late]);
    enough.abort();
    this.#agree();
  }

  /** One table must not be written by two models: without a wish the first address decides. */
  #agree(): void {
    const { live: first } = this.#members.find(({ live }) => live) ?? {};
    this.#model = first?.info.model;
    for (const member of this.#members) {
      const other = member.live && this.#otherModel(member, member.live.info);
      if (member.live && other) this.#leaveOut(member, member.live.engine, other);
    }
  }

  #otherModel({ url }: Member, { model }: EngineInfo): RowscribeError | undefined {
    const wanted = this.#options.model === '' ? this.#model : undefined;
    if (wanted === undefined || isSameModel(wanted, model)) return undefined;
    return new RowscribeError('engine-model-unknown', { url, model: wanted, known: [model] });
  }

  async #answer(
    request: GenerateRequest,
    signal: AbortSignal,
    onText: ((piece: string) => void) | undefined,
  ): Promise<GenerateResult> {
    const picture = firstPicture(request);
    let [isTold, cuts] = [false, 0];
    const tell = onText && ((piece: string) => ((isTold = true), onText(piece)));
    const patience = { waits: 0 };
    for (;;) {
      const { member, engine } = await this.#takePlace(picture, patience, signal);
      try {
        const result = await engine.generate(request, signal, tell);
        member.failures = 0;
        this.#remember(picture, member.url);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        const fate = fateOf(error);
        if (fate.isServersFault) this.#leaveOut(member, engine, asRowscribeError(error));
        if (fate.isOver || isTold || (fate.mayBeRequest && ++cuts > cutsMax)) throw error;
      } finally {
        member.busy -= 1;
      }
    }
  }

  /**
   * A place at a server that is there, waited for when none is; it is counted at once, so that the next request sees it.
   * Error: that of the servers, after `waitsMax` waits in all.
   */
  async #takePlace(picture: string | undefined, patience: { waits: number }, signal: AbortSignal) {
    for (;;) {
      signal.throwIfAborted();
      this.#callBack();
      const there = this.#members.flatMap((member) =>
        member.live ? [{ ...{ member, url: member.url, busy: member.busy }, ...member.live }] : [],
      );
      const loads = there.map((one) => ({ ...one, slots: one.info.slots ?? 1 }));
      const chosen = chooseServer(loads, picture, picture === undefined ? undefined : this.#places.get(picture));
      if (chosen) {
        chosen.member.busy += 1;
        return chosen;
      }
      patience.waits += 1;
      if (patience.waits > this.#options.waitsMax) throw this.#failure();
      await this.#untilOneMoves(signal);
    }
  }

  /** Asks those whose pause is over whether they are back; nobody waits for the answer. */
  #callBack(): void {
    const nowMs = this.#options.clock.now();
    for (const member of this.#members) {
      if (!member.live && nowMs >= member.pausedUntilMs) this.#join(member).catch(() => undefined);
    }
  }

  async #untilOneMoves(signal: AbortSignal): Promise<void> {
    const joining = this.#members.flatMap((member) => member.joining ?? []);
    if (joining.length > 0) {
      const any = Promise.any(joining).catch(() => undefined);
      return untilAborted(any, signal);
    }
    const { clock } = this.#options;
    const nextMs = Math.min(...this.#members.map(({ pausedUntilMs }) => pausedUntilMs));
    await clock.sleep(Math.max(1, nextMs - clock.now()), signal);
  }

  /** Takes a server in, or pauses it. The error is kept as well as thrown. */
  #join(member: Member): Promise<void> {
    member.joining ??= this.#meet(member)
      .catch((error: unknown) => {
        this.#pause(member, asRowscribeError(error));
        throw error;
      })
      .finally(() => (member.joining = undefined));
    return member.joining;
  }

  async #meet(member: Member): Promise<void> {
    // A request that fails here goes elsewhere instead of being sent again.
    const engine = createOpenAiEngine({ ...this.#options, url: member.url, retry: { retriesMax: 0 } });
    const info = await untilAborted(engine.start(this.#closing.signal), this.#closing.signal);
    const other = this.#otherModel(member, info);
    if (other) throw other;
    member.live = { engine, info };
    member.error = undefined;
    this.#resize();
  }

  /** Requests that still run there go on; only the first of those that fail counts. */
  #leaveOut(member: Member, engine: Engine, error: RowscribeError): void {
    if (member.live?.engine !== engine) return;
    member.live = undefined;
    this.#pause(member, error);
    this.#resize();
  }

  #pause(member: Member, error: RowscribeError): void {
    const { clock, pausesMs } = this.#options;
    member.error = error;
    member.failures += 1;
    member.pausedUntilMs = clock.now() + (pausesMs[Math.min(member.failures, pausesMs.length) - 1] ?? 0);
  }

  /** Why the first of those that are left out is. */
  #failure(): RowscribeError {
    const failed = this.#members.find(({ error }) => error)?.error;
    return failed ?? new RowscribeError('engine-unreachable', { url: this.#options.urls.join(', '), detail: '' });
  }

  #resize(): void {
    const slots = this.#members.reduce((sum, { live }) => sum + (live?.info.slots ?? 0), 0);
    this.#slots.resize(Math.max(1, slots));
  }

  #remember(picture: string | undefined, url: string): void {
    if (picture === undefined) return;
    this.#places.delete(picture);
    this.#places.set(picture, url);
    if (this.#places.size > placesMax) this.#places.delete(this.#places.keys().next().value ?? '');
  }

  #describe(): EngineInfo {
    const infos = this.#members.flatMap(({ live }) => live?.info ?? []);
    const [first] = infos;
    // All went while it was asked: said as it would be at the start.
    if (!first) throw this.#failure();
    const elsewhere = infos.flatMap((info) => info.elsewhere ?? []).join(', ');
    const absent = this.#members.filter(({ live }) => !live);
    return {
      ...first,
      device: infos.map(({ device }) => device).join(', '),
      slots: infos.reduce((sum, info) => sum + (info.slots ?? 1), 0),
      contextTokens: Math.min(...infos.map(({ contextTokens }) => contextTokens)),
      ...(elsewhere !== '' && { elsewhere }),
      ...(absent.length > 0 && { fallback: leftOut(absent) }),
    };
  }
}

/** Servers may hold the same file in different folders. */
function isSameModel(one: string, other: string): boolean {
  const name = (model: string) => (model.split(/[/\\]/).at(-1) ?? model).toLowerCase();
  return name(one) === name(other);
}

function leftOut(absent: readonly Member[]): Bilingual {
  const hosts = absent.map(({ host }) => host).join(', ');
  const why = absent.find(({ error }) => error)?.error;
  return inBoth((language) => {
    const said = why ? why.text(language) : '';
    return language === 'zh-CN' ? `暂不使用 ${hosts}。${said}` : `left out for now: ${hosts}. ${said}`.trim();
  });
}
