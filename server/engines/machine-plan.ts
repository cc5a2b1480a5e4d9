// Looks at this machine and plans for it: what runs best here, and what stands in its way.
import { planOf, type EnginePlan, type PlanFiles, type PlanWishes } from '../domain/engine-plan.ts';
import type { Hardware } from '../domain/hardware.ts';
import type { RowscribeError } from '../errors.ts';
import { readHardware } from './machine.ts';
import { problemOfPlan } from './plan-problem.ts';

export async function planMachine(
  files: PlanFiles,
  wishes: PlanWishes,
  signal: AbortSignal,
): Promise<{
  readonly hardware: Hardware;
  readonly plan: EnginePlan;
  readonly problems: readonly RowscribeError[];
}> {
  const hardware = await readHardware(signal);
  const plan = planOf(hardware, files, wishes);
  return { hardware, plan, problems: plan.troubles.map(problemOfPlan) };
}
