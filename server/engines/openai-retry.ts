// How long to wait before a model server is asked again: a pure rule, with chance handed in.

export interface RetryRules {
  /** Times that a request is sent again. */
  readonly retriesMax: number;
  /** The first wait; each further one is twice as long. */
  readonly firstWaitMs: number;
  readonly waitMsMax: number;
  /** A server's own Retry-After counts up to this. */
  readonly retryAfterMsMax: number;
}

export const retryDefaults: RetryRules = {
  retriesMax: 6,
  firstWaitMs: 500,
  waitMsMax: 15_000,
  retryAfterMsMax: 60_000,
};

/**
 * Milliseconds before try `attempt` (1 is the first repetition). Spread over half of the wait by `chance` (0 … 1), so that
 * many clients do not come back together; never earlier than the server's Retry-After (seconds, or a date) says.
 */
export function retryWaitMs(
  attempt: number,
  retryAfter: string | undefined,
  nowMs: number,
  chance: number,
  rules: RetryRules = retryDefaults,
): number {
  const fullMs = Math.min(rules.waitMsMax, rules.firstWaitMs * 2 ** (attempt - 1));
  const askedMs = Math.min(rules.retryAfterMsMax, retryAfterMs(retryAfter, nowMs));
  return Math.round(Math.max(fullMs / 2, askedMs) + (chance * fullMs) / 2);
}

function retryAfterMs(retryAfter: string | undefined, nowMs: number): number {
  if (retryAfter === undefined || retryAfter.trim() === '') return 0;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
