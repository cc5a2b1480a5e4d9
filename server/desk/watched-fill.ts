// A fill that the watch began, told to pages as a run of the desk while the watch goes on as it would alone.
import type { fill as fillJob, FillObserver } from '../jobs/fill.ts';
import type { DeskRun } from './desk-run.ts';

interface WatchedFill {
  readonly fill: typeof fillJob;
  readonly run: DeskRun;
  /** There are rows for the model: from now on the run is shown. */
  readonly onShown: (journalId: number) => void;
}

/** Errors: those of `fill`; the run ends with it, whatever happens. */
export async function performWatched(
  { fill, run, onShown }: WatchedFill,
  [parts, options, observer, signal]: Parameters<typeof fillJob>,
): ReturnType<typeof fillJob> {
  const following = follow(observer, run, onShown);
  try {
    const result = await fill(parts, { ...options, onHandle: run.onHandle }, following.observer, signal);
    const isStopped = result.state === 'running' || (signal.aborted && result.state !== 'failed');
    if (following.isShown()) run.end(isStopped ? 'stopped' : result.state);
    return result;
  } catch (error) {
    if (following.isShown()) run.end(signal.aborted ? 'stopped' : 'failed', signal.aborted ? undefined : error);
    throw error;
  }
}

function follow(observer: FillObserver, run: DeskRun, onShown: (journalId: number) => void) {
  let isShown = false;
  const all = (): readonly FillObserver[] => (isShown ? [observer, run] : [observer]);
  const both: FillObserver = {
    onBegin(begin) {
      if (begin.total > 0 && !isShown) {
        isShown = true;
        onShown(begin.runId);
        run.begin();
      }
      for (const one of all()) one.onBegin(begin);
    },
    onLoading: () => all().forEach((one) => one.onLoading()),
    onModel: (info) => all().forEach((one) => one.onModel(info)),
    onRow: (row) => all().forEach((one) => one.onRow?.(row)),
    onPutBack: (row) => all().forEach((one) => one.onPutBack?.(row)),
    onAnswer: (answer, row) => all().forEach((one) => one.onAnswer(answer, row)),
    onDelivered: (report) => all().forEach((one) => one.onDelivered(report)),
    onOutdated: (rows) => all().forEach((one) => one.onOutdated(rows)),
    onDeliveryError: (error, retryAtMs) => all().forEach((one) => one.onDeliveryError(error, retryAtMs)),
  };
  return { observer: both, isShown: () => isShown };
}
