// One question to the model with the pictures and what was said before, and what becomes of its answer.
import { chatParts, type ChatMessage, type ChatTurn } from '../domain/chat.ts';
import { unsupportedFacts } from '../domain/claims.ts';
import { inBoth } from '../domain/language.ts';
import { asRowscribeError } from '../errors.ts';
import type { ChatHead } from '../ports/chats.ts';
import type { EngineImage, GenerateRequest, GenerateResult, Message } from '../ports/engine.ts';

const temperature = 0.3;

/** The pictures stand in front of the first thing a person said, as in a fill. */
export function chatRequest(
  head: ChatHead,
  images: readonly EngineImage[],
  turns: readonly ChatTurn[],
  question: string,
  outputTokensMax: number,
  seed: number,
): GenerateRequest {
  const pictures = images.map((image) => ({ type: 'image', image }) as const);
  const messages = chatParts(head.texts, turns, question).map(({ role, text }, index): Message => {
    const said = { type: 'text', text } as const;
    return { role, content: index === 1 ? [...pictures, said] : [said] };
  });
  return { messages, outputTokensMax, temperature, seed, priority: 'interactive' };
}

/** The message of a finished answer, with what in it nobody stated. */
export function answered(
  result: GenerateResult,
  { texts }: ChatHead,
  turns: readonly ChatTurn[],
  question: string,
): Partial<ChatMessage> {
  const { text, promptTokens, cachedTokens } = result;
  const known = [...texts.stated, texts.system, ...turns.map((turn) => turn.question), question];
  const unsupported = unsupportedFacts(text, known);
  return {
    ...{ state: 'done', text, promptTokens, cachedTokens },
    ...(result.finish === 'length' && { isCut: true }),
    ...(unsupported.length > 0 && { unsupported }),
  };
}

/** The message of an answer that failed. */
export function failure(thrown: unknown): Pick<ChatMessage, 'state' | 'problem'> {
  const error = asRowscribeError(thrown);
  const { code, retryable } = error;
  return { state: 'failed', problem: { code, retryable, message: inBoth((language) => error.text(language)) } };
}
