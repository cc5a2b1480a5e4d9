// Backups for workbooks that are open in Excel: there are none, because Excel has the file; a run is undone by its history.
import type { Backups } from '../ports/backups.ts';

export const noBackups: Backups = {
  take: async (workbook, nowMs) => ({ workbook, path: '', sha256: '', sizeBytes: 0, takenAtMs: nowMs }),
  list: async () => [],
  dropOldest: async () => {},
  close: () => {},
};
