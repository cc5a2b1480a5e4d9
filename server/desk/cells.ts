// Single cells on demand: written anew, by hand, or asked for their history.
import type {
  CellHistoryAnswer,
  CellRequest,
  RegenerateAnswer,
  RegenerateRequest,
  WriteRequest,
} from '../contract/cells.ts';
import type { AcceptanceView, AcceptRequest } from '../contract/runs.ts';
import { cellHistory } from '../jobs/cell-history.ts';
import { regenerate } from '../jobs/regenerate.ts';
import { writeCell } from '../jobs/write-cell.ts';
import { copyTexts } from './run-rows.ts';
import { everything, jobOf, type TargetParts } from './targets.ts';

/** Errors: those of `regenerate`. */
export async function regenerateCell(
  parts: TargetParts,
  { target, cell, reason }: RegenerateRequest,
  signal: AbortSignal,
): Promise<RegenerateAnswer> {
  const job = await jobOf(parts, target, { ...everything, mode: 'all' });
  const done = await regenerate(job.parts, { ...job.options, cell, reason }, signal);
  const { previous, isWritten, answer } = done;
  return { text: answer.texts[done.column] ?? '', previous, isWritten, status: answer.status };
}

/** Errors: those of `cellHistory`. */
export async function cellVersions(
  parts: TargetParts,
  { target, cell }: CellRequest,
  signal: AbortSignal,
): Promise<CellHistoryAnswer> {
  const job = await jobOf(parts, target);
  const { key, label, header, text, isEdited, versions } = await cellHistory(
    job.parts,
    { ...job.options, cell },
    signal,
  );
  return {
    ...{ key, label, header, text, isEdited },
    versions: versions.map((version) => ({
      ...{ text: version.text, original: version.original, previous: version.previous, recipe: version.recipe },
      ...{ model: version.model, reason: version.reason, seed: version.seed, atMs: version.deliveredAtMs },
    })),
  };
}

/** Errors: those of `writeCell`. */
export async function writeByHand(parts: TargetParts, request: WriteRequest, signal: AbortSignal): Promise<void> {
  const job = await jobOf(parts, request.target);
  const { cell, text, expected } = request;
  await writeCell(job.parts, { ...job.options, cell, text, expected }, signal);
}

/** A person lets these texts of a row stand. Errors: those of `jobOf`. */
export async function acceptRow(parts: TargetParts, { target, key, texts }: AcceptRequest): Promise<AcceptanceView> {
  const { entry, options } = await jobOf(parts, target);
  const { journal, clock } = parts;
  const at = { workbook: entry.key, sheet: target.sheet, rowKey: key };
  journal.accept(at, copyTexts(options.recipe, Object.entries(texts)), clock.now());
  return journal.acceptance(entry.key, target.sheet);
}
