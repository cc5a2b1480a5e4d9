// The advertising check of any texts, as pages see its findings.
import type { CheckAnswer, CheckRequest, FindingView } from '../contract/cells.ts';
import type { Finding } from '../domain/compliance/types.ts';
import { clauseText, reasonText } from '../domain/compliance/wording.ts';
import { inBoth } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { TargetParts } from './targets.ts';

/** Errors: `recipe-unknown`, those of the tables. */
export async function checkAnswer(
  parts: Pick<TargetParts, 'checker' | 'recipes'>,
  { texts, recipe: id }: CheckRequest,
): Promise<CheckAnswer> {
  const checker = await parts.checker();
  const recipes = await parts.recipes();
  const recipe = id === undefined ? undefined : recipes.get(id);
  if (id !== undefined && recipe === undefined) {
    throw new RowscribeError('recipe-unknown', { name: id, known: [...recipes.keys()] });
  }
  const platform = recipe?.platform ?? 'all';
  const options = platform === 'all' ? {} : { platform };
  return {
    results: texts.map((one) => ({ id: one.id, findings: checker.check(one.text, options).findings.map(findingView) })),
  };
}

function findingView(finding: Finding): FindingView {
  const { start, end, severity, text, replacements } = finding;
  return {
    ...{ start, end, severity, phrase: text, replacements },
    clause: inBoth((language) => clauseText(finding.clause, language)),
    why: inBoth((language) => reasonText(finding, language)),
  };
}
