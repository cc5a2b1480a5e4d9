// The advertising check of a row's texts, and the words of its compliance cell.
import type { Checker } from '../domain/compliance/checker.ts';
import type { CheckOptions, Verdict } from '../domain/compliance/types.ts';
import { verdictText } from '../domain/compliance/wording.ts';
import type { Language } from '../domain/language.ts';

export interface TextsVerdict {
  readonly verdict: Verdict['verdict'];
  /** For the compliance cell: one word when all is well, else a line a column. */
  readonly text: string;
}

/** Checks every text; `header` names a column as the sheet does. */
export function checkTexts(
  texts: ReadonlyMap<string, string>,
  checker: Checker,
  options: CheckOptions,
  header: (key: string) => string,
  language: Language,
): TextsVerdict {
  const verdicts = [...texts].map(([key, text]) => ({ key, verdict: checker.check(text, options) }));
  const flagged = verdicts.filter(({ verdict }) => verdict.verdict !== 'pass');
  const worst = flagged.some(({ verdict }) => verdict.verdict === 'fail') ? 'fail' : 'warn';
  if (flagged.length === 0) {
    return {
      verdict: 'pass',
      text: verdictText({ verdict: 'pass', findings: [], exempted: [] }, language, checker.date),
    };
  }
  const colon = language === 'zh-CN' ? '：' : ': ';
  const lines = flagged.map(
    ({ key, verdict }) => `${header(key)}${colon}${verdictText(verdict, language, checker.date)}`,
  );
  return { verdict: worst, text: lines.join('\n') };
}
