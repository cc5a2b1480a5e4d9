// The rows of a run as a table for people and as objects for programs.
import type { Language } from '../domain/language.ts';
import type { ProductRow } from '../domain/row.ts';
import { cliWords } from '../i18n/cli.ts';
import type { RowReport } from '../jobs/fill.ts';
import type { StoredAnswer } from '../ports/store.ts';
import { table } from './terminal.ts';

export interface AnsweredRow {
  readonly row: ProductRow;
  readonly answer: StoredAnswer;
}

/** Columns of copy that are shown; the rest is in the workbook. */
const shownColumnsMax = 3;
const widthsMax = [14, 12, 40, 24, 40];
const reasonWidthsMax = [14, 12, 120];

/** Rows beside the first texts of their answers; a row without copy says why. `header` names a column as the sheet does. */
export function answerTable(
  rows: readonly AnsweredRow[],
  header: (key: string) => string,
  language: Language,
): string[] {
  if (rows.length === 0) return [];
  const words = cliWords[language];
  const keys = shownKeys(rows);
  if (keys.length === 0) {
    const reasons = rows.map(({ row, answer }) => [row.label, words.outcomes[answer.outcome], answer.status]);
    return table([[words.headerKey, words.headerStatus, words.headerReason], ...reasons], reasonWidthsMax);
  }
  const lines = rows.map(({ row, answer }) => {
    const texts = keys.map((key) => answer.texts[key] ?? '');
    const shown = texts.some((text) => text !== '') ? texts : [answer.status, ...texts.slice(1)];
    return [row.label, words.outcomes[answer.outcome], ...shown];
  });
  return table([[words.headerKey, words.headerStatus, ...keys.map(header)], ...lines], widthsMax);
}

function shownKeys(rows: readonly AnsweredRow[]): readonly string[] {
  const keys = rows.flatMap(({ answer }) =>
    Object.keys(answer.texts).filter((key) => answer.texts[key] !== answer.status && key !== 'compliance'),
  );
  return [...new Set(keys)].slice(0, shownColumnsMax);
}

/** One row for programs. */
export function rowJson({ row, answer, refused, times }: RowReport) {
  return {
    key: row.key,
    row: row.number,
    status: answer.outcome,
    reason: answer.reason,
    message: answer.status,
    cells: answer.texts,
    refused: refused.map(({ cell, error }) => ({ cell, code: error.code })),
    seconds: Number(answer.seconds.toFixed(3)),
    cachedTokens: answer.cachedTokens,
    ...(times && { times }),
  };
}
