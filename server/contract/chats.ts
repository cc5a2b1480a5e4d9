// Conversations as pages see them.
import type { ChatRow } from '../domain/chat.ts';
import type { Bilingual, Language } from '../domain/language.ts';
import type { Target } from './sheets.ts';
import type { Problem } from './state.ts';

export interface ChatMessageView {
  readonly id: string;
  readonly role: 'person' | 'model';
  readonly text: string;
  readonly atMs: number;
  /** `writing` while it grows; `stopped` when the person stopped it. */
  readonly state: 'writing' | 'done' | 'stopped' | 'failed';
  readonly problem?: Problem;
  /** Tokens of the prompt, and how many of them were not evaluated again. */
  readonly promptTokens?: number;
  readonly cachedTokens?: number;
  /** Turns at the beginning of the chat that the model was not told any more: they no longer fit. */
  readonly forgottenTurns?: number;
  /** The text ends where its room ended. */
  readonly isCut?: true;
  /** Figures, standards and the like in it that nobody stated. */
  readonly unsupported?: readonly string[];
}

export interface ChatView {
  readonly id: string;
  readonly title: string;
  /** Absent for a chat about a dropped picture. `number` is the row's when the chat began. */
  readonly row?: ChatRow;
  /** Address of the first picture. */
  readonly thumbnail: string;
  readonly pictures: readonly { readonly name: string; readonly thumbnail: string }[];
  /** What is wrong with the pictures. */
  readonly notes: readonly Bilingual[];
  readonly startedAtMs: number;
  readonly messages: readonly ChatMessageView[];
}

/**
 * `POST /api/chats` → `ChatView`; `GET /api/chats` → `{ chats }` newest first, without messages, and without those in which
 * nothing was asked. `DELETE /api/chats?workbook=ID&sheet=NAME&key=KEY` takes all chats about a row away → `{ count }`.
 */
export type ChatRequest =
  | { readonly about: 'row'; readonly target: Target; readonly number: number }
  | {
      readonly about: 'picture';
      readonly name: string;
      /** The file's bytes in base64, at most `pictureMegabytesMax`. */
      readonly base64: string;
      /** Of what the model is told; the server's when absent. */
      readonly language?: Language;
    };

/**
 * `POST /api/chats/ID/messages` → 202 with the `ChatView`, the answer comes as events. `POST /api/chats/ID/stop`,
 * `DELETE /api/chats/ID`, `GET /api/chats/ID`, `GET /api/chats/ID/markdown?language=` (text/markdown), `GET /api/chats/ID/pictures/0` (image/jpeg).
 */
export interface ChatMessageRequest {
  readonly text: string;
}
