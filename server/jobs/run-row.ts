// One row from its pictures to the texts of its cells: look, write, check, put the result into words.
import type { Checker } from '../domain/compliance/checker.ts';
import type { Outcome } from '../domain/job.ts';
import type { Language } from '../domain/language.ts';
import { fillPlaceholders } from '../domain/placeholders.ts';
import { buildPrompt, type Rewrite } from '../domain/prompt.ts';
import type { Recipe } from '../domain/recipe.ts';
import { needsPerson, type Remark } from '../domain/remarks.ts';
import type { ProductRow } from '../domain/row.ts';
import { asRowscribeError, isRowscribeError, type ErrorCode } from '../errors.ts';
import { remarkText, statusText } from '../i18n/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, EngineInfo } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { StoredAnswer } from '../ports/store.ts';
import type { Workbooks } from '../ports/workbook.ts';
import { isAnswerError } from './answer-error.ts';
import { checkOptionsOf, checkTexts } from './check-texts.ts';
import { lookAt, smallerPictures, type Look, type PictureRules } from './look.ts';
import { loadPictures } from './row-pictures.ts';
import { mendTexts, type Mended, type MendTask } from './mend-texts.ts';
import { notRead, secondRead, type SecondRead } from './second-read.ts';
import type { Written } from './write-columns.ts';
import { forTextsOnly, writeRow } from './write-with-writer.ts';

export interface RowContext {
  readonly recipe: Recipe;
  readonly language: Language;
  /** A column's header in the sheet, by its key. */
  readonly header: (key: string) => string;
  readonly engine: Engine;
  /** Writes what can be written without looking; without one the engine writes everything. */
  readonly writer?: Engine;
  readonly engineInfo: EngineInfo;
  readonly images: Images;
  /** Where the pictures lie that are in the workbook itself. */
  readonly workbooks: Pick<Workbooks, 'open'>;
  readonly workbook: string;
  readonly checker: Checker;
  readonly pictureRules: PictureRules;
  /** Whether the model is asked for implied claims too; it can only add warnings. */
  readonly secondReader?: boolean;
  readonly seed: number;
  readonly clock: Clock;
}

export interface RowTask {
  readonly row: ProductRow;
  readonly keys: readonly string[];
  readonly rewrites: readonly Rewrite[];
  /** Columns whose text a person changed and whose inputs have changed since: the status says so. */
  readonly staleKeys?: readonly string[];
}

/** Milliseconds a row spent in each stage; preparation of the next row overlaps the engine's work. */
export interface RowTimes {
  readonly imageMs: number;
  readonly promptMs: number;
  readonly outputMs: number;
  readonly checkMs: number;
}

export interface RowResult {
  readonly answer: StoredAnswer;
  readonly times: RowTimes;
}

/** Errors after which no row can succeed: they end the run. */
const fatalCodes: readonly ErrorCode[] = [
  'engine-gave-up',
  'engine-load-failed',
  'engine-missing',
  'engine-unreachable',
  'engine-key-refused',
  'engine-model-unknown',
  'engine-address-public',
  'model-missing',
  'model-corrupt',
  'store-failed',
];

/** Whether an error of a row is about the run as a whole. */
export function isFatal(error: unknown): boolean {
  return isRowscribeError(error) && fatalCodes.includes(error.code);
}

/**
 * Works on one row. What is wrong with the row itself becomes its answer; thrown are only the abort reason, fatal
 * errors, and `engine-crashed`, which the scheduler counts.
 */
export async function runRow(task: RowTask, context: RowContext, signal: AbortSignal): Promise<RowResult> {
  const startedAtMs = context.clock.now();
  try {
    const look = await lookAtRow(task.row, context, signal);
    const imageMs = context.clock.now() - startedAtMs;
    if (look.images.length === 0) return { answer: withoutCopy(context, look, startedAtMs), times: times(imageMs) };
    const { written, look: seen } = await writeFitting(task, context, look, signal);
    const [mending, engine] = forTextsOnly(mendTask(task, context, seen), context);
    const mended = await mendTexts(written.texts, mending, engine, signal);
    const read = context.secondReader === true ? await secondRead(mended.texts, mending, engine, signal) : notRead;
    const checkedAtMs = context.clock.now();
    const answer = answerOf(task, context, seen, written, mended, read, startedAtMs);
    const promptMs = written.promptMs + mended.promptMs + read.promptMs;
    const outputMs = written.outputMs + mended.outputMs + read.outputMs;
    return { answer, times: { imageMs, promptMs, outputMs, checkMs: context.clock.now() - checkedAtMs } };
  } catch (error) {
    if (signal.aborted || isFatal(error) || isRowscribeError(error, 'engine-crashed')) throw error;
    return { answer: failedAnswer(error, context, startedAtMs), times: times(context.clock.now() - startedAtMs) };
  }
}

async function lookAtRow({ pictures }: ProductRow, context: RowContext, signal: AbortSignal): Promise<Look> {
  const { images, pictureRules, engineInfo } = context;
  const loaded = await loadPictures(pictures, { ...context, ...pictureRules }, signal);
  return lookAt(loaded, images, pictureRules, engineInfo, signal);
}

const times = (imageMs: number): RowTimes => ({ imageMs, promptMs: 0, outputMs: 0, checkMs: 0 });

/** When the row is too much for what the model reads: once more, with smaller pictures. */
async function writeFitting(
  task: RowTask,
  context: RowContext,
  look: Look,
  signal: AbortSignal,
): Promise<{ readonly written: Written; readonly look: Look }> {
  try {
    return { written: await writeWithRetry(task, context, look, signal), look };
  } catch (error) {
    if (!isRowscribeError(error, 'prompt-too-long')) throw error;
    const imageTokensMax = smallerPictures(error.facts, look, context.engineInfo);
    if (imageTokensMax === undefined) throw error;
    const engineInfo = { ...context.engineInfo, imageTokensMax };
    const smaller = await lookAtRow(task.row, { ...context, engineInfo }, signal);
    return { written: await writeWithRetry(task, context, smaller, signal), look: smaller };
  }
}

/** One more try with another seed when the engine's answer, not the row, was at fault. */
async function writeWithRetry(task: RowTask, context: RowContext, look: Look, signal: AbortSignal): Promise<Written> {
  const { recipe, language, seed } = context;
  const writeTask = { ...task, recipe, language, look, seed };
  try {
    return await writeRow(writeTask, context, signal);
  } catch (error) {
    if (!isAnswerError(error, signal)) throw error;
    return writeRow({ ...writeTask, seed: seed + 1000 }, context, signal);
  }
}

function mendTask({ row }: RowTask, context: RowContext, look: Look): MendTask {
  const { recipe, language } = context;
  const facts = [...row.facts.map((fact) => fact.text), row.prompt].join('\n');
  const { system } = buildPrompt({ recipe, row, keys: [], language });
  return { ...context, checkOptions: checkOptionsOf(recipe, row), facts, system, look };
}

function answerOf(
  task: RowTask,
  context: RowContext,
  look: Look,
  written: Written,
  mended: Mended,
  read: SecondRead,
  startedAtMs: number,
): StoredAnswer {
  const { row } = task;
  const { recipe, language, checker, header } = context;
  const copy = new Map([...row.outputs].filter(([key, text]) => text.trim() !== '' && isCopy(recipe, key)));
  for (const [key, text] of mended.texts) copy.set(key, text);
  const verdict = checkTexts(
    copy,
    { mended: mended.records, implied: read.findings },
    checker,
    checkOptionsOf(recipe, row),
    header,
    language,
  );
  const remarks = [...look.remarks, ...placeholderRemarks(row), ...written.remarks, ...emptied(mended), ...stale(task)];
  const outcome: Outcome = needsPerson(remarks) ? 'needs-person' : 'done';
  const reason = remarks.find((remark) => needsPerson([remark]))?.remark ?? '';
  const status = statusText(outcome, remarkTexts(remarks, context), language);
  return {
    ...blankAnswer(context, startedAtMs),
    outcome,
    reason,
    status,
    texts: { ...Object.fromEntries(mended.texts), ...ownTexts(recipe, verdict.text, status) },
    originals: Object.fromEntries([...mended.records.keys()].map((key) => [key, written.texts.get(key) ?? ''])),
    pictures: look.sources,
    cachedTokens: written.cachedTokens,
  };
}

function stale({ staleKeys = [] }: RowTask): Remark[] {
  return staleKeys.length === 0 ? [] : [{ remark: 'stale', columns: staleKeys }];
}

/** Columns of which the mending left nothing. */
function emptied(mended: Mended): Remark[] {
  const empty = [...mended.records.keys()].filter((key) => mended.texts.get(key) === '');
  return empty.map((column) => ({ remark: 'empty', column }));
}

function isCopy(recipe: Recipe, key: string): boolean {
  return recipe.columns.some((column) => column.key === key && (column.kind === 'text' || column.kind === 'list'));
}

/** No picture is good enough: nothing is written about what cannot be seen. */
function withoutCopy(context: RowContext, look: Look, startedAtMs: number): StoredAnswer {
  const status = statusText('needs-person', remarkTexts(look.remarks, context), context.language);
  return {
    ...blankAnswer(context, startedAtMs),
    outcome: 'needs-person',
    reason: look.remarks.map((remark) => (remark.remark === 'picture-flaw' ? remark.flaw : '')).join(' '),
    status,
    texts: ownTexts(context.recipe, undefined, status),
    pictures: look.sources,
  };
}

/** The answer of a row that failed, with the error's sentence as its status. */
export function failedAnswer(error: unknown, context: RowContext, startedAtMs: number): StoredAnswer {
  const known = asRowscribeError(error);
  const status = statusText('failed', [known.text(context.language)], context.language);
  return {
    ...blankAnswer(context, startedAtMs),
    outcome: 'failed',
    reason: known.code,
    status,
    texts: ownTexts(context.recipe, undefined, status),
  };
}

function blankAnswer(context: RowContext, startedAtMs: number): StoredAnswer {
  return {
    outcome: 'done',
    reason: '',
    status: '',
    texts: {},
    originals: {},
    model: modelsOf(context.engineInfo),
    seed: context.seed,
    pictures: [],
    seconds: (context.clock.now() - startedAtMs) / 1000,
    cachedTokens: 0,
  };
}

function modelsOf({ model, writer }: EngineInfo): string {
  return writer === undefined ? model : `${model} + ${writer.model}`;
}

/** The cells that Rowscribe itself writes, under the keys that the recipe gives them. */
function ownTexts(recipe: Recipe, compliance: string | undefined, status: string): Record<string, string> {
  const own = recipe.columns.flatMap((column) => {
    if (column.kind === 'status') return [[column.key, status]];
    return column.kind === 'compliance' && compliance !== undefined ? [[column.key, compliance]] : [];
  });
  return Object.fromEntries(own) as Record<string, string>;
}

function placeholderRemarks(row: ProductRow): Remark[] {
  const { unknown } = fillPlaceholders(row.prompt, row.values);
  return unknown.map((name) => ({ remark: 'placeholder', name }));
}

function remarkTexts(remarks: readonly Remark[], context: RowContext): string[] {
  return remarks.map((remark) => remarkText(remark, context.header, context.language));
}
