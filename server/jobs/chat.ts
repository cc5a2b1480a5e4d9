// Conversations: who may ask, what the model is told, the answer as it grows, and what is kept of it.
import { chatTitle, forgetMore, turnsOf, type ChatMessage, type ChatTurn } from '../domain/chat.ts';
import { chatMarkdown } from '../domain/chat-markdown.ts';
import { graphemeCount } from '../domain/graphemes.ts';
import type { Language } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import type { ChatHead, ChatRowKey, Chats } from '../ports/chats.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineImage } from '../ports/engine.ts';
import { answered, chatRequest, failure } from './chat-request.ts';
import {
  pictureSubject,
  rowSubject,
  type ChatSubject,
  type PictureAbout,
  type RowAbout,
  type SubjectParts,
} from './chat-subject.ts';
import { localTime } from './local-time.ts';

export interface ChatDeskParts extends SubjectParts {
  readonly chats: Chats;
  readonly clock: Clock;
  /** A new name that nothing has yet: letters, digits, "-". */
  readonly newId: () => string;
}

export interface ChatDeskOptions {
  readonly seed: number;
  /** Tokens of one answer; less when the model's context is small. */
  readonly outputTokensMax: number;
  /** Characters of one question. */
  readonly questionCharactersMax: number;
}

export type ChatEvent =
  | { readonly type: 'message'; readonly chat: string; readonly message: ChatMessage }
  /** The text of a message grew: `piece` stands at this UTF-16 offset. */
  | {
      readonly type: 'text';
      readonly chat: string;
      readonly message: string;
      readonly at: number;
      readonly piece: string;
    };

export interface ChatRecord extends ChatHead {
  readonly messages: readonly ChatMessage[];
}

interface Answering {
  readonly controller: AbortController;
  readonly message: ChatMessage;
  text: string;
  told: number;
  toldAtMs: number;
  settled: Promise<void>;
}

/** An answer may take at most this share of the context; the rest is for the pictures and what was said. */
const answerShareMax = 1 / 4;
/** Pieces are told together when they come faster than this. */
const tellEveryMs = 40;

/** The conversations of one data folder. One answer at a time is written in a chat. */
export class ChatDesk {
  readonly #parts: ChatDeskParts;
  readonly #options: ChatDeskOptions;
  readonly #tell: (event: ChatEvent) => void;
  readonly #answering = new Map<string, Answering>();

  /** Settles what an earlier process left behind. Errors: `store-failed`. */
  constructor(parts: ChatDeskParts, options: ChatDeskOptions, tell: (event: ChatEvent) => void) {
    this.#parts = parts;
    this.#options = options;
    this.#tell = tell;
    const error = new RowscribeError('chat-interrupted', {});
    parts.chats.settleWriting((message) => ({ ...message, ...failure(error) }));
  }

  /** Begins a chat about a row. Errors: those of `rowSubject`. */
  async aboutRow(about: RowAbout, signal: AbortSignal): Promise<ChatRecord> {
    return this.#begin(await rowSubject(this.#parts, about, signal));
  }

  /** Begins a chat about a picture of no row. Errors: those of `pictureSubject`. */
  async aboutPicture(file: PictureAbout, signal: AbortSignal): Promise<ChatRecord> {
    return this.#begin(await pictureSubject(this.#parts, file, signal));
  }

  #begin({ images, ...subject }: ChatSubject): ChatRecord {
    const { chats, clock, newId } = this.#parts;
    const head = { ...subject, id: newId(), title: '', startedAtMs: clock.now() };
    chats.add(head, images);
    return { ...head, messages: [] };
  }

  /** Chats in which something was asked, newest first. */
  list(): readonly ChatHead[] {
    return this.#parts.chats.list().filter(({ title }) => title !== '');
  }

  /** A chat with what was said, also what is being said. Errors: `chat-missing`. */
  get(id: string): ChatRecord {
    const head = this.#head(id);
    const live = this.#answering.get(id);
    const messages = this.#parts.chats
      .messages(id)
      .map((message) =>
        message.id === live?.message.id ? { ...message, text: live.text.slice(0, live.told) } : message,
      );
    return { ...head, messages };
  }

  /** The pictures as the model sees them. Errors: `chat-missing`. */
  images(id: string): readonly EngineImage[] {
    this.#head(id);
    return this.#parts.chats.images(id);
  }

  /** Asks; gives the chat at once, the answer is told. Errors: `chat-missing`, `chat-question`, `chat-busy`. */
  ask(id: string, text: string): ChatRecord {
    const { chats, clock, newId } = this.#parts;
    const question = this.#question(text);
    const head = this.#head(id);
    if (this.#answering.has(id)) throw new RowscribeError('chat-busy', {});
    const turns = turnsOf(chats.messages(id));
    const forgotten = Math.max(0, ...chats.messages(id).map((message) => message.forgottenTurns ?? 0));
    if (head.title === '') chats.rename(id, chatTitle(question));
    const atMs = clock.now();
    this.#put(id, { id: newId(), role: 'person', text: question, atMs, state: 'done' });
    const message: ChatMessage = { id: newId(), role: 'model', text: '', atMs, state: 'writing' };
    this.#put(id, message);
    const controller = new AbortController();
    const answering: Answering = { controller, message, text: '', told: 0, toldAtMs: 0, settled: Promise.resolve() };
    this.#answering.set(id, answering);
    const telling: Telling = { head, turns, forgotten, question };
    answering.settled = this.#answer(telling, answering);
    return this.get(id);
  }

  /** Ends the answer that is being written; what came of it stays. Errors: `chat-missing`. */
  async stop(id: string): Promise<ChatRecord> {
    this.#head(id);
    await this.#end(id, stopped);
    return this.get(id);
  }

  /** Takes the chat away, with pictures that no other chat is about. A chat that is gone already is no error. */
  async remove(id: string): Promise<void> {
    await this.#end(id, stopped);
    this.#parts.chats.remove([id]);
  }

  /** Takes all chats about a row away; tells how many. */
  async removeOfRow(row: ChatRowKey): Promise<number> {
    const ids = this.#parts.chats.ofRow(row);
    for (const id of ids) await this.remove(id);
    return ids.length;
  }

  /** The chat as a Markdown document. Errors: `chat-missing`. */
  markdown(id: string, language: Language): string {
    const { row, pictures, startedAtMs, title, messages } = this.get(id);
    const product = row === undefined ? '' : `${row.label} (${row.workbookName}, ${row.sheet})`;
    const names = pictures.map(({ name }) => name);
    const startedAt = localTime(startedAtMs);
    return chatMarkdown({ title: title || (names[0] ?? ''), product, pictures: names, startedAt, messages }, language);
  }

  /** Ends all answers; what came of them stays, and they say why they end. */
  async close(): Promise<void> {
    const error = new RowscribeError('chat-interrupted', {});
    await Promise.all([...this.#answering.keys()].map((id) => this.#end(id, error)));
  }

  async #end(id: string, reason: unknown): Promise<void> {
    const answering = this.#answering.get(id);
    answering?.controller.abort(reason);
    await answering?.settled;
  }

  #head(id: string): ChatHead {
    const head = this.#parts.chats.head(id);
    if (head === undefined) throw new RowscribeError('chat-missing', {});
    return head;
  }

  #question(text: string): string {
    const question = text.trim();
    const count = graphemeCount(question);
    const countMax = this.#options.questionCharactersMax;
    if (count === 0 || count > countMax) throw new RowscribeError('chat-question', { count, countMax });
    return question;
  }

  #put(id: string, message: ChatMessage): void {
    this.#parts.chats.putMessage(id, message);
    this.#tell({ type: 'message', chat: id, message });
  }

  /** Never rejects: whatever happens is written down in the message. */
  async #answer(telling: Telling, answering: Answering): Promise<void> {
    const { head } = telling;
    let end: Partial<ChatMessage>;
    try {
      end = await this.#generate(telling, answering);
    } catch (error) {
      const isStopped = answering.controller.signal.reason === stopped;
      end = isStopped ? { state: 'stopped', text: answering.text } : { ...failure(error), text: answering.text };
    }
    this.#answering.delete(head.id);
    try {
      this.#put(head.id, { ...answering.message, ...end });
    } catch (error) {
      // The store is gone: those who look on are told what can no longer be kept.
      this.#tell({ type: 'message', chat: head.id, message: { ...answering.message, ...end, ...failure(error) } });
    }
  }

  async #generate(telling: Telling, answering: Answering): Promise<Partial<ChatMessage>> {
    const { engine, chats } = this.#parts;
    const { signal } = answering.controller;
    const { head, question, turns } = telling;
    const info = await engine.start(signal);
    const outputTokensMax = Math.min(this.#options.outputTokensMax, Math.floor(info.contextTokens * answerShareMax));
    const images = chats.images(head.id);
    let { forgotten } = telling;
    for (;;) {
      const request = chatRequest(head, images, turns.slice(forgotten), question, outputTokensMax, this.#seed(turns));
      try {
        const result = await engine.generate(request, signal, (piece) => this.#grow(head.id, answering, piece));
        return {
          ...answered(result, head, turns, question),
          model: info.model,
          ...(forgotten > 0 && { forgottenTurns: forgotten }),
        };
      } catch (error) {
        const more = isRowscribeError(error, 'prompt-too-long') ? forgetMore(turns.length, forgotten) : undefined;
        if (more === undefined) throw error;
        forgotten = more;
      }
    }
  }

  /** Asked the same again, the model may find other words. */
  #seed(turns: readonly ChatTurn[]): number {
    return this.#options.seed + turns.length;
  }

  #grow(chat: string, answering: Answering, piece: string): void {
    answering.text += piece;
    const nowMs = this.#parts.clock.now();
    if (nowMs - answering.toldAtMs < tellEveryMs) return;
    const at = answering.told;
    answering.told = answering.text.length;
    answering.toldAtMs = nowMs;
    this.#tell({ type: 'text', chat, message: answering.message.id, at, piece: answering.text.slice(at) });
  }
}

interface Telling {
  readonly head: ChatHead;
  readonly turns: readonly ChatTurn[];
  readonly forgotten: number;
  readonly question: string;
}

/** The reason of an abort that a person asked for. */
const stopped = Symbol('stopped');
