// What a page knows of the server: engine, settings, recipes, workbooks, problems, and the events that keep it fresh.
import type { ChatMessageView } from './chats.ts';
import type { Bilingual, Language } from '../domain/language.ts';
import type { LinkRequest } from './links.ts';
import type { RunRowView, RunView } from './runs.ts';

/** An error as RFC 9457 describes it, with the sentence in both languages. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** A code of the error catalogue. */
  readonly code: string;
  /** What happened, to what, and what to do next. */
  readonly message: Bilingual;
  readonly retryable: boolean;
}

export interface EngineView {
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** While loading: the share of the model's files that is read, 0..99. Absent when that is over or cannot be told. */
  readonly percent?: number;
  /** A name for people; '' until it is known. */
  readonly model: string;
  readonly isDemo: boolean;
  /** e.g. "CUDA0: NVIDIA GeForce RTX 4090"; '' until it is known. */
  readonly device: string;
  readonly fallback?: Bilingual;
  readonly problem?: Problem;
  /** Measured over the newest rows; absent before the first ones. */
  readonly secondsPerRow?: number;
}

export interface RecipeView {
  readonly id: string;
  readonly name: Bilingual;
  readonly about: Bilingual;
  readonly columns: readonly { readonly key: string; readonly name: Bilingual; readonly kind: string }[];
}

/** A question that is asked with one click, from the recipes' folder or the team's own. */
export interface PresetView {
  readonly id: string;
  readonly name: Bilingual;
  readonly text: Bilingual;
}

export interface WorkbookView {
  /** Opaque; names the workbook in every request. */
  readonly id: string;
  /** File name for people. */
  readonly name: string;
  /** Folder for people; '' for a workbook that was never saved. */
  readonly folder: string;
  readonly source: 'watched' | 'opened' | 'excel';
  /** Why it cannot be written now: it is open elsewhere, or its pane is gone. */
  readonly waiting?: Problem;
}

export interface SettingsView {
  readonly language: Language | 'auto';
  /** `1024`: pictures are looked at in at most 1024 × 1024 pixels; `small`: 672 × 672, for cards with little memory. */
  readonly pictureSize: '1024' | 'small';
}

/** Everything a page needs to begin with; also sent when events were missed. */
export interface AppState {
  readonly version: string;
  readonly engine: EngineView;
  readonly settings: SettingsView;
  readonly recipes: readonly RecipeView[];
  readonly presets: readonly PresetView[];
  readonly workbooks: readonly WorkbookView[];
  /** Newest first, at most 20. */
  readonly runs: readonly RunView[];
}

/** Events of `GET /api/events`; each has an id, and those missed are sent again after a reconnect. */
export type ServerEvent =
  | { readonly type: 'state'; readonly state: AppState }
  | { readonly type: 'engine'; readonly engine: EngineView }
  | { readonly type: 'settings'; readonly settings: SettingsView }
  | { readonly type: 'run'; readonly run: RunView }
  | { readonly type: 'row'; readonly run: string; readonly row: RunRowView }
  | { readonly type: 'workbooks'; readonly workbooks: readonly WorkbookView[] }
  | { readonly type: 'link'; readonly workbook: string; readonly request: LinkRequest }
  | { readonly type: 'chat'; readonly chat: string; readonly message: ChatMessageView }
  | {
      readonly type: 'chat-text';
      readonly chat: string;
      readonly message: string;
      /** Where in the message's text the piece stands, in UTF-16 units. */
      readonly at: number;
      readonly piece: string;
    };
