// A recipe: the columns it fills, their limits, and the prompt texts in both languages.
import type { Bilingual, Language } from './language.ts';

/** `text`, `list`: written by the model. `compliance`, `status`: written by Rowscribe itself. */
export type ColumnKind = 'text' | 'list' | 'compliance' | 'status';

export interface RecipeColumn {
  /** The JSON key of the answer; also the role's name in commands. */
  readonly key: string;
  readonly kind: ColumnKind;
  /** Header names by which a sheet's column is recognised; the first of each language names new columns. */
  readonly headers: readonly string[];
  /** What the model is told about this column. Empty for columns that Rowscribe writes itself. */
  readonly instruction: Bilingual;
  /** Graphemes of the cell's text, or of one item of a list. English needs about three times the letters of Chinese. */
  readonly charactersMax: Readonly<Record<Language, number>>;
  /** The text is copied from the picture, so that figures in it need not stand in the row. */
  readonly verbatim: boolean;
  /** The text can be written from the product's description alone: a writer writes it, where there is one. */
  readonly byWriter?: true;
  /** Items of a list. */
  readonly itemsMin: number;
  readonly itemsMax: number;
}

export interface Recipe {
  readonly id: string;
  readonly name: Bilingual;
  /** When to use it and how, for the handbook. */
  readonly about: Bilingual;
  /** The text before the picture: the same for every row, so that its evaluation is shared. */
  readonly system: Bilingual;
  /** The text after the row's facts; may hold `{{column}}`. */
  readonly task: Bilingual;
  readonly columns: readonly RecipeColumn[];
  /** The channel whose rules the compliance check adds, e.g. `taobao`; `all` for none in particular. */
  readonly platform: string;
  readonly temperature: number;
}

/** What a column is called in a sheet of that language. */
export function headerOf(column: RecipeColumn, language: Language): string {
  const isChinese = (text: string) => /\p{Script=Han}/u.test(text);
  return column.headers.find((text) => isChinese(text) === (language === 'zh-CN')) ?? column.headers[0] ?? column.key;
}

/** The columns that the model writes. */
export function writtenColumns(recipe: Recipe): readonly RecipeColumn[] {
  return recipe.columns.filter((column) => column.kind === 'text' || column.kind === 'list');
}
