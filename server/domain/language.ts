// The two languages of everything a person reads.
export type Language = 'zh-CN' | 'en-US';

/** One text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>;

/** What a sentence for a person tells more closely. Plain text is for what no language has: an errno code, a signal. */
export type Detail = string | Bilingual;

export const both = (zh: string, en: string): Bilingual => ({ 'zh-CN': zh, 'en-US': en });

/** One text in both languages, put together from parts that have their own language. */
export const inBoth = (make: (language: Language) => string): Bilingual => both(make('zh-CN'), make('en-US'));

export function inLanguage(text: Detail, language: Language): string {
  return typeof text === 'string' ? text : text[language];
}
