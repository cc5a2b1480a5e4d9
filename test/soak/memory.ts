// Resident memory of a program and of its engine, minute by minute, and whether it grows.
import { readFile } from 'node:fs/promises';
import { childrenOf, residentMegabytes } from '../fixtures/processes.ts';

export interface Sample {
  readonly minute: number;
  readonly programMegabytes: number;
  readonly engineMegabytes: number;
}

/** The program's own memory, and that of the children it has. Only where there is /proc; else zeros. */
export async function sampleMemory(pid: number, minute: number): Promise<Sample> {
  const engines = await Promise.all((await childrenOf(pid)).map(residentMegabytes));
  const engineMegabytes = engines.reduce((sum, one) => sum + one, 0);
  return { minute, programMegabytes: await residentMegabytes(pid), engineMegabytes };
}

/** The slope of the line of least squares, megabytes a minute; 0 for fewer than two samples. */
export function slopeOf<T extends { readonly minute: number }>(
  samples: readonly T[],
  megabytesOf: (sample: T) => number,
): number {
  const count = samples.length;
  if (count < 2) return 0;
  const meanX = samples.reduce((sum, one) => sum + one.minute, 0) / count;
  const meanY = samples.reduce((sum, one) => sum + megabytesOf(one), 0) / count;
  const over = samples.reduce((sum, one) => sum + (one.minute - meanX) * (megabytesOf(one) - meanY), 0);
  const under = samples.reduce((sum, one) => sum + (one.minute - meanX) ** 2, 0);
  return over / under;
}

/** Processor seconds that a process and its children have had so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const all = [pid, ...(await childrenOf(pid))];
  const ticks = await Promise.all(
    all.map(async (one) => {
      const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }),
  );
  return ticks.reduce((sum, one) => sum + one, 0) / 100;
}
