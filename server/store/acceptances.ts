// Texts that people let stand in a review: which ones, and how many of them as the model wrote them.
import { createHash } from 'node:crypto';
import type Database from 'libsql';
import type { Acceptance, AcceptedTexts, RowAt } from '../ports/store.ts';

const atCell = 'workbook = ? AND sheet = ? AND row_key = ? AND column_key = ?';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Within a transaction. */
export function acceptTexts(
  database: Database.Database,
  { workbook, sheet, rowKey }: RowAt,
  texts: ReadonlyMap<string, string>,
  nowMs: number,
): void {
  const newest = database.prepare(`SELECT max(id) AS id FROM provenance WHERE ${atCell}`);
  // A text that was asked for again is not the one that the model wrote by itself.
  const untouched = database.prepare(
    `SELECT 1 FROM provenance LEFT JOIN run ON run.id = run_id
     WHERE provenance.workbook = ? AND provenance.sheet = ? AND row_key = ? AND column_key = ? AND text = ?
       AND is_persons = 0 AND reason = '' AND coalesce(rows, '') NOT LIKE 'regenerate %' LIMIT 1`,
  );
  const put = database.prepare('INSERT OR REPLACE INTO acceptance VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [column, text] of texts) {
    const at = [workbook, sheet, rowKey, column];
    const version = (newest.get(...at) as { id: number | null }).id ?? 0;
    const isUnchanged = untouched.get(...at, text) !== undefined;
    put.run(...at, sha256(text), version, isUnchanged ? 1 : 0, nowMs);
  }
}

interface AcceptanceOfTable {
  readonly row_key: string;
  readonly column_key: string;
  readonly text_sha256: string;
  readonly is_unchanged: number;
  /** What was written into the cell after it was accepted. */
  readonly later: string | null;
}

/** Whether a text of a row is the one that was accepted there. */
export function acceptedTexts(database: Database.Database, workbook: string, sheet: string): AcceptedTexts {
  const sql = 'SELECT row_key, column_key, text_sha256 FROM acceptance WHERE workbook = ? AND sheet = ?';
  const found = database.prepare(sql).all(workbook, sheet) as AcceptanceOfTable[];
  const place = (rowKey: string, column: string) => JSON.stringify([rowKey, column]);
  const known = new Map(found.map((one) => [place(one.row_key, one.column_key), one.text_sha256]));
  return (rowKey, column, text) => {
    const accepted = known.get(place(rowKey, column));
    return accepted !== undefined && accepted === sha256(text);
  };
}

/** A text that Rowscribe or its pane replaced since does not count. */
export function acceptanceOf(database: Database.Database, workbook: string, sheet: string): Acceptance {
  const sql = `SELECT text_sha256, is_unchanged, (
      SELECT text FROM provenance AS p
      WHERE p.workbook = a.workbook AND p.sheet = a.sheet AND p.row_key = a.row_key AND p.column_key = a.column_key
        AND p.id > a.version ORDER BY p.id DESC LIMIT 1
    ) AS later
    FROM acceptance AS a WHERE workbook = ? AND sheet = ?`;
  const found = database.prepare(sql).all(workbook, sheet) as AcceptanceOfTable[];
  const valid = found.filter(({ later, text_sha256 }) => later === null || sha256(later) === text_sha256);
  return { cells: valid.length, unchanged: valid.filter((one) => one.is_unchanged === 1).length };
}
