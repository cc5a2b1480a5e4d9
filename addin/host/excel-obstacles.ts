// Why a cell of the open workbook is left alone: formulas, pictures, locks, merged areas, changed words.
import type { LinkAnswer, LinkEdit } from '../../server/contract/links.ts';
import { CELL_TEXT_MAX } from './cell-input.ts';
import { cellText, isFormula, isRich, type RawCell } from './cell-reading.ts';
import { supports } from './excel-session.ts';

export type Refusal = Extract<LinkAnswer, { answer: 'written' }>['refused'][number];

/** What surrounds a cell; to be read after the next sync. */
export interface Surroundings {
  isLocked(): boolean;
  /** Part of an area that another cell's formula fills. */
  isSpilledInto(): boolean;
  /** In a merged area, and not its first cell. */
  isCovered(): boolean;
}

export function loadSurroundings(sheet: Excel.Worksheet, address: string): Surroundings {
  const cell = sheet.getRange(address);
  const protection = cell.format.protection;
  protection.load('locked');
  const spill = supports('1.12') ? cell.getSpillParentOrNullObject() : undefined;
  spill?.load('address');
  const merged = supports('1.13') ? cell.getMergedAreasOrNullObject() : undefined;
  merged?.load('address');
  return {
    isLocked: () => protection.locked !== false,
    isSpilledInto: () => spill?.isNullObject === false,
    isCovered: () => merged?.isNullObject === false && firstCell(merged.address) !== address,
  };
}

/** "Sheet1!C2:D4" → "C2" */
const firstCell = (address: string) =>
  address
    .replaceAll('$', '')
    .replace(/^.*!/, '')
    .replace(/[:,].*$/, '');

/** The first reason not to write, in the order in which the file's writer looks for them. */
export function obstacleTo(
  edit: LinkEdit,
  now: RawCell,
  around: Surroundings,
  isProtected: boolean,
): Refusal['why'] | undefined {
  if (typeof edit.value === 'string' && edit.value.length > CELL_TEXT_MAX) return 'too-long';
  if (isRich(now)) return 'rich';
  if (isFormula(now) || around.isSpilledInto()) return 'formula';
  if (around.isCovered()) return 'merged';
  if (isProtected && around.isLocked()) return 'protected';
  return edit.expected === undefined || cellText(now) === edit.expected ? undefined : 'changed';
}
