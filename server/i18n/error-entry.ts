// The shape of one entry of the error catalogue.
import { inLanguage, type Detail, type Language } from '../domain/language.ts';

/** Whether trying again can help, and the sentence in both languages. */
export type Entry<F> = { readonly retryable: boolean } & Readonly<Record<Language, (facts: F) => string>>;

export const entry = <F>(retryable: boolean, en: (facts: F) => string, zh: (facts: F) => string): Entry<F> => ({
  retryable,
  'en-US': en,
  'zh-CN': zh,
});

/** A fault may be the same in both languages, such as a parser's message. */
export type Faults = readonly Detail[];
export type Path = { path: string };
export type PathDetail = { path: string; detail: Detail };
export type CellAt = { sheet: string; cell: string };

const faultsShownMax = 30;
const faultCharactersMax = 300;

const clip = (text: string) => (text.length <= faultCharactersMax ? text : `${text.slice(0, faultCharactersMax)}…`);

export function bullets(faults: Faults, language: Language): string {
  const shown = faults.slice(0, faultsShownMax).map((fault) => `  - ${clip(inLanguage(fault, language))}`);
  const rest = faults.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  … +${rest}`] : [])].join('\n');
}
