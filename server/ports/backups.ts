// The port to backups: whole copies of workbooks, kept outside their folders.

export interface Backup {
  /** Real path of the workbook it is a copy of. */
  readonly workbook: string;
  /** Absolute path of the copy. */
  readonly path: string;
  /** Lower-case hex SHA-256 of the copy, and its size. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When it was taken, milliseconds since the epoch; no two backups of a workbook have the same. */
  readonly takenAtMs: number;
}

/**
 * Backups of workbooks.
 *
 * - `take` copies the file as it is, byte for byte, whatever it holds, and returns when the copy is on the disk, read
 *   back and listed. Errors: `workbook-missing`; `workbook-changed` when the file changed while it was copied;
 *   `backup-failed` for everything else; nothing half-done stays.
 * - `list` gives the backups whose copies are there, newest first. Errors: `store-failed`.
 * - `dropOldest` removes those beyond the number that is kept, the oldest first and the newest never. What cannot be
 *   removed stays for the next time.
 */
export interface Backups {
  take(workbook: string, nowMs: number, signal?: AbortSignal): Promise<Backup>;
  list(workbook: string): Promise<readonly Backup[]>;
  dropOldest(workbook: string): Promise<void>;
  close(): void;
}
