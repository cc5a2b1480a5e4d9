// A team's own list of unwanted words: the word, what may take its place, and nothing else to fill in.
import { compilePattern, type Part } from './pattern.ts';
import { parseTsv } from './tsv.ts';
import { severities, type Entry, type Fault, type Parsed } from './types.ts';

const NO_CLASSES = new Map<string, Part>();
const DAY_UNKNOWN = '';

/** Columns: `word`, `replacements` (around "|"), `severity` (block or warn, block when empty). */
export function parseOwnWords(text: string): Parsed<Entry> {
  const table = parseTsv(text, ['word', 'replacements', 'severity']);
  const faults: Fault[] = [...table.faults];
  const rows: Entry[] = [];
  for (const row of table.rows) {
    const severity = severities.find((one) => one === (row.cell('severity') || 'block'));
    const escaped = row
      .cell('word')
      .toLowerCase()
      .replaceAll(/[\\^$.*+?()[\]{}|<>]/gu, '\\$&');
    const pattern = compilePattern(escaped, NO_CLASSES);
    if (typeof pattern === 'string') faults.push({ line: row.line, text: pattern });
    if (severity === undefined) faults.push({ line: row.line, text: `“${row.cell('severity')}” is not block or warn` });
    if (typeof pattern === 'string' || severity === undefined) continue;
    rows.push({
      id: `own-${row.line}`,
      pattern,
      category: 'other',
      severity,
      reason: 'own',
      clause: '自有词表',
      scope: 'law',
      reach: { platforms: [], markets: [], products: [] },
      replacements: row.list('replacements'),
      source: 'own',
      date: DAY_UNKNOWN,
    });
  }
  return { rows, faults };
}
