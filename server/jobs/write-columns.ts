// The row's texts from the engine: one generation for all columns, one more for what broke a rule, then cut and mark.
import { cutToLimit, parseAnswer, type AnswerProblem } from '../domain/answer.ts';
import { statement, unsupportedFacts } from '../domain/claims.ts';
import { both, type Language } from '../domain/language.ts';
import { buildPrompt, type Rewrite } from '../domain/prompt.ts';
import { rewriteReasons } from '../domain/prompt-words.ts';
import { writtenColumns, type Recipe, type RecipeColumn } from '../domain/recipe.ts';
import type { Remark } from '../domain/remarks.ts';
import type { ProductRow } from '../domain/row.ts';
import { RowscribeError } from '../errors.ts';
import type { Engine, GenerateResult } from '../ports/engine.ts';
import { alikeVariants } from '../domain/variants.ts';
import { isAnswerError } from './answer-error.ts';
import { requestOf, type Look } from './look.ts';

export interface WriteTask {
  readonly row: ProductRow;
  readonly recipe: Recipe;
  readonly language: Language;
  readonly keys: readonly string[];
  readonly look: Look;
  readonly seed: number;
  /** What a person asked to be done differently, with the text they have now. */
  readonly rewrites: readonly Rewrite[];
  /** What was seen in the pictures, for an engine that cannot look at them. */
  readonly seen?: string;
}

export interface Written {
  readonly texts: ReadonlyMap<string, string>;
  readonly remarks: readonly Remark[];
  /** Of the first generation: tokens that were neither encoded nor evaluated again. */
  readonly cachedTokens: number;
  /** Encoding and prompt, then the output, of all generations. */
  readonly promptMs: number;
  readonly outputMs: number;
}

interface Fault {
  readonly key: string;
  readonly reason: string;
}

/**
 * Generates, checks, and generates once more for the columns that are too long, empty, state facts of their own or
 * repeat a variant of theirs. When
 * that second try gives nothing, the first one's texts are cut and marked.
 */
export async function writeColumns(task: WriteTask, engine: Engine, signal: AbortSignal): Promise<Written> {
  const first = await generate(task, task.keys, task.rewrites, 0, engine, signal);
  const faults = faultsOf(task, first.texts, first.problems);
  if (faults.length === 0) return settle(task, first.texts, [first.result]);
  const rewrites = faults.map((fault) => ({ ...fault, previous: first.texts.get(fault.key) ?? '' }));
  const keys = faults.map((fault) => fault.key);
  const again = generate(task, keys, [...task.rewrites, ...rewrites], 1, engine, signal);
  const second = await again.catch((error: unknown) => passOver(error, signal));
  const better = new Map(first.texts);
  for (const [key, text] of second?.texts ?? []) {
    if (text !== '') better.set(key, text);
  }
  return settle(task, better, second === undefined ? [first.result] : [first.result, second.result]);
}

/** An answer that could not be used is no reason to throw a usable one away. */
function passOver(error: unknown, signal: AbortSignal): undefined {
  if (!isAnswerError(error, signal)) throw error;
}

async function generate(
  task: WriteTask,
  keys: readonly string[],
  rewrites: readonly Rewrite[],
  attempt: number,
  engine: Engine,
  signal: AbortSignal,
) {
  const prompt = buildPrompt({ ...task, keys, rewrites });
  const request = requestOf(prompt, task.look, task.recipe.temperature, task.seed + attempt);
  const result = await engine.generate(request, signal);
  const parsed = parseAnswer(result.text, columnsOf(task, keys), task.language);
  if ('unusable' in parsed) {
    const detail = result.finish === 'length' ? cutAt(prompt.outputTokensMax) : parsed.unusable;
    throw new RowscribeError('answer-invalid', { detail });
  }
  return { ...parsed, result };
}

const cutAt = (tokens: number) => both(`写到 ${tokens} 个词元时被截断`, `cut at ${tokens} tokens`);

function columnsOf(task: WriteTask, keys: readonly string[]): readonly RecipeColumn[] {
  return writtenColumns(task.recipe).filter((column) => keys.includes(column.key));
}

function faultsOf(
  task: WriteTask,
  texts: ReadonlyMap<string, string>,
  problems: readonly AnswerProblem[],
): readonly Fault[] {
  const reasons = rewriteReasons[task.language];
  const faults = problems.map((problem) => ({
    key: problem.key,
    reason: problem.problem === 'empty' ? reasons.empty : reasons.tooLong(problem.length, problem.charactersMax),
  }));
  const named = new Set(faults.map((fault) => fault.key));
  const invented = unsupported(task, texts).filter(({ column }) => !named.has(column));
  const all = [
    ...faults,
    ...invented.map(({ column, facts }) => ({ key: column, reason: reasons.unsupported(facts) })),
  ];
  const known = new Set(all.map(({ key }) => key));
  const repeated = alikeIn(task, texts).filter(({ key }, index, pairs) => {
    return !known.has(key) && pairs.findIndex((pair) => pair.key === key) === index;
  });
  const textOf = (key: string) => texts.get(key) ?? task.row.outputs.get(key) ?? '';
  return [...all, ...repeated.map(({ key, other }) => ({ key, reason: reasons.alike(textOf(other)) }))];
}

/** Variants that say the same, among them those that stand in the row already. */
function alikeIn(task: WriteTask, texts: ReadonlyMap<string, string>) {
  return alikeVariants(new Map([...task.row.outputs, ...texts]), task.recipe, task.keys);
}

function alikeRemarks(task: WriteTask, texts: ReadonlyMap<string, string>): Remark[] {
  return alikeIn(task, texts).map(({ key, other }) => ({ remark: 'alike', column: key, other }));
}

/** Hard facts that neither the row nor the instructions state. What a recipe reads off the picture may hold any. */
function unsupported(task: WriteTask, texts: ReadonlyMap<string, string>) {
  const { row, recipe, language } = task;
  const sources = [...row.facts.map(statement), row.prompt, recipe.task[language], recipe.system[language]];
  const verbatim = writtenColumns(recipe)
    .filter((column) => column.verbatim)
    .map((column) => column.key);
  return [...texts]
    .filter(([key]) => !verbatim.includes(key))
    .map(([column, text]) => ({ remark: 'unsupported', column, facts: unsupportedFacts(text, sources) }) as const)
    .filter(({ facts }) => facts.length > 0);
}

/** Cuts what is still too long and notes what a person should know. */
function settle(task: WriteTask, texts: ReadonlyMap<string, string>, results: readonly GenerateResult[]): Written {
  const remarks: Remark[] = [];
  const settled = new Map<string, string>();
  for (const column of columnsOf(task, task.keys)) {
    const text = texts.get(column.key) ?? '';
    const cut = cutToLimit(text, column, task.language);
    if (cut === '') remarks.push({ remark: 'empty', column: column.key });
    else if (cut !== text) remarks.push({ remark: 'cut', column: column.key });
    settled.set(column.key, cut);
  }
  return {
    texts: settled,
    remarks: [...remarks, ...unsupported(task, settled), ...alikeRemarks(task, settled)],
    cachedTokens: results[0]?.cachedTokens ?? 0,
    promptMs: results.reduce((sum, result) => sum + result.promptMs, 0),
    outputMs: results.reduce((sum, result) => sum + result.outputMs, 0),
  };
}
