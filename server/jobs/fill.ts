// A run over the rows of one sheet: what there is to do, what an earlier run left behind, and the reports of its rows.
import type { Checker } from '../domain/compliance/checker.ts';
import type { ColumnChoices } from '../domain/columns.ts';
import type { RunState } from '../domain/job.ts';
import type { Language } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { WorkRule } from '../domain/work.ts';
import type { ProductRow } from '../domain/row.ts';
import { RowscribeError } from '../errors.ts';
import type { Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineInfo } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Journal, RowRecord, RunRecord, StoredAnswer } from '../ports/store.ts';
import type { CellRefusal, Workbooks } from '../ports/workbook.ts';
import { FillEffects } from './fill-effects.ts';
import { runError } from './run-error.ts';
import { planFill, type FillPlan } from './fill-plan.ts';
import type { SheetView } from './ingest.ts';
import type { PictureRules } from './look.ts';
import type { RowsRead } from './rows-read.ts';
import type { RowContext, RowTimes } from './run-row.ts';
import { run, type RunHandle } from './runner.ts';
import type { SchedulerLimits } from './scheduler.ts';
import { startEngines } from './write-with-writer.ts';

export interface FillParts {
  readonly workbooks: Workbooks;
  readonly journal: Journal;
  readonly backups: Backups;
  readonly images: Images;
  readonly engine: Engine;
  readonly writer?: Engine;
  readonly checker: Checker;
  readonly clock: Clock;
}

export interface FillOptions extends WorkRule {
  /** Real path of the workbook to write. */
  readonly workbook: string;
  readonly sheet?: string;
  readonly recipe: Recipe;
  /** What a person said about columns of the sheet. */
  readonly columns?: ColumnChoices;
  /** The range of rows as given, "" for all, and its test. */
  readonly rows: string;
  readonly isWanted: (row: number) => boolean;
  /** Says which cells of a row to write, instead of the mode; nothing for rows to leave alone. */
  readonly choose?: (row: ProductRow) => Chosen | undefined;
  /** Language of the copy; without it, that of the headers. */
  readonly language?: Language;
  readonly secondReader?: boolean;
  readonly seed: number;
  readonly pictureRules: PictureRules;
  readonly limits: SchedulerLimits;
  /** Receives what pauses the run and hurries its saving; not called when there is nothing to do. */
  readonly onHandle?: (handle: RunHandle) => void;
  /** The rows that `choose` is about, as they were read in that version of the file; another version is read anew. */
  readonly read?: RowsRead;
}

export interface Chosen {
  readonly keys: readonly string[];
  readonly staleKeys: readonly string[];
}

/** A finished row, after its cells were delivered. */
export interface RowReport {
  readonly row: ProductRow;
  readonly answer: StoredAnswer;
  /** Cells that were left alone, with the reason. */
  readonly refused: readonly CellRefusal[];
  readonly times: RowTimes | undefined;
}

export interface FillBegin {
  /** The run's number in the journal. */
  readonly runId: number;
  readonly total: number;
  /** Rows of an earlier run that was cut off are among them. */
  readonly resumed: boolean;
  readonly view: SheetView;
}

export interface FillObserver {
  /** The model is being loaded; not said when there is nothing to do. */
  onLoading(): void;
  onModel(info: EngineInfo): void;
  onBegin(begin: FillBegin): void;
  /** A row is being worked on; `onPutBack` when it will be again later. */
  onRow?(row: ProductRow): void;
  onPutBack?(row: ProductRow): void;
  /** A row has its answer, or had it when the run before was cut off; it is not in the workbook yet. */
  onAnswer(answer: StoredAnswer, row: ProductRow): void;
  onDelivered(report: RowReport): void;
  /** Rows that moved out of the sheet or were changed while they were worked on. */
  onOutdated(rows: readonly ProductRow[]): void;
  onDeliveryError(error: RowscribeError, retryAtMs: number): void;
}

export interface FillResult {
  readonly state: RunState;
  readonly total: number;
  readonly resumed: boolean;
}

/**
 * Fills the sheet. Errors: those of opening and of columns; `workbook-in-use`; those of starting the engine; fatal ones
 * during the run, after which everything finished is in the workbook or the journal.
 */
export async function fill(
  parts: FillParts,
  options: FillOptions,
  observer: FillObserver,
  signal: AbortSignal,
): Promise<FillResult> {
  const release = parts.journal.claim(options.workbook);
  if (release === undefined) throw new RowscribeError('workbook-in-use', { path: options.workbook });
  try {
    // A workbook that is open elsewhere or must not be edited is refused before the model is loaded.
    await parts.workbooks.patch(options.workbook, [], { signal });
    return await fillClaimed(parts, options, observer, signal);
  } finally {
    release();
  }
}

async function fillClaimed(
  parts: FillParts,
  options: FillOptions,
  observer: FillObserver,
  signal: AbortSignal,
): Promise<FillResult> {
  const { journal, clock } = parts;
  let begun: { run: RunRecord; resumed: boolean } | undefined;
  let records: ReadonlyMap<string, RowRecord> = new Map();
  const plan = await planFill(
    parts,
    options,
    (sheet) => {
      begun = journal.beginRun({ ...options, recipe: options.recipe.id, sheet }, clock.now());
      return (records = new Map(journal.rows(begun.run.id).map((row) => [row.key, row])));
    },
    signal,
  );
  if (begun === undefined) throw new RowscribeError('internal', { detail: 'a run without a sheet' });
  const { run: record, resumed } = begun;
  const total = plan.work.length + plan.left.length;
  observer.onBegin({ runId: record.id, total, resumed: resumed && records.size > 0, view: plan.located.view });
  const state = await runPlan(parts, options, plan, records, record.id, observer, signal).catch((error: unknown) => {
    if (error instanceof RowscribeError) journal.noteError(record.id, runError(error));
    journal.endRun(record.id, 'failed', clock.now());
    throw error;
  });
  journal.endRun(record.id, state, clock.now());
  return { state, total, resumed };
}

/** What working on a row of the plan needs. */
export function contextOf(
  parts: FillParts,
  options: FillOptions,
  plan: Pick<FillPlan, 'located' | 'language'>,
  engineInfo: EngineInfo,
): RowContext {
  const header = (key: string) => plan.located.view.map.outputs.get(key)?.header ?? key;
  return { ...parts, ...options, language: plan.language, header, engineInfo };
}

/** Answers that an earlier run left behind are delivered without a model. */
async function loadModel(
  parts: FillParts,
  options: FillOptions,
  plan: FillPlan,
  observer: FillObserver,
  signal: AbortSignal,
): Promise<RowContext> {
  observer.onLoading();
  const engineInfo = await startEngines(parts, signal);
  observer.onModel(engineInfo);
  return contextOf(parts, options, plan, engineInfo);
}

/** Deaths of the engine in an earlier run count against a row as long as its inputs are the same. */
function crashesOf(plan: FillPlan, records: ReadonlyMap<string, RowRecord>): ReadonlyMap<string, number> {
  const rows = [...plan.work, ...plan.left].map(({ row }) => row);
  const same = rows.filter((row) => records.get(row.key)?.fingerprint === row.fingerprint);
  return new Map(same.map((row) => [row.key, records.get(row.key)?.crashes ?? 0]));
}

/** Every slot of the engine has a row, and half as many rows have their pictures prepared meanwhile. */
function inFlightMaxOf({ limits }: FillOptions, engine: EngineInfo | undefined): number {
  const slots = engine?.slots ?? 1;
  return Math.max(limits.inFlightMax, slots === 1 ? 0 : slots + Math.ceil(slots / 2));
}

async function runPlan(
  parts: FillParts,
  options: FillOptions,
  plan: FillPlan,
  records: ReadonlyMap<string, RowRecord>,
  runId: number,
  observer: FillObserver,
  signal: AbortSignal,
): Promise<RunState> {
  const total = plan.work.length + plan.left.length;
  if (total === 0) return 'finished';
  const context = plan.work.length === 0 ? undefined : await loadModel(parts, options, plan, observer, signal);
  for (const { answer, row } of plan.left) observer.onAnswer(answer, row);
  const crashes = crashesOf(plan, records);
  // Rows that an earlier run ended without copy, or whose inputs changed since, begin anew.
  for (const { row } of plan.work) {
    const known = records.get(row.key);
    if (known !== undefined && known.state !== 'queued') {
      const { key, fingerprint } = row;
      parts.journal.putRow(runId, { key, fingerprint, state: 'queued', crashes: crashes.get(key) ?? 0 });
    }
  }
  const effects = new FillEffects(parts, options, plan, crashes, runId, context, observer);
  const input = {
    keys: plan.work.map((work) => work.row.key),
    readyKeys: plan.left.map(({ row }) => row.key),
    crashes,
    limits: { ...options.limits, inFlightMax: inFlightMaxOf(options, context?.engineInfo) },
    ...(options.onHandle && { onHandle: options.onHandle }),
  };
  return run(input, effects, parts.clock, signal);
}
