// Questions to people about texts of theirs whose inputs changed: which are open, where, and what the answer does.
import { formatAddress, parseTypedAddress } from '../domain/cell-address.ts';
import type { ProductRow } from '../domain/row.ts';
import { RowscribeError } from '../errors.ts';
import type { Choice, Question } from '../ports/watch-memory.ts';
import type { FillOptions } from './fill.ts';
import { productRows } from './ingest.ts';
import { tendSheet, type WatchObserver, type WatchParts } from './watch-book.ts';
import { servedSheets, type ServedSheet } from './watch-sheets.ts';

export interface OpenQuestion {
  readonly sheet: string;
  /** Where the cell is now, e.g. "C7". */
  readonly cell: string;
  readonly label: string;
  readonly header: string;
  /** The person's text as it was when it was asked. */
  readonly text: string;
}

type QuestionParts = Pick<WatchParts, 'workbooks' | 'memory' | 'recipes'>;
type QuestionOptions = Pick<FillOptions, 'workbook' | 'sheet' | 'recipe'>;

interface Found {
  readonly question: Question;
  readonly served: ServedSheet;
  readonly row: ProductRow;
  readonly cell: string;
  readonly sha256: string;
}

/** The open questions of a workbook whose rows are still there, in the order of the sheets. Errors: those of opening. */
export async function openQuestions(
  parts: QuestionParts,
  options: QuestionOptions,
  signal: AbortSignal,
): Promise<readonly OpenQuestion[]> {
  const found = await findQuestions(parts, options, signal);
  return found.map(({ question, served, row, cell }) => {
    const { sheet, map } = served.view;
    const header = map.outputs.get(question.column)?.header ?? question.column;
    return { sheet, cell, label: row.label, header, text: question.text };
  });
}

/**
 * Answers one question: `mine` lets the person's text stay, `new` has a new one written from the inputs as they are now.
 * The row's status is brought up to date, and the answer is kept. Errors: `cell-invalid`, `question-none`,
 * `workbook-in-use`, those of opening, the engine and delivery.
 */
export async function answerQuestion(
  parts: WatchParts,
  options: FillOptions & { readonly cell: string },
  choice: Choice,
  observer: WatchObserver,
  signal: AbortSignal,
): Promise<void> {
  const sheet = options.sheet ?? '';
  const address = parseTypedAddress(options.cell);
  if (address === undefined) throw new RowscribeError('cell-invalid', { sheet, cell: options.cell });
  const all = await findQuestions(parts, options, signal);
  const found = all.find(({ cell }) => cell === formatAddress(address));
  if (found === undefined) throw new RowscribeError('question-none', { path: options.workbook, cell: options.cell });
  const { question, row, served, sha256 } = found;
  const { column } = question;
  const others = all.filter((one) => one.row === row && one !== found).map((one) => one.question.column);
  const work = {
    keys: choice === 'new' ? [column] : [],
    ...{ staleKeys: [], restored: new Map<string, string>(), openKeys: others },
    answers: new Map([[column, choice]]),
  };
  const pictures = parts.journal.lastRows(options.workbook, question.sheet).get(row.key)?.pictures ?? [];
  const change = { row, work, pictures, outcome: 'done', identity: `${choice} ${column}` } as const;
  await tendSheet(parts, options, { located: { sha256, ...served }, ...served, changes: [change] }, observer, signal);
}

async function findQuestions(
  parts: QuestionParts,
  options: QuestionOptions,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const questions = parts.memory.questions(options.workbook);
  if (questions.length === 0) return [];
  const book = await parts.workbooks.open(options.workbook, signal);
  try {
    const recipes = (await parts.recipes?.()) ?? [options.recipe];
    const found: Found[] = [];
    for (const served of await servedSheets(book, recipes, options.sheet, signal)) {
      const asked = questions.filter(({ sheet }) => sheet === served.view.sheet);
      if (asked.length === 0) continue;
      for await (const row of productRows(book, served.view, signal)) {
        for (const question of asked.filter(({ rowKey }) => rowKey === row.key)) {
          const column = served.view.map.outputs.get(question.column)?.index;
          if (column === undefined) continue;
          const cell = formatAddress({ column, row: row.number });
          found.push({ question, served, row, cell, sha256: book.sha256 });
        }
      }
    }
    return found;
  } finally {
    await book.close();
  }
}
