// Does what a run was ordered to do, and ends it in words whatever happens.
import { workOf } from '../domain/work.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import { fill } from '../jobs/fill.ts';
import { planFill } from '../jobs/fill-plan.ts';
import { preview } from '../jobs/preview.ts';
import { partsWithPriority } from '../jobs/priority.ts';
import { undo } from '../jobs/undo.ts';
import { startEngines } from '../jobs/write-with-writer.ts';
import type { DeskRun } from './desk-run.ts';
import type { RunDeskParts } from './run-desk.ts';
import type { Job } from './targets.ts';

/** Between two tries to get a workbook that somebody else is filling. */
const inUseRetryMs = 1000;
const previewRows = 3;

/** The job with its rows narrowed to some keys. */
export function rowsOfRun(job: Job, onlyKeys: ReadonlySet<string> | undefined): Job {
  if (onlyKeys === undefined) return job;
  const { options, parts } = job;
  const isWanted = (row: { readonly key: string; readonly number: number }) =>
    onlyKeys.has(row.key) && options.isWanted(row.number);
  return {
    ...job,
    options: {
      ...options,
      choose: (row) => {
        if (!isWanted(row)) return undefined;
        const delivered = parts.journal.lastDelivered(options.workbook, sheetOf(options), row.key);
        const { keys } = workOf(row, options.recipe, options, delivered);
        return keys.length === 0 ? undefined : { keys, staleKeys: [] };
      },
    },
  };
}

/** Never rejects. */
export async function perform(run: DeskRun, parts: RunDeskParts, onUndone: (journalId: number) => void): Promise<void> {
  const { signal } = run.stopping;
  try {
    for (;;) {
      try {
        const state = await once(run, onUndone, signal);
        return run.end(signal.aborted && state !== 'failed' ? 'stopped' : state);
      } catch (error) {
        if (!isRowscribeError(error, 'workbook-in-use') || signal.aborted) throw error;
        run.wait(error);
        await parts.clock.sleep(inUseRetryMs, signal);
      }
    }
  } catch (error) {
    if (signal.aborted) run.end('stopped');
    else run.end('failed', error);
  } finally {
    notePace(run, parts);
  }
}

type Ending = 'finished' | 'stopped' | 'failed';

async function once(run: DeskRun, onUndone: (journalId: number) => void, signal: AbortSignal): Promise<Ending> {
  run.begin();
  if (run.order.kind === 'preview') return show(run, signal);
  const { undoes } = run.order;
  if (undoes !== undefined) {
    await takeBack(run, undoes, signal);
    onUndone(undoes);
    return 'finished';
  }
  const { onHandle } = run;
  const { state } = await fill(run.job.parts, { ...run.job.options, onHandle }, run, signal);
  if (state === 'finished' && run.order.isDeliveryOnly === true && reopened(run)) return 'stopped';
  return state === 'running' ? 'stopped' : state;
}

/** A run whose answers alone were delivered is not over while it has other rows: it can be taken up again. */
function reopened({ journalId, job }: DeskRun): boolean {
  const { journal, clock } = job.parts;
  if (journalId === undefined || journal.rows(journalId).every(({ state }) => state === 'delivered')) return false;
  journal.endRun(journalId, 'stopped', clock.now());
  return true;
}

async function show(run: DeskRun, signal: AbortSignal): Promise<Ending> {
  const { parts, options } = run.job;
  const count = run.order.count ?? previewRows;
  const quick = partsWithPriority(parts, 'interactive');
  const plan = await planFill(quick, options, () => new Map(), signal);
  run.onBegin({ total: Math.min(count, plan.work.length), view: plan.located.view });
  if (plan.work.length === 0) return 'finished';
  run.onLoading();
  run.onModel(await startEngines(quick, signal));
  const [first] = plan.work;
  if (first !== undefined) run.onRow(first.row);
  let index = 0;
  for await (const { row, answer } of preview(quick, options, plan, count, signal)) {
    run.onAnswer(answer, row);
    index += 1;
    const next = index < count ? plan.work[index] : undefined;
    if (next !== undefined) run.onRow(next.row);
  }
  return 'finished';
}

async function takeBack(run: DeskRun, runId: number, signal: AbortSignal): Promise<void> {
  const { parts, options } = run.job;
  await undo(parts, { ...options, sheet: sheetOf(options), runId }, signal);
}

/** The estimate of the next run exists before its first row. */
export function notePace(run: DeskRun, parts: RunDeskParts): void {
  if (run.pace !== undefined && run.model !== '') {
    parts.journal.notePace(run.model, run.pace, parts.clock.now());
    parts.onPace(run.pace);
  }
}

/** A run's sheet was found before it was put into the queue. */
function sheetOf({ sheet }: { readonly sheet?: string }): string {
  if (sheet === undefined) throw new RowscribeError('internal', { detail: 'a run without a sheet' });
  return sheet;
}
