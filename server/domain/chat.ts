// A conversation about pictures: what the model is told each time, what it may forget, and what a chat is called.
import { chatWords } from './chat-words.ts';
import { statement } from './claims.ts';
import { graphemeCount, cutAtClause } from './graphemes.ts';
import type { Bilingual, Language } from './language.ts';
import { buildPrompt, factLines } from './prompt.ts';
import type { Recipe } from './recipe.ts';
import type { ProductRow } from './row.ts';

/** The row a chat is about, as it was when the chat began. */
export interface ChatRow {
  /** Opaque name of the workbook, and its file name for people. */
  readonly workbook: string;
  readonly workbookName: string;
  readonly sheet: string;
  readonly key: string;
  readonly label: string;
  /** 1-based row then; a row is found again by its key. */
  readonly number: number;
  readonly recipe: string;
}

/** The texts around the pictures. They never change in a chat, so that the pictures are encoded once. */
export interface ChatTexts {
  readonly system: string;
  /** Follows the pictures. */
  readonly lead: string;
  /** What may be claimed because it was stated. */
  readonly stated: readonly string[];
}

export interface ChatProblem {
  readonly code: string;
  readonly message: Bilingual;
  readonly retryable: boolean;
}

export interface ChatMessage {
  readonly id: string;
  readonly role: 'person' | 'model';
  readonly text: string;
  readonly atMs: number;
  readonly state: 'writing' | 'done' | 'stopped' | 'failed';
  /** Why it failed. */
  readonly problem?: ChatProblem;
  /** The model that wrote it. */
  readonly model?: string;
  readonly promptTokens?: number;
  readonly cachedTokens?: number;
  /** Turns at the beginning of the chat that the model was not told any more. */
  readonly forgottenTurns?: number;
  /** The text ends where its room ended. */
  readonly isCut?: true;
  /** Figures, standards and the like that nobody stated: a person has to compare them with the picture. */
  readonly unsupported?: readonly string[];
}

export interface ChatTurn {
  readonly question: string;
  readonly answer: string;
}

/** The texts of a chat about a row: word for word those of a fill up to the row's facts. */
export function rowChatTexts(row: ProductRow, recipe: Recipe, language: Language): ChatTexts {
  const { system } = buildPrompt({ recipe, row, keys: [], language });
  const { noForm, rule } = chatWords[language];
  const lead = [...factLines(row, language), noForm + rule].join('\n');
  return { system, lead, stated: [...row.facts.map(statement), row.prompt, row.label] };
}

/** The texts of a chat about a picture of no row. */
export function pictureChatTexts(language: Language): ChatTexts {
  const { system, rule } = chatWords[language];
  return { system, lead: rule, stated: [] };
}

/** Questions with what was answered. Those that got no word in answer are left out. */
export function turnsOf(messages: readonly Pick<ChatMessage, 'role' | 'text'>[]): readonly ChatTurn[] {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    if (message.role !== 'model' || before?.role !== 'person' || message.text.trim() === '') return [];
    return [{ question: before.text, answer: message.text }];
  });
}

/** One message to the model; pictures go in front of the first of role `user`. */
export interface ChatPart {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** What the model is told: the constant texts, the turns that it still knows, and the question. */
export function chatParts(
  texts: Pick<ChatTexts, 'system' | 'lead'>,
  turns: readonly ChatTurn[],
  question: string,
): readonly ChatPart[] {
  const said = [
    ...turns.flatMap((turn) => [
      { role: 'user', text: turn.question } as const,
      { role: 'assistant', text: turn.answer } as const,
    ]),
    { role: 'user', text: question } as const,
  ];
  const first = { role: 'user', text: `${texts.lead}\n${said[0]?.text ?? ''}` } as const;
  return [{ role: 'system', text: texts.system }, first, ...said.slice(1)];
}

/** A third of the turns goes at a time, so that the beginning does not change with every question. */
const forgottenShare = 1 / 3;

/** How many turns to leave out after `forgotten` were not enough; undefined when nothing is left to forget. */
export function forgetMore(turnCount: number, forgotten: number): number | undefined {
  if (forgotten >= turnCount) return undefined;
  return forgotten + Math.ceil((turnCount - forgotten) * forgottenShare);
}

const titleCharactersMax = 24;

/** The beginning of the first question, on one line. */
export function chatTitle(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  if (graphemeCount(line) <= titleCharactersMax) return line;
  return `${cutAtClause(line, titleCharactersMax)}…`;
}
