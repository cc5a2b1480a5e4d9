// Tab-separated tables with a header row: cells by column name, faults by line.
import type { Fault } from './types.ts';

export interface TsvRow {
  readonly line: number;
  /** The cell under a header, trimmed; empty when the row is short. */
  cell(column: string): string;
  /** A cell's parts around "|", trimmed; an empty cell has none. */
  list(column: string): readonly string[];
}

export interface Tsv {
  readonly rows: readonly TsvRow[];
  readonly faults: readonly Fault[];
}

/** Reads a table. Empty lines and lines that begin with "#" are skipped. Missing columns and overlong rows are faults. */
export function parseTsv(text: string, columns: readonly string[]): Tsv {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  const faults: Fault[] = [];
  const rows: TsvRow[] = [];
  let header: readonly string[] | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const cells = line.split('\t').map((cell) => cell.trim());
    if (header === undefined) {
      header = cells;
      const missing = columns.filter((column) => !cells.includes(column));
      if (missing.length > 0) faults.push({ line: index + 1, text: `no column ${missing.join(', ')}` });
    } else if (cells.length > header.length) {
      faults.push({ line: index + 1, text: `${cells.length} cells under ${header.length} headers` });
    } else {
      rows.push(newRow(index + 1, header, cells));
    }
  }
  if (header === undefined) faults.push({ line: 1, text: `no header row (${columns.join(', ')})` });
  return { rows, faults };
}

function newRow(line: number, header: readonly string[], cells: readonly string[]): TsvRow {
  const cell = (column: string): string => cells[header.indexOf(column)] ?? '';
  const list = (column: string): readonly string[] => (cell(column) === '' ? [] : cell(column).split('|').map(trim));
  return { line, cell, list };
}

const trim = (text: string): string => text.trim();
