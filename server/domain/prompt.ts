// Row + recipe → the texts of one look at the picture and the schema of its answer.
import type { AnswerProperty, AnswerSchema } from './answer-schema.ts';
import type { Language } from './language.ts';
import { fillPlaceholders } from './placeholders.ts';
import { promptWords } from './prompt-words.ts';
import { writtenColumns, type Recipe, type RecipeColumn } from './recipe.ts';
import type { ProductRow } from './row.ts';

/** Why columns are written again, told to the model after everything else so that the prefix stays the same. */
export interface Rewrite {
  readonly key: string;
  readonly previous: string;
  readonly reason: string;
}

export interface Prompt {
  /** Constant for a recipe and language: evaluated once, reused for every row. */
  readonly system: string;
  /** Follows the pictures: the row's facts, the task, the columns to write, what to do differently. */
  readonly user: string;
  readonly schema: AnswerSchema;
  readonly outputTokensMax: number;
  /** Placeholders that name no column. */
  readonly unknownPlaceholders: readonly string[];
}

export interface PromptInput {
  readonly recipe: Recipe;
  readonly row: ProductRow;
  /** Keys of the columns to write; the order of the recipe is kept. */
  readonly keys: readonly string[];
  readonly language: Language;
  readonly rewrites?: readonly Rewrite[];
  /** What was seen in the pictures, for a model that cannot look at them. */
  readonly seen?: string;
}

/** Limits on what a cell may add to the prompt, in characters. */
const factCharactersMax = 300;
const factsMax = 24;
const promptCharactersMax = 2000;

/** Builds the prompt. The part before and with the picture does not depend on `keys` or `rewrites`. */
export function buildPrompt(input: PromptInput): Prompt {
  const { recipe, row, language } = input;
  const columns = writtenColumns(recipe).filter((column) => input.keys.includes(column.key));
  const task = fillPlaceholders(recipe.task[language], row.values);
  const own = fillPlaceholders(begin(row.prompt, promptCharactersMax), row.values);
  return {
    system: systemText(recipe, language),
    user: userText(input, columns, task.text, own.text),
    schema: schemaOf(columns, language),
    outputTokensMax: outputTokens(columns, language),
    unknownPlaceholders: [...task.unknown, ...own.unknown],
  };
}

function systemText(recipe: Recipe, language: Language): string {
  const words = promptWords[language];
  const columns = writtenColumns(recipe).map((column) => `- ${column.key}: ${columnText(column, language)}`);
  return [recipe.system[language], words.rules, words.columns, ...columns].join('\n');
}

function columnText(column: RecipeColumn, language: Language): string {
  const words = promptWords[language];
  const limit =
    column.kind === 'list'
      ? words.listLimit(column.itemsMin, column.itemsMax, column.charactersMax[language])
      : words.textLimit(column.charactersMax[language]);
  return column.instruction[language] + limit;
}

function userText(input: PromptInput, columns: readonly RecipeColumn[], task: string, own: string): string {
  const words = promptWords[input.language];
  const keys = columns.map((column) => column.key);
  return [
    ...(input.seen === undefined ? [] : [words.seen(input.seen)]),
    ...factLines(input.row, input.language),
    task,
    ...(own === '' ? [] : [words.ownPrompt(own)]),
    input.seen === undefined ? words.write(keys) : words.writeFromSeen(keys),
    ...(input.rewrites ?? []).map((rewrite) => words.rewrite(rewrite.key, shorten(rewrite.previous), rewrite.reason)),
  ].join('\n');
}

/** What the row states, as the model is told right after the pictures; no line when it states nothing. */
export function factLines(row: ProductRow, language: Language): readonly string[] {
  const facts = row.facts.slice(0, factsMax).map((fact) => `- ${fact.header}: ${shorten(fact.text)}`);
  return facts.length > 0 ? [promptWords[language].facts, ...facts] : [];
}

/** The first `unitsMax` UTF-16 units, without half a surrogate pair at the end. */
function begin(text: string, unitsMax: number): string {
  return text.slice(0, unitsMax).replace(/[\uD800-\uDBFF]$/, '');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= factCharactersMax ? line : `${begin(line, factCharactersMax)}…`;
}

function schemaOf(columns: readonly RecipeColumn[], language: Language): AnswerSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(columns.map((column) => [column.key, propertyOf(column, language)])),
    required: columns.map((column) => column.key),
    additionalProperties: false,
  };
}

function propertyOf(column: RecipeColumn, language: Language): AnswerProperty {
  const text = { type: 'string', maxLength: lengthWithHeadroom(column.charactersMax[language]) } as const;
  if (column.kind === 'text') return text;
  return { type: 'array', items: text, minItems: column.itemsMin, maxItems: column.itemsMax };
}

/**
 * The grammar stops a text at its maxLength wherever it is, in the middle of a word too, and the result would look
 * complete. With headroom a text that is too long shows itself as such and is written again or cut at a clause.
 */
function lengthWithHeadroom(charactersMax: number): number {
  return charactersMax + Math.max(8, Math.ceil(charactersMax / 4));
}

/** Room for the answer: Chinese takes up to about 1.5 tokens a character in small vocabularies, keys a dozen each. */
function outputTokens(columns: readonly RecipeColumn[], language: Language): number {
  const characters = columns.map(
    (column) => lengthWithHeadroom(column.charactersMax[language]) * Math.max(1, column.itemsMax),
  );
  return Math.ceil(characters.reduce((sum, count) => sum + count * 1.5, 0)) + columns.length * 16 + 16;
}
