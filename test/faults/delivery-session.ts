// One fill of a real workbook with a scripted model, in which every step to the disk can be made to fail or to kill.
import * as fs from 'node:fs/promises';
import { createChecker } from '../../server/domain/compliance/checker.ts';
import { RowscribeError } from '../../server/errors.ts';
import { fill } from '../../server/jobs/fill.ts';
import type { Clock } from '../../server/ports/clock.ts';
import type { Journal } from '../../server/ports/store.ts';
import { openBackups } from '../../server/store/backups.ts';
import { openJournal } from '../../server/store/sqlite.ts';
import { createWorkbooks } from '../../server/workbook/file.ts';
import { createScriptedEngine } from '../fakes/scripted-engine.ts';
import { createScriptedImages } from '../fakes/scripted-images.ts';
import { fillOptions, goodAnswer } from '../fixtures/fill-bench.ts';

export interface Fault {
  readonly kind: 'ENOSPC' | 'EIO' | 'EPERM' | 'short' | 'kill';
  /** The step at which it begins, counted from 1, and how many steps it lasts. */
  readonly at: number;
  readonly lasts: number;
}

export interface Place {
  readonly book: string;
  /** The folder of journal and backups. */
  readonly data: string;
}

export interface SessionEnd {
  /** The names of all steps, in order. */
  readonly steps: readonly string[];
  readonly error: unknown;
}

/** Runs one fill to its end, however that comes. */
export async function runSession({ book, data }: Place, fault?: Fault): Promise<SessionEnd> {
  const stepper = new Stepper(fault);
  const journal = openJournal(data);
  const backups = openBackups(data, { keptMax: 3, files: stepper.over('backup', fs) });
  const parts = {
    workbooks: createWorkbooks({}, stepper.over('workbook', fs)),
    journal: stepper.overJournal(journal),
    backups,
    images: createScriptedImages(),
    engine: createScriptedEngine((request) => goodAnswer(request)),
    checker: createChecker({ lexicon: [], exemptions: [], forms: new Map(), spellings: new Map(), date: '2026-01-01' }),
    clock: quickClock(),
  };
  const limits = { ...fillOptions.limits, deliverRowsMax: 3 };
  try {
    await fill(parts, { ...fillOptions, workbook: book, limits }, silent, new AbortController().signal);
    return { steps: stepper.steps, error: undefined };
  } catch (error) {
    return { steps: stepper.steps, error };
  } finally {
    await parts.engine.close();
    backups.close();
    journal.close();
  }
}

const nothing = () => undefined;
const silent = {
  ...{ onLoading: nothing, onModel: nothing, onBegin: nothing, onAnswer: nothing },
  ...{ onDelivered: nothing, onOutdated: nothing, onDeliveryError: nothing },
};

/** Time that passes as soon as somebody waits for it. */
function quickClock(): Clock {
  let nowMs = Date.UTC(2026, 10, 23, 9);
  return {
    now: () => nowMs,
    async sleep(ms, signal) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
}

/** Counts the steps to the disk and does at each what the fault says. */
class Stepper {
  readonly steps: string[] = [];
  readonly #fault: Fault | undefined;
  #shortWrites: number;

  constructor(fault: Fault | undefined) {
    this.#fault = fault;
    this.#shortWrites = fault?.kind === 'short' ? fault.lasts : 0;
  }

  /** Calls of the file system; those of the files it opens too. */
  over<T extends object>(name: string, target: T): T {
    return new Proxy(
      { ...target },
      {
        get: (_, call) => {
          const member: unknown = Reflect.get(target, call);
          if (typeof member !== 'function' || typeof call !== 'string') return member;
          return async (...args: unknown[]): Promise<unknown> => {
            const failure = this.#step(`${name} ${call}`);
            // A close that fails has closed all the same.
            if (failure !== undefined && call !== 'close') throw failure;
            const result: unknown = await Reflect.apply(member, target, this.#shortened(call, args));
            if (failure !== undefined) throw failure;
            return call === 'open' ? this.#overOpened(`${name} file`, result as object) : result;
          };
        },
      },
    );
  }

  #overOpened(name: string, file: object): unknown {
    const calls = ['read', 'write', 'stat', 'sync', 'close'] as const;
    const bound = calls.map((call) => {
      const member: unknown = Reflect.get(file, call);
      return [call, (...args: unknown[]): unknown => Reflect.apply(member as () => unknown, file, args)];
    });
    return this.over(name, Object.fromEntries(bound) as object);
  }

  overJournal(journal: Journal): Journal {
    return new Proxy(journal, {
      get: (target, call) => {
        const member: unknown = Reflect.get(target, call);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => {
          const failure = this.#step(`journal ${String(call)}`);
          if (failure !== undefined) {
            throw new RowscribeError(
              'store-failed',
              { path: 'journal.db', detail: failure.message },
              { cause: failure },
            );
          }
          return Reflect.apply(member, target, args);
        };
      },
    });
  }

  #step(name: string): Error | undefined {
    this.steps.push(name);
    const fault = this.#fault;
    const isNow = fault !== undefined && this.steps.length >= fault.at && this.steps.length < fault.at + fault.lasts;
    if (!isNow || fault.kind === 'short') return undefined;
    if (fault.kind === 'kill') process.kill(process.pid, 'SIGKILL');
    return Object.assign(new Error(`${fault.kind}: made to fail at ${name}`), { code: fault.kind });
  }

  /** A short write takes one byte of what it is given. */
  #shortened(call: string, args: unknown[]): unknown[] {
    const [buffer, offset, length, position] = args;
    const isShort = call === 'write' && this.#shortWrites > 0 && this.steps.length >= (this.#fault?.at ?? 0);
    if (!isShort || typeof length !== 'number') return args;
    this.#shortWrites -= 1;
    return [buffer, offset, Math.min(1, length), position];
  }
}
