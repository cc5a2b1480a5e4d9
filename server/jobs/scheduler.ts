// Pure: what a run does next. (state, event) → (state, decisions); no clock, no promises, no I/O.
import type { Outcome, RunState } from '../domain/job.ts';

export interface SchedulerLimits {
  /** Rows worked on at once: one in the engine, the others having their pictures prepared meanwhile. */
  readonly inFlightMax: number;
  /** The workbook is saved when this many rows are ready, or the oldest has waited this long, or nothing else is left. */
  readonly deliverRowsMax: number;
  readonly deliverAfterMs: number;
  /** The same before the first save, so that whoever waits for the workbook soon sees something; without it the same. */
  readonly deliverFirstAfterMs?: number;
  /** The run stops when this many first rows all fail for the same reason. */
  readonly failAlikeRowsMax: number;
  /** A row under which the engine died this often is left out; a kill from outside counts for a quarter. */
  readonly crashesMax: number;
  /** Times that saving is tried again when the workbook cannot be replaced and nothing else is left to do. */
  readonly deliveryTriesMax: number;
  /** The same once the run was stopped; without it the number stays. */
  readonly deliveryTriesAtStopMax?: number;
}

export interface SchedulerState {
  readonly waiting: readonly string[];
  readonly nextIndex: number;
  readonly inFlight: readonly string[];
  readonly ready: readonly string[];
  readonly readySinceMs: number;
  readonly delivering: boolean;
  /** The workbook was saved once. */
  readonly hasDelivered: boolean;
  /** Failed tries since the last success; saving waits until `deliverNotBeforeMs`. */
  readonly deliveryFailures: number;
  readonly deliverNotBeforeMs: number;
  readonly crashes: ReadonlyMap<string, number>;
  /** Reasons of the first finished rows; '' for a row that did not fail. */
  readonly firstReasons: readonly string[];
  /** No row is begun; those being worked on are finished and delivered. */
  readonly isPaused: boolean;
  readonly ending?: RunState;
  readonly finished: boolean;
}

export type SchedulerEvent =
  /** Rows to work on, and rows whose answers an earlier run left behind. */
  | { readonly event: 'rows'; readonly keys: readonly string[]; readonly readyKeys: readonly string[] }
  | { readonly event: 'answered'; readonly key: string; readonly outcome: Outcome; readonly reason: string }
  /** `killed`: from outside, by a person or a system short of memory, or beside other rows: that tells less about the row. */
  | { readonly event: 'crashed'; readonly key: string; readonly killed?: boolean }
  /** An aborted row is back where it was. */
  | { readonly event: 'aborted'; readonly key: string }
  | { readonly event: 'delivered'; readonly keys: readonly string[] }
  | { readonly event: 'not-delivered'; readonly keys: readonly string[]; readonly retryAtMs: number }
  | { readonly event: 'stop'; readonly state: 'stopped' | 'failed' }
  | { readonly event: 'pause' | 'resume' }
  /** What saving waited for may be there now: it is tried at once. */
  | { readonly event: 'hurry' }
  | { readonly event: 'time' };

export type Decision =
  | { readonly do: 'start'; readonly key: string }
  | { readonly do: 'quarantine'; readonly key: string }
  | { readonly do: 'abort'; readonly keys: readonly string[] }
  | { readonly do: 'deliver'; readonly keys: readonly string[] }
  | { readonly do: 'wake'; readonly atMs: number }
  | { readonly do: 'finish'; readonly state: RunState };

export interface Step {
  readonly state: SchedulerState;
  readonly decisions: readonly Decision[];
}

export const initialState: SchedulerState = {
  waiting: [],
  nextIndex: 0,
  inFlight: [],
  ready: [],
  readySinceMs: 0,
  delivering: false,
  hasDelivered: false,
  deliveryFailures: 0,
  deliverNotBeforeMs: 0,
  crashes: new Map(),
  firstReasons: [],
  isPaused: false,
  finished: false,
};

/** Takes one event in and says what to do. Decisions are to be carried out in their order. */
export function schedule(before: SchedulerState, event: SchedulerEvent, limits: SchedulerLimits, nowMs: number): Step {
  if (before.finished) return { state: before, decisions: [] };
  let step = take(before, event, limits, nowMs);
  for (const decide of [startRows, deliverRows, finishRun, wakeUp]) {
    const next = decide(step.state, limits, nowMs);
    step = { state: next.state, decisions: [...step.decisions, ...next.decisions] };
  }
  return step;
}

function take(state: SchedulerState, event: SchedulerEvent, limits: SchedulerLimits, nowMs: number): Step {
  switch (event.event) {
    case 'rows':
      return unchanged(addReady({ ...state, waiting: [...state.waiting, ...event.keys] }, event.readyKeys, nowMs));
    case 'answered':
      return breakWhenAlike(addReady(land(state, event.key), [event.key], nowMs), event, limits);
    case 'crashed':
      return takeCrash(land(state, event.key), event, limits);
    case 'aborted':
      return unchanged(land(state, event.key));
    case 'delivered': {
      const ready = state.ready.filter((key) => !event.keys.includes(key));
      const done = { delivering: false, hasDelivered: true, deliveryFailures: 0 };
      return unchanged({ ...state, ready, readySinceMs: nowMs, ...done });
    }
    case 'not-delivered': {
      const deliveryFailures = state.deliveryFailures + 1;
      return unchanged({ ...state, delivering: false, deliveryFailures, deliverNotBeforeMs: event.retryAtMs });
    }
    case 'stop':
      return end(state, event.state);
    case 'pause':
    case 'resume':
      return unchanged({ ...state, isPaused: event.event === 'pause' });
    case 'hurry':
      return unchanged({ ...state, deliverNotBeforeMs: nowMs });
    case 'time':
      return unchanged(state);
  }
}

const unchanged = (state: SchedulerState): Step => ({ state, decisions: [] });

function land(state: SchedulerState, key: string): SchedulerState {
  return { ...state, inFlight: state.inFlight.filter((other) => other !== key) };
}

function addReady(state: SchedulerState, keys: readonly string[], nowMs: number): SchedulerState {
  if (keys.length === 0) return state;
  const readySinceMs = state.ready.length === 0 ? nowMs : state.readySinceMs;
  return { ...state, ready: [...state.ready, ...keys], readySinceMs };
}

/** Nothing new begins; what is in flight is given up; what is ready is still delivered. */
function end(state: SchedulerState, ending: RunState): Step {
  if (state.ending !== undefined) return unchanged(state);
  const decisions = state.inFlight.length > 0 ? [{ do: 'abort', keys: state.inFlight } as const] : [];
  return { state: { ...state, ending }, decisions };
}

function breakWhenAlike(
  state: SchedulerState,
  event: { outcome: Outcome; reason: string },
  limits: SchedulerLimits,
): Step {
  if (state.firstReasons.length >= limits.failAlikeRowsMax) return unchanged(state);
  const firstReasons = [...state.firstReasons, event.outcome === 'failed' ? event.reason : ''];
  const isAlike = event.outcome === 'failed' && firstReasons.every((reason) => reason === event.reason);
  const next = { ...state, firstReasons };
  return isAlike && firstReasons.length === limits.failAlikeRowsMax ? end(next, 'failed') : unchanged(next);
}

/** What one death of the engine counts against the row it happened under. */
export function crashWeight(killed: boolean): number {
  return killed ? 0.25 : 1;
}

/** The row goes to the end, so that one that kills the engine does not hold up the others. */
function takeCrash(
  state: SchedulerState,
  { key, killed }: { key: string; killed?: boolean },
  limits: SchedulerLimits,
): Step {
  const count = (state.crashes.get(key) ?? 0) + crashWeight(killed === true);
  const crashes = new Map(state.crashes).set(key, count);
  if (count >= limits.crashesMax) {
    // Counts as in flight until its answer, the error, comes back.
    return { state: { ...state, crashes, inFlight: [...state.inFlight, key] }, decisions: [{ do: 'quarantine', key }] };
  }
  return unchanged({ ...state, crashes, waiting: [...state.waiting, key] });
}

function startRows(state: SchedulerState, limits: SchedulerLimits): Step {
  if (state.ending !== undefined || state.isPaused) return unchanged(state);
  const inFlight = [...state.inFlight];
  const isSuspect = (key: string): boolean => (state.crashes.get(key) ?? 0) > 0;
  for (let index = state.nextIndex; inFlight.length < limits.inFlightMax; index += 1) {
    const key = state.waiting[index];
    // A row under which the engine died is looked at alone, so that the next death is its own or nobody's.
    if (key === undefined || (inFlight.length > 0 && (isSuspect(key) || inFlight.some(isSuspect)))) break;
    inFlight.push(key);
  }
  const keys = inFlight.slice(state.inFlight.length);
  const next = { ...state, nextIndex: state.nextIndex + keys.length, inFlight };
  return { state: next, decisions: keys.map((key) => ({ do: 'start', key })) };
}

function deliverRows(state: SchedulerState, limits: SchedulerLimits, nowMs: number): Step {
  if (state.delivering || state.ready.length === 0 || nowMs < state.deliverNotBeforeMs) return unchanged(state);
  const isDue = isDueNow(state, limits) || nowMs >= waitedMs(state, limits);
  if (!isDue || hasGivenUp(state, limits)) return unchanged(state);
  return { state: { ...state, delivering: true }, decisions: [{ do: 'deliver', keys: state.ready }] };
}

/** When the oldest ready row has waited long enough. */
function waitedMs({ hasDelivered, readySinceMs }: SchedulerState, limits: SchedulerLimits): number {
  const { deliverAfterMs, deliverFirstAfterMs = deliverAfterMs } = limits;
  return readySinceMs + (hasDelivered ? deliverAfterMs : Math.min(deliverFirstAfterMs, deliverAfterMs));
}

/** Enough rows are ready, or no more will be for now. */
function isDueNow(state: SchedulerState, limits: SchedulerLimits): boolean {
  const isResting = isIdle(state) || (state.isPaused && state.inFlight.length === 0);
  return isResting || state.ready.length >= limits.deliverRowsMax;
}

/** No row is being worked on and none will be. */
function isIdle(state: SchedulerState): boolean {
  return state.inFlight.length === 0 && (state.ending !== undefined || state.nextIndex >= state.waiting.length);
}

/** Saving failed so often that only a person can help; the answers stay in the journal. */
function hasGivenUp(state: SchedulerState, limits: SchedulerLimits): boolean {
  const triesMax =
    state.ending === 'stopped' ? (limits.deliveryTriesAtStopMax ?? limits.deliveryTriesMax) : limits.deliveryTriesMax;
  return isIdle(state) && state.deliveryFailures >= triesMax;
}

function finishRun(state: SchedulerState, limits: SchedulerLimits): Step {
  if (!isIdle(state) || state.delivering) return unchanged(state);
  const isLeft = state.ready.length > 0;
  if (isLeft && !hasGivenUp(state, limits)) return unchanged(state);
  const ending = state.ending ?? (isLeft ? 'stopped' : 'finished');
  return { state: { ...state, finished: true }, decisions: [{ do: 'finish', state: ending }] };
}

function wakeUp(state: SchedulerState, limits: SchedulerLimits): Step {
  if (state.finished || state.delivering || state.ready.length === 0) return unchanged(state);
  const dueMs = isDueNow(state, limits) ? 0 : waitedMs(state, limits);
  return { state, decisions: [{ do: 'wake', atMs: Math.max(dueMs, state.deliverNotBeforeMs) }] };
}
