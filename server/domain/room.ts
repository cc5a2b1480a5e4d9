// Where on a machine a model goes, and how much memory it may take there.
import { mainGpu, type Hardware, type MachineFacts } from './hardware.ts';

export type PlanBackend = 'cuda' | 'vulkan' | 'metal' | 'cpu';

export interface Room {
  readonly backend: PlanBackend;
  /** What the model runs on, for people. */
  readonly device: string;
  /** Memory that the model may take; absent when it is not known. */
  readonly memoryMiB?: number;
}

/** Of what is free now; the rest is left to the desktop and other programs, which may want more later. */
const freeShare = 0.95;
/** Of a Mac's memory the system lets graphics use about two thirds, three quarters from 36 GB on. */
const macShare = { small: 0.66, large: 0.75, largeFromMiB: 36 * 1024 } as const;
const cpuShare = 0.6;

/** Cards of other makers are known only where somebody looked for them. */
type Place = MachineFacts & Partial<Pick<Hardware, 'others'>>;

/** With a driver that is too old it is the place for the time after a new one, which is quickly installed. */
export function roomOf(machine: Place, hasLlamaServer: boolean): Room {
  const { platform, arch, others, builds } = machine;
  if (platform === 'darwin') return arch === 'arm64' ? macRoom(machine) : cpuRoom(machine);
  const gpu = mainGpu(machine.nvidia);
  if (gpu !== undefined) {
    // The embedded engine's CUDA build has code for Ada (RTX 40) on Linux only; llama-server is built for the card it finds.
    const isAda = gpu.computeCapability === '8.9' && platform === 'linux' && builds.includes('cuda');
    const backend = hasLlamaServer || isAda ? 'cuda' : 'vulkan';
    return { backend, device: gpu.name, ...shareOf(gpu.memoryFreeMiB ?? gpu.memoryTotalMiB, freeShare) };
  }
  if (!builds.includes('vulkan')) return cpuRoom(machine);
  const other = others?.toSorted((one, two) => two.memoryFreeMiB - one.memoryFreeMiB)[0];
  if (other !== undefined) return { backend: 'vulkan', device: other.name, ...shareOf(other.memoryFreeMiB, freeShare) };
  return others === undefined && platform === 'win32' ? { backend: 'vulkan', device: 'GPU' } : cpuRoom(machine);
}

/** The processor and the main memory. */
export function cpuRoom({ memoryTotalMiB }: Pick<MachineFacts, 'memoryTotalMiB'>): Room {
  return { backend: 'cpu', device: 'CPU', ...shareOf(memoryTotalMiB, cpuShare) };
}

function macRoom({ memoryTotalMiB }: MachineFacts): Room {
  const isLarge = (memoryTotalMiB ?? 0) >= macShare.largeFromMiB;
  return { backend: 'metal', device: 'Apple', ...shareOf(memoryTotalMiB, isLarge ? macShare.large : macShare.small) };
}

const shareOf = (memoryMiB: number | undefined, share: number) =>
  memoryMiB === undefined ? {} : { memoryMiB: Math.round(memoryMiB * share) };
