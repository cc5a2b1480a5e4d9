// Patches single cells of a package: decides every edit, then writes the package anew around them.
import { inBoth, inLanguage } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { CellEdit, CellRefusal } from '../ports/workbook.ts';
import type { CellContext } from './cell-value.ts';
import { decide, type CellWrite } from './decide.ts';
import { sortEdits, type SheetTargets, type TargetEdit } from './edits.ts';
import type { Package } from './package.ts';
import { readOwnedAreas } from './sheet-areas.ts';
import { rewriteSheet } from './sheet-rewrite.ts';
import { SheetFault } from './sheet-splitter.ts';
import { hasFormula, surveySheet, type SheetSurvey } from './sheet-survey.ts';
import { pickSharedStrings } from './shared-strings.ts';
import { readStyles, type Styles } from './styles.ts';
import { withCalculationOnLoad, type Worksheet, type WorkbookStructure } from './workbook-part.ts';
import { partError } from './xml.ts';
import { ZipWriter, type ByteSink } from './zip-writer.ts';
import type { ZipEntry } from './zip-directory.ts';

/** What is known about one sheet with edits, and what will be written into it. */
export interface SheetPlan {
  readonly worksheet: Worksheet;
  readonly entry: ZipEntry;
  readonly targets: SheetTargets;
  readonly survey: SheetSurvey;
  readonly writes: readonly CellWrite[];
}

export interface PatchPlan {
  /** Only sheets whose bytes change. */
  readonly sheets: readonly SheetPlan[];
  /** The workbook part with its flag set; undefined when it stays as it is. */
  readonly workbookPart: { readonly entry: ZipEntry; readonly bytes: Buffer } | undefined;
  /** In the order of the edits. */
  readonly written: readonly TargetEdit[];
  readonly refused: readonly CellRefusal[];
}

/**
 * Decides every edit; nothing is written. Errors: `workbook-signed`, `workbook-unsafe`, `workbook-unreadable`,
 * `workbook-too-large`.
 */
export async function planPatch(
  pkg: Package,
  structure: WorkbookStructure,
  edits: readonly CellEdit[],
  signal?: AbortSignal,
): Promise<PatchPlan> {
  refuseSigned(pkg);
  const sorted = sortEdits(edits, structure);
  const surveys = new Map<Worksheet, SheetSurvey>();
  for (const [worksheet, targets] of sorted.sheets) {
    surveys.set(worksheet, await survey(pkg, worksheet, targets, signal));
  }
  const context = await contextFor(pkg, structure, [...surveys.values()], sorted.sheets, signal);
  const sheets: SheetPlan[] = [];
  const refused = [...sorted.refused];
  const written: TargetEdit[] = [];
  for (const [worksheet, found] of surveys) {
    const targets = sorted.sheets.get(worksheet) ?? new Map();
    const areas = await readOwnedAreas(pkg, worksheet.part, signal);
    const decision = decide(allTargets(targets), found, areas, context);
    refused.push(...decision.refused);
    written.push(...decision.writes.map((write) => write.target));
    const writes = decision.writes.filter(({ target }) => target.value !== null || found.cells.has(target));
    if (writes.length > 0) sheets.push({ worksheet, entry: pkg.part(worksheet.part), targets, survey: found, writes });
  }
  const workbookPart = sheets.length > 0 ? await flaggedWorkbook(pkg, structure, surveys, signal) : undefined;
  return { sheets, workbookPart, written: written.toSorted((a, b) => a.order - b.order), refused };
}

function refuseSigned(pkg: Package): void {
  const signed = pkg.directory.entries.some(({ key }) => key.startsWith('_xmlsignatures/') || key.endsWith('.sigs'));
  if (signed) throw new RowscribeError('workbook-signed', { path: pkg.path });
}

function* allTargets(targets: SheetTargets): Generator<TargetEdit> {
  for (const row of targets.values()) yield* row.values();
}

/** A survey with its faults as errors for people. */
export async function survey(
  pkg: Package,
  worksheet: Worksheet,
  targets: SheetTargets,
  signal?: AbortSignal,
): Promise<SheetSurvey> {
  const entry = pkg.part(worksheet.part);
  try {
    return await surveySheet(pkg, entry, targets, signal);
  } catch (cause) {
    if (!(cause instanceof SheetFault)) throw partError(pkg, entry, cause);
    const detail = inBoth((language) => `${worksheet.name}: ${inLanguage(cause.detail, language)}`);
    throw new RowscribeError('workbook-unsafe', { path: pkg.path, detail }, { cause });
  }
}

const NO_STYLES: Styles = { shape: () => ({ kind: 'general' }), locked: () => true };

/** Reads of styles and shared strings only what the decisions need. */
async function contextFor(
  pkg: Package,
  structure: WorkbookStructure,
  surveys: readonly SheetSurvey[],
  sheets: ReadonlyMap<Worksheet, SheetTargets>,
  signal: AbortSignal | undefined,
): Promise<CellContext> {
  const compared = surveys.flatMap(({ cells }) => [...cells].filter(([target]) => target.expected !== undefined));
  const indexes = new Set(compared.flatMap(([, raw]) => (raw.type === 's' ? [Number(raw.stored)] : [])));
  const strings = await pickSharedStrings(pkg, structure.sharedStringsPart, indexes, signal);
  const styled = sheets.size > 0 && (compared.length > 0 || surveys.some((one) => one.isProtected));
  const styles = styled ? await readStyles(pkg, structure.stylesPart, signal) : NO_STYLES;
  return { sharedString: (index) => strings.get(index), styles, from1904: structure.from1904 };
}

async function flaggedWorkbook(
  pkg: Package,
  structure: WorkbookStructure,
  surveys: ReadonlyMap<Worksheet, SheetSurvey>,
  signal: AbortSignal | undefined,
): Promise<PatchPlan['workbookPart']> {
  if (structure.calculatesOnLoad || !(await hasAnyFormula(pkg, structure, surveys, signal))) return undefined;
  const entry = pkg.part(structure.part);
  return { entry, bytes: withCalculationOnLoad(await pkg.bytes(entry, signal), pkg.path) };
}

async function hasAnyFormula(
  pkg: Package,
  structure: WorkbookStructure,
  surveys: ReadonlyMap<Worksheet, SheetSurvey>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (structure.hasCalculationChain) return true;
  if ([...surveys.values()].some((one) => one.hasFormulas)) return true;
  for (const worksheet of structure.worksheets) {
    if (!surveys.has(worksheet) && (await hasFormula(pkg, pkg.part(worksheet.part), signal))) return true;
  }
  return false;
}

/**
 * Writes the patched package; gives, for every part that was copied, the checksum of its bytes in the file. Errors:
 * those of reading the package and of the sink.
 */
export async function writePatch(
  pkg: Package,
  plan: PatchPlan,
  sink: ByteSink,
  signal?: AbortSignal,
): Promise<ReadonlyMap<ZipEntry, number>> {
  const writer = new ZipWriter(sink);
  const copied = new Map<ZipEntry, number>();
  const { rowBytesMax } = pkg.limits;
  for (const entry of pkg.directory.entries) {
    const sheet = plan.sheets.find((one) => one.entry === entry);
    if (sheet !== undefined) {
      const chunks = pkg.chunks(entry, signal);
      await writer.replace(pkg, entry, rewriteSheet(chunks, sheet.survey, sheet.writes, rowBytesMax));
    } else if (plan.workbookPart?.entry === entry) {
      await writer.replace(pkg, entry, once(plan.workbookPart.bytes));
    } else {
      copied.set(entry, await writer.copy(pkg, entry, signal));
    }
  }
  await writer.finish(pkg.directory.comment);
  return copied;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
