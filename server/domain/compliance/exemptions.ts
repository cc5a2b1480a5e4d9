// Reads the table of exemptions: what looks like a violation and is none, or is a lesser one.
import { compilePattern, type WordClasses } from './pattern.ts';
import { parseTsv } from './tsv.ts';
import { spans, type Exemption, type Fault, type Parsed } from './types.ts';

const COLUMNS = [
  'id',
  'pattern',
  'span',
  'covers',
  'effect',
  'reason',
  'english',
  'guideline',
  'source',
  'date',
] as const;

/** Parses exemptions. Every row says what it covers, why, and on what rule that rests. */
export function parseExemptions(text: string, classes: WordClasses): Parsed<Exemption> {
  const table = parseTsv(text, COLUMNS);
  const faults: Fault[] = [...table.faults];
  const rows: Exemption[] = [];
  const seen = new Set<string>();
  for (const row of table.rows) {
    const wrong: string[] = [];
    const id = row.cell('id');
    if (id === '' || seen.has(id)) wrong.push(id === '' ? 'no id' : `the id ${id} is used twice`);
    seen.add(id);
    const pattern = compilePattern(row.cell('pattern'), classes);
    if (typeof pattern === 'string') wrong.push(pattern);
    const span = spans.find((one) => one === row.cell('span'));
    if (span === undefined) wrong.push(`“${row.cell('span')}” is not a span (${spans.join(', ')})`);
    const effect = (['pass', 'lower'] as const).find((one) => one === row.cell('effect'));
    if (effect === undefined) wrong.push(`“${row.cell('effect')}” is not an effect (pass, lower)`);
    for (const column of ['covers', 'reason', 'english', 'guideline', 'source']) {
      if (row.cell(column) === '') wrong.push(`no ${column}`);
    }
    faults.push(...wrong.map((fault) => ({ line: row.line, text: fault })));
    if (wrong.length > 0 || typeof pattern === 'string' || span === undefined || effect === undefined) continue;
    const reason = { 'zh-CN': row.cell('reason'), 'en-US': row.cell('english') };
    rows.push({
      id,
      pattern,
      span,
      covers: row.list('covers'),
      effect,
      reason,
      guideline: row.cell('guideline'),
      source: row.cell('source'),
      date: row.cell('date'),
    });
  }
  return { rows, faults };
}
