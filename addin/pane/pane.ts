// The pane's one store and what every part of it is given: state, server, host, words.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Bilingual, Language } from '../../server/domain/language.ts';
import { problemIn, type Client } from '../client.ts';
import type { Host } from '../host/host.ts';
import { words, type Words } from '../i18n/words.ts';
import { firstState, reduce, type Action, type Notice, type PaneState } from './state.ts';

const goodNoticeMs = 6000;

export interface Pane {
  readonly state: ReadonlySignal<PaneState>;
  readonly client: Client;
  readonly host: Host;
  readonly language: ReadonlySignal<Language>;
  dispatch(action: Action): void;
  /** A new signal under this name; the one given before is aborted. */
  latest(name: string): AbortSignal;
  /** Tells the person: problems stay until they are closed, good news goes by itself. */
  tell(kind: Notice['kind'], text: string): void;
  /** Does something and tells the person when it fails. Gives whether it went well. */
  attempt(work: () => Promise<unknown>): Promise<boolean>;
}

export function createPane(client: Client, host: Host): Pane {
  const state = signal<PaneState>(firstState(host.language ?? languageOf(navigator.language)));
  const dispatch = (action: Action) => {
    state.value = reduce(state.peek(), action);
  };
  const language = computed(() => languageIn(state.value));
  const running = new Map<string, AbortController>();
  let noticeCount = 0;
  const tell: Pane['tell'] = (kind, text) => {
    const id = (noticeCount += 1);
    dispatch({ do: 'notice', notice: { id, kind, text } });
    if (kind === 'good') setTimeout(() => dispatch({ do: 'dismiss', id }), goodNoticeMs);
  };
  return {
    ...{ state, client, host, language, dispatch, tell },
    latest: (name) => {
      running.get(name)?.abort();
      const controller = new AbortController();
      running.set(name, controller);
      return controller.signal;
    },
    attempt: async (work) => {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isAbort(error)) tell('problem', problemIn(error).message[language.peek()]);
        return false;
      }
    },
  };
}

function languageIn({ app, hostLanguage }: PaneState): Language {
  const chosen = app?.settings.language ?? 'auto';
  return chosen === 'auto' ? hostLanguage : chosen;
}

const languageOf = (tag: string): Language => (tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US');

/** Whether something only ended because newer work of the same name began. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

export const PaneContext = createContext<Pane | undefined>(undefined);

export function usePane(): Pane {
  const pane = useContext(PaneContext);
  if (pane === undefined) throw new Error('a part of the pane stands outside of it');
  return pane;
}

/** The words of the person's language. */
export const useWords = (): Words => words[usePane().language.value];

/** Gives one text of a pair in the person's language. */
export function useChosen(): (text: Bilingual) => string {
  const language = usePane().language.value;
  return (text) => text[language];
}
