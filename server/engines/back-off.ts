// When a child that died may be started again: a pure rule over the times of its exits.

export interface BackOffRules {
  /** Milliseconds to wait after the first, second, … exit; the last one is used from then on. */
  readonly delaysMs: readonly number[];
  /** So many exits within the window, with no answer in between, and the engine gives up. */
  readonly exitsMax: number;
  readonly windowMs: number;
}

export const backOffDefaults: BackOffRules = {
  delaysMs: [1_000, 2_000, 5_000, 15_000],
  exitsMax: 5,
  windowMs: 600_000,
};

export type NextStart = { readonly type: 'wait'; readonly ms: number } | { readonly type: 'give-up' };

/** Whether and how soon to start again at `nowMs`, after exits at `exitsMs` (ascending, since the last answer). */
export function nextStart(exitsMs: readonly number[], nowMs: number, rules: BackOffRules): NextStart {
  const recent = exitsMs.filter((at) => nowMs - at < rules.windowMs);
  if (recent.length >= rules.exitsMax) return { type: 'give-up' };
  const last = recent.at(-1);
  if (last === undefined) return { type: 'wait', ms: 0 };
  const delayMs = rules.delaysMs[Math.min(recent.length, rules.delaysMs.length) - 1] ?? 0;
  return { type: 'wait', ms: Math.max(0, last + delayMs - nowMs) };
}
