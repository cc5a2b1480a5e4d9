// The advertising check of a row's texts, and the words of its compliance cell.
import type { Checker } from '../domain/compliance/checker.ts';
import { mendText, type MendRecord } from '../domain/compliance/mend.ts';
import type { CheckOptions, Finding, Verdict } from '../domain/compliance/types.ts';
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

export interface CheckAdditions {
  /** What was mended, by column key. */
  readonly mended: ReadonlyMap<string, readonly MendRecord[]>;
  /** Warnings of the second reader, by column key. */
  readonly implied: ReadonlyMap<string, readonly Finding[]>;
}

/** Checks every text and says what was mended; `header` names a column as the sheet does. */
export function checkTexts(
  texts: ReadonlyMap<string, string>,
  additions: CheckAdditions,
  checker: Checker,
  options: CheckOptions,
  header: (key: string) => string,
  language: Language,
): TextsVerdict {
  const colon = language === 'zh-CN' ? '：' : ': ';
  const lines = [...additions.mended].map(([key, records]) => `${header(key)}${colon}${mendText(records, language)}`);
  const verdicts = [...texts].map(([key, text]) => ({
    key,
    verdict: withWarnings(checker.check(text, options), additions.implied.get(key) ?? []),
  }));
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

/** A second reader's warnings join the check's findings; a block stays a block. */
function withWarnings(verdict: Verdict, warnings: readonly Finding[]): Verdict {
  if (warnings.length === 0) return verdict;
  const findings = [...verdict.findings, ...warnings].toSorted((a, b) => a.start - b.start);
  return { ...verdict, findings, verdict: verdict.verdict === 'pass' ? 'warn' : verdict.verdict };
}
