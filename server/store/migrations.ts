// The journal's schema, one step after the other; a step that was released is never changed.

/** The database's user_version is the number of steps it has had. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, recipe TEXT NOT NULL, mode TEXT NOT NULL, rows TEXT NOT NULL,
    state TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER
  );
  CREATE INDEX run_by_workbook ON run (workbook, sheet, state);
  CREATE TABLE run_row (
    run_id INTEGER NOT NULL REFERENCES run (id), row_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    state TEXT NOT NULL, crashes REAL NOT NULL, answer TEXT,
    PRIMARY KEY (run_id, row_key)
  ) WITHOUT ROWID;
  CREATE TABLE cell (
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, row_key TEXT NOT NULL, column_key TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (workbook, sheet, row_key, column_key)
  ) WITHOUT ROWID;
  CREATE TABLE provenance (
    id INTEGER PRIMARY KEY,
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, row_key TEXT NOT NULL, column_key TEXT NOT NULL,
    text TEXT NOT NULL, original TEXT NOT NULL, previous TEXT NOT NULL, recipe TEXT NOT NULL, model TEXT NOT NULL,
    pictures TEXT NOT NULL, seed INTEGER NOT NULL, reason TEXT NOT NULL, delivered_at INTEGER NOT NULL
  );
  CREATE INDEX provenance_by_cell ON provenance (workbook, sheet, row_key, column_key, id);
  CREATE TABLE claim (workbook TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, claimed_at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  CREATE TABLE backup (
    id INTEGER PRIMARY KEY,
    workbook TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, taken_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX backup_by_workbook ON backup (workbook, taken_at);
  ALTER TABLE run ADD COLUMN error TEXT;
  `,
  `
  ALTER TABLE provenance ADD COLUMN run_id INTEGER;
  ALTER TABLE provenance ADD COLUMN is_persons INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX provenance_by_run ON provenance (run_id, id);
  CREATE TABLE pace (model TEXT PRIMARY KEY, seconds REAL NOT NULL, noted_at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  CREATE TABLE chat (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE, workbook TEXT, sheet TEXT, row_key TEXT, started_at INTEGER NOT NULL, head TEXT NOT NULL
  );
  CREATE INDEX chat_by_row ON chat (workbook, sheet, row_key);
  CREATE TABLE chat_message (
    chat_id TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (chat_id, position)
  ) WITHOUT ROWID;
  CREATE TABLE picture (
    sha256 TEXT PRIMARY KEY, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, jpeg BLOB NOT NULL
  );
  CREATE TABLE chat_picture (
    chat_id TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES picture (sha256),
    PRIMARY KEY (chat_id, position)
  ) WITHOUT ROWID;
  CREATE INDEX chat_picture_by_picture ON chat_picture (sha256);
  `,
  `
  CREATE INDEX run_row_by_key ON run_row (row_key);
  CREATE TABLE watch_tried (
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, row_key TEXT NOT NULL, identity TEXT NOT NULL,
    PRIMARY KEY (workbook, sheet, row_key)
  ) WITHOUT ROWID;
  CREATE TABLE picture_hash (state TEXT PRIMARY KEY, sha256 TEXT NOT NULL, noted_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE question (
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, row_key TEXT NOT NULL, column_key TEXT NOT NULL, text TEXT NOT NULL,
    asked_at INTEGER NOT NULL, choice TEXT, settled_at INTEGER,
    PRIMARY KEY (workbook, sheet, row_key, column_key, asked_at)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE acceptance (
    workbook TEXT NOT NULL, sheet TEXT NOT NULL, row_key TEXT NOT NULL, column_key TEXT NOT NULL,
    text_sha256 TEXT NOT NULL, version INTEGER NOT NULL, is_unchanged INTEGER NOT NULL, accepted_at INTEGER NOT NULL,
    PRIMARY KEY (workbook, sheet, row_key, column_key)
  ) WITHOUT ROWID;
  `,
];
