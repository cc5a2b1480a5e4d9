// Reads the lexicon table: one rule a row, every fault of every row reported.
import { compilePattern, type WordClasses } from './pattern.ts';
import { reasons } from './reasons.ts';
import { parseTsv, type TsvRow } from './tsv.ts';
import { categories, markets, severities, type Entry, type Fault, type Parsed } from './types.ts';

const COLUMNS = [
  'id',
  'pattern',
  'category',
  'severity',
  'reason',
  'clause',
  'scope',
  'platforms',
  'markets',
  'products',
  'replacements',
  'source',
  'date',
] as const;

/** In the replacements column: leave the phrase out. */
const LEAVE_OUT = '-';

/** Parses a lexicon. Ids are unique; every row has a category, severity, reason, clause, source and ISO date. */
export function parseLexicon(text: string, classes: WordClasses): Parsed<Entry> {
  const table = parseTsv(text, COLUMNS);
  const faults: Fault[] = [...table.faults];
  const rows: Entry[] = [];
  const seen = new Set<string>();
  for (const row of table.faults.length > 0 && table.rows.length === 0 ? [] : table.rows) {
    const wrong = wrongIn(row);
    const id = row.cell('id');
    if (seen.has(id)) wrong.push(`the id ${id} is used twice`);
    seen.add(id);
    const pattern = compilePattern(row.cell('pattern'), classes);
    if (typeof pattern === 'string') wrong.push(pattern);
    faults.push(...wrong.map((fault) => ({ line: row.line, text: fault })));
    if (wrong.length === 0 && typeof pattern !== 'string') rows.push(newEntry(row, pattern));
  }
  return { rows, faults };
}

function wrongIn(row: TsvRow): string[] {
  const wrong: string[] = [];
  if (row.cell('id') === '') wrong.push('no id');
  if (oneOf(categories, row.cell('category')) === undefined) wrong.push(unknown(row, 'category', categories));
  if (oneOf(severities, row.cell('severity')) === undefined) wrong.push(unknown(row, 'severity', severities));
  if (oneOf(['law', 'platform'] as const, row.cell('scope')) === undefined) {
    wrong.push(unknown(row, 'scope', ['law', 'platform']));
  }
  if (!reasons.has(row.cell('reason'))) wrong.push(unknown(row, 'reason', [...reasons.keys()]));
  for (const market of row.list('markets')) {
    if (oneOf(markets, market) === undefined) wrong.push(`${market} is not a market (${markets.join(', ')})`);
  }
  for (const column of ['clause', 'source']) if (row.cell(column) === '') wrong.push(`no ${column}`);
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(row.cell('date')))
    wrong.push(`the date “${row.cell('date')}” is not like 2026-01-31`);
  return wrong;
}

const unknown = (row: TsvRow, column: string, known: readonly string[]): string =>
  `“${row.cell(column)}” is not a ${column} (${known.join(', ')})`;

function oneOf<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((one) => one === text);
}

function newEntry(row: TsvRow, pattern: Entry['pattern']): Entry {
  return {
    id: row.cell('id'),
    pattern,
    category: oneOf(categories, row.cell('category')) ?? 'other',
    severity: oneOf(severities, row.cell('severity')) ?? 'warn',
    reason: row.cell('reason'),
    clause: row.cell('clause'),
    scope: row.cell('scope') === 'platform' ? 'platform' : 'law',
    reach: { platforms: row.list('platforms'), markets: row.list('markets'), products: row.list('products') },
    replacements: row.list('replacements').map((text) => (text === LEAVE_OUT ? '' : text)),
    source: row.cell('source'),
    date: row.cell('date'),
  };
}
