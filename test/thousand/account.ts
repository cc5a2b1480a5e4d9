// What a fill left behind, counted: the workbook by an independent reader against the journal.
import path from 'node:path';
import Database from 'libsql';
import { outputHeaders, readProductBook, type ProductBook } from '../fixtures/product-book.ts';

export interface Account {
  readonly rows: number;
  readonly done: number;
  readonly needPerson: number;
  /** Cells with text that Rowscribe is to fill. */
  readonly filledCells: number;
  readonly deliveries: number;
  readonly doubledCells: number;
  readonly runs: number;
  /** Rows under which the engine died. */
  readonly crashedRows: number;
  /** Rules that do not hold, in words. */
  readonly faults: readonly string[];
}

/** Counts the workbook and the journal of it, whose rows have had the keys given. */
export async function accountOf(made: ProductBook, keys: readonly string[]): Promise<Account> {
  const { rows } = await readProductBook(made.book);
  const faults: string[] = [];
  if (rows.length !== keys.length) faults.push(`${rows.length} rows in the workbook instead of ${keys.length}`);
  const counts = { done: 0, needPerson: 0 };
  let filledCells = 0;
  for (const [index, row] of rows.entries()) {
    const status = row['状态'] ?? '';
    if (row['SKU'] !== keys[index]) faults.push(`row ${index + 2} is ${row['SKU']} instead of ${keys[index]}`);
    filledCells += outputHeaders.filter((header) => row[header] !== '').length;
    if (status.startsWith('完成')) counts.done += 1;
    else if (status.startsWith('需人工')) counts.needPerson += 1;
    else faults.push(`${row['SKU']} has the status “${status}”`);
    const empty = outputHeaders.filter((header) => row[header] === '');
    if (status.startsWith('完成') && empty.length > 0) faults.push(`${row['SKU']} lacks ${empty.join(', ')}`);
  }
  const journal = countJournal(made.data);
  if (journal.undelivered > 0) faults.push(`${journal.undelivered} rows of the journal are not delivered`);
  if (journal.doubledCells > 0) faults.push(`${journal.doubledCells} cells were delivered more than once`);
  if (journal.deliveries !== filledCells)
    faults.push(`${journal.deliveries} deliveries in the journal, ${filledCells} filled cells in the workbook`);
  if (journal.runs !== 1) faults.push(`${journal.runs} runs instead of one that was taken up again`);
  return { rows: rows.length, ...counts, filledCells, ...journal, faults };
}

function countJournal(data: string) {
  const database = new Database(path.join(data, 'journal.db'), { readonly: true });
  const count = (sql: string) =>
    (database.prepare(`SELECT COUNT(*) AS count FROM ${sql}`).get() as { count: number }).count;
  try {
    return {
      deliveries: count('provenance'),
      doubledCells: count('(SELECT 1 FROM provenance GROUP BY row_key, column_key HAVING COUNT(*) > 1)'),
      undelivered: count("run_row WHERE state <> 'delivered'"),
      crashedRows: count('run_row WHERE crashes > 0'),
      runs: count('run'),
    };
  } finally {
    database.close();
  }
}
