// Which target cells may be written, and what exactly is written there.
import type { CellRefusal } from '../ports/workbook.ts';
import { areaHolds } from '../domain/cell-address.ts';
import { cellOf, isPictureFormula, type CellContext } from './cell-value.ts';
import { refusal, type TargetEdit } from './edits.ts';
import type { OwnedAreas } from './sheet-areas.ts';
import type { SheetSurvey } from './sheet-survey.ts';

/** A cell that will be written. */
export interface CellWrite {
  readonly target: TargetEdit;
  /** The style of the cell as it will be: its own, else the one a new cell takes. */
  readonly style: number;
}

export interface Decision {
  readonly writes: readonly CellWrite[];
  readonly refused: readonly CellRefusal[];
}

/** Decides every target of one sheet, in the order of the sheet's rows and columns. Pure. */
export function decide(
  targets: Iterable<TargetEdit>,
  survey: SheetSurvey,
  areas: OwnedAreas,
  context: CellContext,
): Decision {
  const writes: CellWrite[] = [];
  const refused: CellRefusal[] = [];
  for (const target of targets) {
    const style = survey.cells.get(target)?.style ?? survey.styleAt(target);
    const code = obstacle(target, style, survey, areas, context);
    if (code === undefined) writes.push({ target, style });
    else refused.push(refusal(target, code));
  }
  return { writes, refused };
}

type Obstacle = Parameters<typeof refusal>[1];

/** The first reason not to write: what stands there, then what owns the place, then who changed it. */
function obstacle(
  target: TargetEdit,
  style: number,
  survey: SheetSurvey,
  areas: OwnedAreas,
  context: CellContext,
): Obstacle | undefined {
  const stored = survey.cells.get(target);
  if (stored !== undefined && (stored.richValue !== undefined || isPictureFormula(stored))) return 'cell-picture';
  if (stored?.formula !== undefined || survey.inArray.has(target)) return 'cell-formula';
  if (survey.merged.has(target)) return 'cell-merged';
  if (areas.tableEdges.some((area) => areaHolds(area, target))) return 'cell-table-header';
  if (areas.pivots.some((area) => areaHolds(area, target))) return 'cell-pivot';
  if (survey.isProtected && context.styles.locked(style)) return 'cell-protected';
  if (target.expected === undefined) return undefined;
  const now = stored === undefined ? '' : cellOf(stored, context).text;
  return now === target.expected ? undefined : 'cell-changed';
}
