// The port to conversations as they are kept: local, with their pictures, until a person deletes them.
import type { ChatMessage, ChatRow, ChatTexts } from '../domain/chat.ts';
import type { Language } from '../domain/language.ts';
import type { EngineImage } from './engine.ts';
import type { PictureFlaw } from './images.ts';

export interface ChatPicture {
  /** What a person calls it. */
  readonly name: string;
  /** Of the prepared JPEG: what it is kept under. */
  readonly sha256: string;
  readonly flaws: readonly PictureFlaw[];
}

/** A chat without what was said in it. */
export interface ChatHead {
  readonly id: string;
  /** '' until the first question. */
  readonly title: string;
  /** Absent for a chat about a picture of no row. */
  readonly row?: ChatRow;
  readonly language: Language;
  readonly texts: ChatTexts;
  readonly pictures: readonly ChatPicture[];
  readonly startedAtMs: number;
}

/** Which row, in which all its chats are. */
export type ChatRowKey = Pick<ChatRow, 'workbook' | 'sheet' | 'key'>;

/**
 * Synchronous: every call is durable when it returns, and atomic. Errors: `store-failed`.
 *
 * - `add` keeps the chat with its pictures (in the order of `head.pictures`) and drops the oldest chats beyond the
 *   number that is kept. Of chats in which nothing was asked only the newest few are kept.
 * - `putMessage` adds a message at the end, or replaces the one with its id where it stands. A chat that is gone meanwhile
 *   is no error: nothing is kept.
 * - A picture stays as long as a chat uses it, and goes with the last one.
 * - `settleWriting` gives every message that is still being written to `settle` and keeps what it returns: said once at
 *   the start, when no answer can be under way.
 */
export interface Chats {
  add(head: ChatHead, images: readonly EngineImage[]): void;
  /** Newest first. */
  list(): readonly ChatHead[];
  head(id: string): ChatHead | undefined;
  messages(id: string): readonly ChatMessage[];
  images(id: string): readonly EngineImage[];
  rename(id: string, title: string): void;
  putMessage(id: string, message: ChatMessage): void;
  remove(ids: readonly string[]): void;
  ofRow(row: ChatRowKey): readonly string[];
  settleWriting(settle: (message: ChatMessage) => ChatMessage): void;
  close(): void;
}
