// One process's claims on workbooks, shared by everyone in it: one run at a time, and single cells beside it.
import type { ClaimKind, Journal } from '../ports/store.ts';

interface Held {
  readonly release: () => void;
  count: number;
  hasRun: boolean;
}

/**
 * The journal, with claims that the process holds once: a second one of the kind `run` is refused, those of the kind `cell`
 * are given while the process has the workbook anyway.
 */
export function shareClaims(journal: Journal): Journal {
  const held = new Map<string, Held>();
  return {
    beginRun: (spec, nowMs) => journal.beginRun(spec, nowMs),
    hasUnfinished: (workbook) => journal.hasUnfinished(workbook),
    endRun: (runId, state, nowMs) => journal.endRun(runId, state, nowMs),
    noteError: (runId, error) => journal.noteError(runId, error),
    rows: (runId) => journal.rows(runId),
    putRow: (runId, row) => journal.putRow(runId, row),
    recordDelivery: (runId, keys, cells, nowMs) => journal.recordDelivery(runId, keys, cells, nowMs),
    lastDelivered: (workbook, sheet, rowKey) => journal.lastDelivered(workbook, sheet, rowKey),
    lastRows: (workbook, sheet) => journal.lastRows(workbook, sheet),
    history: (workbook, sheet, rowKey, column) => journal.history(workbook, sheet, rowKey, column),
    changes: (runId) => journal.changes(runId),
    accept: (at, texts, nowMs) => journal.accept(at, texts, nowMs),
    accepted: (workbook, sheet) => journal.accepted(workbook, sheet),
    acceptance: (workbook, sheet) => journal.acceptance(workbook, sheet),
    pace: (model) => journal.pace(model),
    notePace: (model, seconds, nowMs) => journal.notePace(model, seconds, nowMs),
    close: () => journal.close(),
    claim: (workbook, kind = 'run') => claim(journal, held, workbook, kind),
  };
}

function claim(journal: Journal, held: Map<string, Held>, workbook: string, kind: ClaimKind): (() => void) | undefined {
  const known = held.get(workbook);
  if (known?.hasRun === true && kind === 'run') return undefined;
  const release = known === undefined ? journal.claim(workbook, kind) : known.release;
  if (release === undefined) return undefined;
  const here = known ?? { release, count: 0, hasRun: false };
  here.count += 1;
  here.hasRun ||= kind === 'run';
  held.set(workbook, here);
  let isGivenBack = false;
  return () => {
    if (isGivenBack) return;
    isGivenBack = true;
    here.count -= 1;
    if (kind === 'run') here.hasRun = false;
    if (here.count > 0) return;
    held.delete(workbook);
    here.release();
  };
}
