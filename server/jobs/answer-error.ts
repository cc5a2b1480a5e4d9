// Tells an answer that was of no use from an engine, or a run, that cannot go on.
import { isRowscribeError } from '../errors.ts';

/**
 * Whether an error is about one answer only: empty, timed out, rejected, not usable. Asking again may help. A dead engine
 * is the scheduler's business, an abort the caller's.
 */
export function isAnswerError(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && isRowscribeError(error) && error.retryable && error.code !== 'engine-crashed';
}
