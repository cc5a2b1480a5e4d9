// What stands in the way of a fast run, as an error with its sentences.
import type { PlanTrouble } from '../domain/engine-plan.ts';
import { RowscribeError } from '../errors.ts';

export function problemOfPlan(trouble: PlanTrouble): RowscribeError<'driver-too-old' | 'memory-too-small'> {
  const inGiB = (mebibytes: number) => (mebibytes / 1024).toFixed(1);
  if (trouble.trouble === 'driver-too-old') return new RowscribeError('driver-too-old', trouble);
  const { gpu, freeMiB, neededMiB } = trouble;
  return new RowscribeError('memory-too-small', { gpu, freeGiB: inGiB(freeMiB), neededGiB: inGiB(neededMiB) });
}
