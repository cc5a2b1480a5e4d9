// What Rowscribe wrote into one cell: every version, when, by which model, and why.
import { parseTypedAddress } from '../domain/cell-address.ts';
import type { ColumnChoices } from '../domain/columns.ts';
import type { Recipe } from '../domain/recipe.ts';
import { RowscribeError } from '../errors.ts';
import type { Journal, Provenance } from '../ports/store.ts';
import type { Workbooks } from '../ports/workbook.ts';
import { productRows, viewSheet } from './ingest.ts';

export interface CellQuestion {
  /** Real path. */
  readonly workbook: string;
  readonly sheet?: string;
  readonly recipe: Recipe;
  readonly columns?: ColumnChoices;
  /** The address of the cell, e.g. "C7". */
  readonly cell: string;
}

export interface CellHistory {
  readonly sheet: string;
  /** The row's key and name for people, and the header of the column. */
  readonly key: string;
  readonly label: string;
  readonly header: string;
  /** What the cell holds now. */
  readonly text: string;
  /** It holds another text than the last delivered one: a person's. */
  readonly isEdited: boolean;
  /** Newest first. */
  readonly versions: readonly Provenance[];
}

/** The history of the row that is there now, wherever it was before. Errors: `cell-invalid`, `cell-not-copy`, those of opening. */
export async function cellHistory(
  { workbooks, journal }: { readonly workbooks: Workbooks; readonly journal: Journal },
  question: CellQuestion,
  signal: AbortSignal,
): Promise<CellHistory> {
  const address = parseTypedAddress(question.cell);
  if (address === undefined) {
    throw new RowscribeError('cell-invalid', { sheet: question.sheet ?? '', cell: question.cell });
  }
  const book = await workbooks.open(question.workbook, signal);
  try {
    const view = await viewSheet(book, question.recipe, question.sheet, signal, question.columns);
    const none = new RowscribeError('cell-not-copy', { sheet: view.sheet, cell: question.cell });
    const output = [...view.map.outputs].find(([, { index }]) => index === address.column);
    if (output === undefined) throw none;
    const [column, { header }] = output;
    for await (const row of productRows(book, view, signal)) {
      if (row.number !== address.row) continue;
      const versions = journal.history(question.workbook, view.sheet, row.key, column);
      const text = row.outputs.get(column) ?? '';
      const delivered = journal.lastDelivered(question.workbook, view.sheet, row.key).get(column);
      const isEdited = text !== '' && versions.length > 0 && delivered !== text;
      return { sheet: view.sheet, key: row.key, label: row.label, header, text, isEdited, versions };
    }
    throw none;
  } finally {
    await book.close();
  }
}
