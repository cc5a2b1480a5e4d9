// Checks a patched file as it lies on the disk against the file it was made from, with the reader's eyes.
import { crc32 } from 'node:zlib';
import { formatAddress } from '../domain/cell-address.ts';
import { both, inBoth } from '../domain/language.ts';
import { isRowscribeError, RowscribeError } from '../errors.ts';
import { decodeCellText } from './cell-text.ts';
import type { CellWrite } from './decide.ts';
import { Fault } from './fault.ts';
import type { Package } from './package.ts';
import { survey, type PatchPlan, type SheetPlan } from './patch.ts';
import type { RawCell } from './sheet-parser.ts';
import { readStructure, type WorkbookStructure } from './workbook-part.ts';
import type { ZipEntry } from './zip-directory.ts';

class Difference extends Fault {}

const missing = (name: string) => new Difference(both(`缺少 ${name}`, `${name} is missing`));
const differs = (what: string) => new Difference(both(`${what} 不一致`, `${what} differs`));

/**
 * Every part that was not to change has its old bytes; every edited sheet has the new values in their cells and
 * everything else as it was. Errors: `verify-failed`.
 */
export async function verifyPatch(
  before: Package,
  structure: WorkbookStructure,
  after: Package,
  plan: PatchPlan,
  copied: ReadonlyMap<ZipEntry, number>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await verifyParts(before, after, copied, signal);
    await verifyStructure(structure, after, plan, signal);
    for (const sheet of plan.sheets) await verifySheet(after, sheet, signal);
  } catch (cause) {
    if (!(cause instanceof Difference) && !isRowscribeError(cause)) throw cause;
    const detail = isRowscribeError(cause) ? inBoth((language) => cause.text(language)) : cause.detail;
    throw new RowscribeError('verify-failed', { path: before.path, detail }, { cause });
  }
}

async function verifyParts(
  before: Package,
  after: Package,
  copied: ReadonlyMap<ZipEntry, number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [old, fresh] = [before.directory.entries, after.directory.entries];
  if (old.length !== fresh.length) throw new Difference(both('部件数量不一致', 'the number of parts differs'));
  for (const [index, entry] of old.entries()) {
    const twin = fresh[index];
    if (twin === undefined || !twin.rawName.equals(entry.rawName)) throw missing(entry.name);
    const checksum = copied.get(entry);
    if (checksum === undefined) continue;
    const same =
      twin.crc32 === entry.crc32 &&
      twin.method === entry.method &&
      twin.inflatedBytes === entry.inflatedBytes &&
      twin.compressedBytes === entry.compressedBytes;
    if (!same || (await rawChecksum(after, twin, signal)) !== checksum) throw differs(entry.name);
  }
}

async function rawChecksum(pkg: Package, entry: ZipEntry, signal: AbortSignal | undefined): Promise<number> {
  let checksum = 0;
  for await (const chunk of pkg.rawChunks(entry, signal)) checksum = crc32(chunk, checksum);
  return checksum;
}

async function verifyStructure(
  before: WorkbookStructure,
  pkg: Package,
  plan: PatchPlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (plan.workbookPart === undefined) return;
  const after = await readStructure(pkg, signal);
  const expected = { ...before, calculatesOnLoad: true };
  if (JSON.stringify(after) !== JSON.stringify(expected)) throw differs(before.part);
}

async function verifySheet(pkg: Package, plan: SheetPlan, signal: AbortSignal | undefined): Promise<void> {
  const after = await survey(pkg, plan.worksheet, plan.targets, signal);
  const { name } = plan.worksheet;
  if (after.untouchedCrc !== plan.survey.untouchedCrc) {
    throw new Difference(both(`${name} 的其他单元格不一致`, `other cells of ${name} differ`));
  }
  const writes = new Map(plan.writes.map((write) => [write.target, write]));
  for (const row of plan.targets.values()) {
    for (const target of row.values()) {
      const write = writes.get(target);
      const stored = after.cells.get(target);
      const right = write === undefined ? sameCell(stored, plan.survey.cells.get(target)) : holds(stored, write);
      if (!right) throw differs(`${name}!${formatAddress(target)}`);
    }
  }
}

function sameCell(one: RawCell | undefined, other: RawCell | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function holds(stored: RawCell | undefined, { target: { value }, style }: CellWrite): boolean {
  if (stored === undefined || stored.style !== style) return false;
  if (stored.formula !== undefined || stored.richValue !== undefined) return false;
  if (value === null) return stored.stored === '';
  if (typeof value === 'number') return stored.type === 'n' && Number(stored.stored) === value;
  if (typeof value === 'boolean') return stored.type === 'b' && stored.stored === (value ? '1' : '0');
  return stored.type === 'inlineStr' && decodeCellText(stored.stored) === value;
}
