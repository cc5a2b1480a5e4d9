// Delivers what needs no model: texts that were lost, and word of inputs that changed under a person's edit.
import type { Language } from '../domain/language.ts';
import type { WatchWork } from '../domain/watch-work.ts';
import type { StoredAnswer } from '../ports/store.ts';
import { remarkText, statusText } from '../i18n/status.ts';
import { deliver, type Answered } from './deliver.ts';
import type { FillOptions, FillParts } from './fill.ts';
import { restoredReason, type Changes, type RowChange } from './watch-changes.ts';

/** Delivers all of it in one replacement of the file. Errors: those of delivery; then nothing is left to take up. */
export async function deliverNotes(
  parts: FillParts,
  options: FillOptions,
  { located }: Changes,
  changes: readonly RowChange[],
  signal: AbortSignal,
): Promise<void> {
  const { journal, clock } = parts;
  const { sheet } = located.view;
  const language = options.language ?? located.view.map.language;
  const header = (key: string) => located.view.map.outputs.get(key)?.header ?? key;
  const answered = changes.map((change): Answered => {
    const isRestored = change.work.restored.size > 0;
    const answer = isRestored
      ? restoredAnswer(parts, options, sheet, change)
      : noteAnswer(options, change, header, language);
    return { row: change.row, answer, reason: isRestored ? restoredReason : '', replaceable: change.row.outputs };
  });
  const spec = { ...options, recipe: options.recipe.id, sheet, rows: 'watch' };
  const { run } = journal.beginRun(spec, clock.now());
  const begun = new Map(journal.rows(run.id).map((row) => [row.key, row.state]));
  for (const { row, answer } of answered) {
    const record = { key: row.key, fingerprint: row.fingerprint, crashes: 0 };
    if ((begun.get(row.key) ?? 'queued') !== 'queued') journal.putRow(run.id, { ...record, state: 'queued' });
    journal.putRow(run.id, { ...record, state: 'working' });
    journal.putRow(run.id, { ...record, state: 'answered', answer });
  }
  try {
    await deliver(answered, located, { ...parts, ...options, runId: run.id }, signal);
  } finally {
    // What could not be delivered is found again by the next look.
    journal.endRun(run.id, 'finished', clock.now());
  }
}

/** The texts as they were delivered, with where they came from. */
function restoredAnswer({ journal }: FillParts, options: FillOptions, sheet: string, change: RowChange): StoredAnswer {
  const texts = Object.fromEntries(change.work.restored);
  const versions = Object.keys(texts).map((key) => {
    const newest = journal.history(options.workbook, sheet, change.row.key, key)[0];
    return [key, newest] as const;
  });
  const newest = versions[0]?.[1];
  return {
    ...blank(options, change),
    outcome: change.outcome,
    texts,
    originals: Object.fromEntries(versions.map(([key, version]) => [key, version?.original ?? ''])),
    model: newest?.model ?? '',
    seed: newest?.seed ?? options.seed,
  };
}

/** What a person still has to say about a row; that it is done when that is nothing. */
function noteAnswer(
  options: FillOptions,
  change: RowChange,
  header: (key: string) => string,
  language: Language,
): StoredAnswer {
  const columns = stillAsked(change.work);
  const outcome = columns.length > 0 ? 'needs-person' : 'done';
  const status = statusText(
    outcome,
    columns.length > 0 ? [remarkText({ remark: 'stale', columns }, header, language)] : [],
    language,
  );
  const own = options.recipe.columns.filter((column) => column.kind === 'status');
  const texts = Object.fromEntries(own.map((column) => [column.key, status]));
  return { ...blank(options, change), outcome, reason: columns.length > 0 ? 'stale' : '', status, texts };
}

/** Columns of a row whose words are a person's, and of which it is asked whether they stay. */
export function stillAsked({ staleKeys, openKeys }: WatchWork): readonly string[] {
  return [...openKeys, ...staleKeys];
}

const blank = (options: FillOptions, { pictures }: RowChange): StoredAnswer => ({
  ...{ outcome: 'done', reason: '', status: '', texts: {}, originals: {}, model: '', seed: options.seed },
  ...{ pictures, seconds: 0, cachedTokens: 0 },
});
