// Looks at the first rows of a plan and gives their answers without writing anything.
import type { RowWork } from '../domain/work.ts';
import type { FillOptions, FillParts } from './fill.ts';
import type { FillPlan } from './fill-plan.ts';
import { contextOf } from './fill.ts';
import { runRow, type RowResult } from './run-row.ts';
import { startEngines } from './write-with-writer.ts';

/** Works on up to `count` rows, one after the other; an engine that dies under one is an error here. */
export async function* preview(
  parts: FillParts,
  options: FillOptions,
  plan: FillPlan,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<RowWork & RowResult> {
  const context = contextOf(parts, options, plan, await startEngines(parts, signal));
  for (const work of plan.work.slice(0, count)) {
    const result = await runRow({ row: work.row, keys: work.keys, rewrites: [] }, context, signal);
    yield { ...work, ...result };
  }
}
