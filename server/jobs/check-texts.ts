// The advertising check of a row's texts, and the words of its compliance cell.
import type { Checker } from '../domain/compliance/checker.ts';
import { mendText, type MendRecord } from '../domain/compliance/mend.ts';
import type { CheckOptions, Verdict } from '../domain/compliance/types.ts';
import { verdictText } from '../domain/compliance/wording.ts';
import type { Language } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';

export interface TextsVerdict {
  readonly verdict: Verdict['verdict'];
  /** For the compliance cell: one word when all is well, else a line a column. */
  readonly text: string;
}

/** What the check is told about the row: the goods, and the channel the recipe writes for. */
export function checkOptionsOf(recipe: Recipe, row: ProductRow): CheckOptions {
  return {
    ...(recipe.platform !== 'all' && { platform: recipe.platform }),
    ...(row.category !== '' && { category: row.category }),
  };
}

/** Checks every text and says what was mended; `header` names a column as the sheet does. */
export function checkTexts(
  texts: ReadonlyMap<string, string>,
  mended: ReadonlyMap<string, readonly MendRecord[]>,
  checker: Checker,
  options: CheckOptions,
  header: (key: string) => string,
  language: Language,
): TextsVerdict {
  const colon = language === 'zh-CN' ? '：' : ': ';
  const lines = [...mended].map(([key, records]) => `${header(key)}${colon}${mendText(records, language)}`);
  const verdicts = [...texts].map(([key, text]) => ({ key, verdict: checker.check(text, options) }));
  const flagged = verdicts.filter(({ verdict }) => verdict.verdict !== 'pass');
  const verdict = flagged.some((one) => one.verdict.verdict === 'fail') ? 'fail' : flagged.length > 0 ? 'warn' : 'pass';
  if (flagged.length === 0) {
    lines.unshift(verdictText({ verdict: 'pass', findings: [], exempted: [] }, language, checker.date));
  }
  for (const one of flagged) {
    lines.push(`${header(one.key)}${colon}${verdictText(one.verdict, language, checker.date)}`);
  }
  return { verdict, text: lines.join('\n') };
}
