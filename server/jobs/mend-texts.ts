// Flagged copy made lawful: the engine rewrites the phrases, the checker decides, and what cannot be mended goes.
import type { Checker } from '../domain/compliance/checker.ts';
import {
  applyMend,
  mendFault,
  mendPrompt,
  mendSchema,
  rewritten,
  toMend,
  type MendOptions,
  type MendRecord,
} from '../domain/compliance/mend.ts';
import { repair } from '../domain/compliance/repair.ts';
import type { CheckOptions, Finding } from '../domain/compliance/types.ts';
import { listSeparator } from '../domain/answer.ts';
import type { Language } from '../domain/language.ts';
import { writtenColumns, type Recipe, type RecipeColumn } from '../domain/recipe.ts';
import type { AnswerSchema, Engine } from '../ports/engine.ts';
import { isAnswerError } from './answer-error.ts';
import { requestOf, type Look } from './look.ts';

export interface MendTask {
  readonly recipe: Recipe;
  readonly language: Language;
  readonly checker: Checker;
  readonly checkOptions: CheckOptions;
  /** The row's facts and wishes: what stands in them is nothing new in a rewrite. */
  readonly facts: string;
  /** Constant text before the pictures: the same as in the row's own request, so that the prefix is shared. */
  readonly system: string;
  readonly look: Look;
  readonly seed: number;
}

export interface Mended {
  readonly texts: ReadonlyMap<string, string>;
  /** By column key, for the columns that were mended. */
  readonly records: ReadonlyMap<string, readonly MendRecord[]>;
  readonly promptMs: number;
  readonly outputMs: number;
}

/** Times the engine may try to rewrite the phrases of one text. */
const triesMax = 3;
const characterTokens = 1.5;

interface OneMended {
  readonly text: string;
  readonly records: readonly MendRecord[];
  readonly promptMs: number;
  readonly outputMs: number;
}

/** Mends every text that the check flags. The others come back as they are. */
export async function mendTexts(
  texts: ReadonlyMap<string, string>,
  task: MendTask,
  engine: Engine,
  signal: AbortSignal,
): Promise<Mended> {
  const mended = new Map(texts);
  const records = new Map<string, readonly MendRecord[]>();
  let [promptMs, outputMs] = [0, 0];
  for (const column of writtenColumns(task.recipe)) {
    const text = texts.get(column.key);
    if (text === undefined) continue;
    const options = optionsFor(column, task);
    if (toMend(task.checker, text, options).length === 0) continue;
    const isList = column.kind === 'list';
    const one = isList ? mendList(text, task, options) : await mendByEngine(text, task, options, engine, signal);
    mended.set(column.key, one.text);
    records.set(column.key, one.records);
    promptMs += one.promptMs;
    outputMs += one.outputMs;
  }
  return { texts: mended, records, promptMs, outputMs };
}

/** What the model wrote has no evidence behind it, so warnings are mended too. */
function optionsFor(column: RecipeColumn, task: MendTask): MendOptions {
  return {
    ...task.checkOptions,
    graphemesMax: column.charactersMax[task.language],
    facts: task.facts,
    warnings: true,
  };
}

/** A flagged search phrase is of no use in other words: it goes. */
function mendList(text: string, task: MendTask, options: MendOptions): OneMended {
  const separator = listSeparator(task.language);
  const items = text.split(separator).map((item) => ({ item, spans: toMend(task.checker, item, options) }));
  const kept = items.filter(({ spans }) => spans.length === 0).map(({ item }) => item);
  const records = items.flatMap(({ spans }) => spans.map((span) => rewritten(span, '')));
  return { text: kept.join(separator), records, promptMs: 0, outputMs: 0 };
}

async function mendByEngine(
  text: string,
  task: MendTask,
  options: MendOptions,
  engine: Engine,
  signal: AbortSignal,
): Promise<OneMended> {
  const spans = toMend(task.checker, text, options);
  let [promptMs, outputMs] = [0, 0];
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const result = await ask(text, spans, task, attempt, engine, signal);
    if (result === undefined) continue;
    promptMs += result.promptMs;
    outputMs += result.outputMs;
    const answers = answersOf(result.text, spans);
    if (answers === undefined) continue;
    const after = applyMend(text, spans, answers);
    if (mendFault(task.checker, text, after, options) !== undefined) continue;
    const records = spans.map((span, index) => rewritten(span, answers[index] ?? ''));
    return { text: after, records, promptMs, outputMs };
  }
  return { ...repair(task.checker, text, options), promptMs, outputMs };
}

/** An answer of no use costs a try; a dead engine or an abort is for others to deal with. */
async function ask(
  text: string,
  spans: readonly Finding[],
  task: MendTask,
  attempt: number,
  engine: Engine,
  signal: AbortSignal,
) {
  const free = mendSchema(spans);
  const characters = Object.values(free.properties).reduce((sum, property) => sum + property.maxLength, 0);
  const outputTokensMax = Math.ceil(characters * characterTokens) + spans.length * 16 + 16;
  const schema = attempt === 0 ? fromWordings(free, spans) : free;
  const prompt = { system: task.system, user: mendPrompt(text, spans, task.language), schema, outputTokensMax };
  // The first try is greedy; the others look for something else.
  const temperature = attempt === 0 ? 0 : 0.7;
  try {
    return await engine.generate(requestOf(prompt, task.look, temperature, task.seed + attempt), signal);
  } catch (error) {
    if (!isAnswerError(error, signal)) throw error;
    return undefined;
  }
}

/** The lists' own wordings read well and are lawful: where there are any, the engine first chooses among them. */
function fromWordings(schema: AnswerSchema, spans: readonly Finding[]): AnswerSchema {
  const chosen = spans.flatMap((span, index) => {
    const wordings = span.replacements.filter((wording) => wording !== '');
    return wordings.length === 0 ? [] : [[`p${index + 1}`, { type: 'string', enum: wordings } as const] as const];
  });
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(chosen) } };
}

/** A phrase may not vanish here: what leaving it out does to its clause is the repair's business. */
function answersOf(answer: string, spans: readonly Finding[]): readonly string[] | undefined {
  try {
    const value = JSON.parse(answer) as Record<string, unknown>;
    const texts = spans.map((_, index) => value[`p${index + 1}`]);
    const isWord = (text: unknown): text is string => typeof text === 'string' && /[\p{L}\p{N}]/u.test(text);
    return texts.every(isWord) ? texts : undefined;
  } catch {
    return undefined;
  }
}
