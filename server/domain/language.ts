// The two languages of everything a person reads.
export type Language = 'zh-CN' | 'en-US';

/** One text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>;
