// From the machine and the writer's file to one way of loading it: a pure decision.
import { isDriverOld, mainGpu, type MachineFacts } from '../domain/hardware.ts';
import { cpuThreads } from './plan.ts';

export interface WriterFacts {
  readonly name: string;
  readonly modelBytes: number;
  readonly contextTokensMax: number;
}

export interface WriterWishes {
  readonly contextTokens?: number;
  readonly threads?: number;
  /** Requests worked on at once; without a wish 1 on the CPU, more on a card. */
  readonly slots?: number;
}

export interface WriterPlan {
  /** Whether a graphics card is looked for; the runtime puts as many layers on it as there is room. */
  readonly useGpu: boolean;
  readonly threads: number;
  /** For each request. */
  readonly contextTokens: number;
  readonly slots: number;
  readonly batchTokens: number;
}

/** Room for the instructions, a row's facts and an answer. */
const contextTokensDefault = 4096;
/** A card writes several texts in about the time of one; each takes memory for its context. */
const gpuSlots = 4;
/** Below this a model gains nothing from a graphics card, and several threads mostly wait for each other. */
const smallModelBytes = 256 << 20;

export function planWriter(machine: MachineFacts, facts: WriterFacts, wishes: WriterWishes): WriterPlan {
  const isSmall = facts.modelBytes < smallModelBytes;
  const contextTokens = Math.min(wishes.contextTokens ?? contextTokensDefault, facts.contextTokensMax);
  const useGpu = !isSmall && mayHaveGpu(machine);
  return {
    useGpu,
    slots: wishes.slots ?? (useGpu ? gpuSlots : 1),
    threads: wishes.threads ?? (isSmall ? 1 : cpuThreads(machine)),
    contextTokens,
    batchTokens: Math.min(1024, contextTokens),
  };
}

/** On Linux without an NVIDIA card Vulkan may find a renderer in software, which is slower than no card at all. */
function mayHaveGpu({ platform, arch, nvidia }: MachineFacts): boolean {
  if (platform === 'linux') {
    const gpu = mainGpu(nvidia);
    return gpu !== undefined && !isDriverOld(gpu);
  }
  return platform === 'win32' || arch === 'arm64';
}
