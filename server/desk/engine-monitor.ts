// What pages are told about the engine: whether it loads, runs or failed, where, and how long a row takes.
import type { EngineView } from '../contract/state.ts';
import { isRowscribeError } from '../errors.ts';
import type { Engine, EngineInfo } from '../ports/engine.ts';
import { problemOf } from '../problem.ts';

/** Errors after which the process behind the engine is gone; the next request starts another one. */
const ends = ['engine-crashed', 'engine-timeout', 'engine-gave-up', 'engine-load-failed'] as const;

export class EngineMonitor {
  readonly #engine: Engine;
  readonly #onChange: (view: EngineView) => void;
  #phase: EngineView['phase'] = 'idle';
  #info: EngineInfo | undefined;
  #problem: EngineView['problem'];
  #secondsPerRow: number | undefined;
  /** Share of the model's files that is read, while they are being read. */
  #percent: number | undefined;

  constructor(engine: Engine, secondsPerRow: number | undefined, onChange: (view: EngineView) => void) {
    this.#engine = engine;
    this.#secondsPerRow = secondsPerRow;
    this.#onChange = onChange;
  }

  /** The engine as everyone in the process must use it for the view to be true. */
  readonly engine: Engine = {
    start: (signal) => this.#start(signal),
    generate: async (request, signal, onText) => {
      if (this.#phase !== 'ready') await this.#start(signal);
      return this.#engine.generate(request, signal, onText).catch((error: unknown) => this.#failed(error, signal));
    },
    close: () => this.#engine.close(),
  };

  view(): EngineView {
    const info = this.#info;
    const problem = this.#problem ?? (info?.problem && problemOf(info.problem));
    return {
      phase: this.#phase,
      ...(this.#percent !== undefined && { percent: this.#percent }),
      model: info?.model ?? '',
      isDemo: info?.isDemo ?? false,
      device: info?.device ?? '',
      ...(info?.fallback && { fallback: info.fallback }),
      ...(problem && { problem }),
      ...(this.#secondsPerRow !== undefined && { secondsPerRow: this.#secondsPerRow }),
    };
  }

  /** What a row of the model now takes. */
  notePace(secondsPerRow: number): void {
    this.#secondsPerRow = secondsPerRow;
    this.#onChange(this.view());
  }

  async #start(signal: AbortSignal | undefined): Promise<EngineInfo> {
    if (this.#phase !== 'ready') this.#become('loading');
    try {
      this.#info = await this.#engine.start(signal, (percent) => this.#read(percent));
    } catch (error) {
      return this.#failed(error, signal);
    }
    this.#become('ready');
    return this.#info;
  }

  /** What follows the reading has no measure. */
  #read(percent: number): void {
    const known = percent < 100 ? percent : undefined;
    if (this.#phase !== 'loading' || known === this.#percent) return;
    this.#percent = known;
    this.#onChange(this.view());
  }

  #failed(error: unknown, signal: AbortSignal | undefined): never {
    const isStart = this.#phase === 'loading';
    if (signal?.aborted === true) {
      if (isStart) this.#become('idle');
    } else if (isStart || ends.some((code) => isRowscribeError(error, code))) {
      const isOver = !isRowscribeError(error, 'engine-crashed') && !isRowscribeError(error, 'engine-timeout');
      this.#become(isOver ? 'failed' : 'idle', error);
    }
    throw error;
  }

  #become(phase: EngineView['phase'], error?: unknown): void {
    const isSame = phase === this.#phase && error === undefined;
    this.#phase = phase;
    if (phase !== 'loading') this.#percent = undefined;
    this.#problem = error === undefined ? undefined : problemOf(error);
    if (!isSame) this.#onChange(this.view());
  }
}
