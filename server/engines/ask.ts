// One request to a loaded child, followed until the slot is free again, whatever happens to the process.
import { both } from '../domain/language.ts';
import { asRowscribeError, RowscribeError } from '../errors.ts';
import type { GenerateResult } from '../ports/engine.ts';
import type { EngineChild } from './child-process.ts';
import type { GuardedRequest, Report } from './protocol.ts';

export interface AskLimits {
  /** From the order to the answer; then the child is killed. */
  readonly requestTimeoutMs: number;
  /** From asking to stop to the end of the request; then the child is killed. */
  readonly stopTimeoutMs: number;
}

export interface AskOptions {
  readonly id: number;
  readonly limits: AskLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onBegun?: (() => void) | undefined;
  readonly onText?: ((piece: string) => void) | undefined;
}

/**
 * Settles when the child can take the next request or has ended. Errors: `prompt-too-long`, `engine-rejected`,
 * `engine-timeout`, `engine-crashed`, `interrupted` when this side ended the child; the abort reason.
 */
export function ask(child: EngineChild, request: GuardedRequest, options: AskOptions): Promise<GenerateResult> {
  const { id, limits, signal } = options;
  return new Promise((resolve, reject) => {
    let failure: { readonly reason: unknown } | undefined;
    let timer = setTimeout(() => end(timeout(limits), false), limits.requestTimeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      stopListening();
    };
    const end = (reason: unknown, intended: boolean): void => {
      failure ??= { reason };
      void child.kill(intended);
    };
    const halt = (reason: unknown): void => {
      if (failure) return;
      failure = { reason };
      clearTimeout(timer);
      timer = setTimeout(() => void child.kill(true), limits.stopTimeoutMs);
      child.send({ type: 'stop', id });
    };
    const onAbort = (): void => halt(signal?.reason);
    const hear = (report: Report): void => {
      if (!('id' in report) || report.id !== id) return;
      if (report.type === 'begun') return options.onBegun?.();
      if (report.type === 'piece') return failure ? undefined : deliver(report.text, options, halt);
      if (report.type === 'failed' && !report.usable) return end(refusal(report), true);
      settle();
      if (failure) reject(failure.reason);
      else if (report.type === 'done') resolve(report.answer);
      else reject(refusal(report));
    };
    void child.exited.then((exit) => {
      settle();
      const gone = exit.intended
        ? new RowscribeError('interrupted', {})
        : new RowscribeError('engine-crashed', { detail: exit.detail, killed: exit.killed });
      reject(failure ? failure.reason : gone);
    });
    const stopListening = child.listen(hear);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.send({ type: 'generate', id, request });
  });
}

/** A listener that throws ends its own request and nothing else. */
function deliver(text: string, { onText }: AskOptions, halt: (reason: unknown) => void): void {
  try {
    onText?.(text);
  } catch (error) {
    halt(asRowscribeError(error));
  }
}

function refusal(report: Report): RowscribeError {
  if (report.type === 'too-long') {
    return new RowscribeError('prompt-too-long', { tokens: report.tokens, tokensMax: report.tokensMax });
  }
  const detail = report.type === 'failed' ? report.detail : both('它被停止了', 'it was stopped');
  return new RowscribeError('engine-rejected', { detail });
}

function timeout(limits: AskLimits): RowscribeError<'engine-timeout'> {
  return new RowscribeError('engine-timeout', { seconds: Math.round(limits.requestTimeoutMs / 100) / 10 });
}
