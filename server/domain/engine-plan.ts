// From a machine and the models that can be had to what runs best on it, with the sum of its memory and the reasons.
import { isDriverOld, mainGpu, type Hardware, type NvidiaGpu } from './hardware.ts';
import type { Bilingual } from './language.ts';
import { memoryBudget, type MemoryBudget } from './memory-budget.ts';
import { sizesOf, type ModelChoice } from './model-choice.ts';
import { reasons } from './plan-reasons.ts';

export interface PlanFiles {
  /** Best first. */
  readonly catalogue: readonly ModelChoice[];
  /** Whether a llama-server program is here. */
  readonly hasLlamaServer: boolean;
}

export interface PlanWishes {
  readonly imageTokensMax?: number;
}

export type PlanBackend = 'cuda' | 'vulkan' | 'metal' | 'cpu';

/** What stands in the way of a fast run. */
export type PlanTrouble =
  | { readonly trouble: 'driver-too-old'; readonly gpu: string; readonly driver: string }
  | {
      readonly trouble: 'memory-too-small';
      readonly gpu: string;
      readonly freeMiB: number;
      readonly neededMiB: number;
    };

export interface EnginePlan {
  readonly engine: 'embedded' | 'llama-server';
  readonly backend: PlanBackend;
  /** What the model runs on, for people. */
  readonly device: string;
  readonly choice: ModelChoice;
  readonly slots: number;
  /** Of one slot. */
  readonly contextTokens: number;
  readonly imageTokensMax: number;
  readonly budget: MemoryBudget;
  /** Memory that the model may take; absent when it is not known. */
  readonly memoryMiB?: number;
  readonly why: readonly Bilingual[];
  readonly troubles: readonly PlanTrouble[];
}

const imageTokens = { full: 1369, small: 576 } as const;
/** One picture of full size, instructions and answer; the embedded engine has one slot and room for four pictures. */
const contextTokensOfSlot = { 'llama-server': 3072, embedded: 8192, small: 4096 } as const;
/** More than eight use a card much better; fewer than four are hardly worth a server. */
const slotSteps = [16, 12, 8, 4] as const;
/** Of what is free now; the rest is left to the desktop and other programs, which may want more later. */
const freeShare = 0.95;
/** Of a Mac's memory the system lets graphics use about two thirds, three quarters from 36 GB on. */
const macShare = { small: 0.66, large: 0.75, largeFromMiB: 36 * 1024 } as const;
const cpuShare = 0.6;

interface Room {
  readonly backend: PlanBackend;
  readonly device: string;
  readonly memoryMiB?: number;
}

/** Nothing here is measured: the budget is an estimate, and a load that fails is planned again without the card. */
export function planOf(hardware: Hardware, files: PlanFiles, wishes: PlanWishes = {}): EnginePlan {
  const gpu = mainGpu(hardware.nvidia);
  const isOld = gpu !== undefined && isDriverOld(gpu);
  const room = roomOf(hardware, gpu, files.hasLlamaServer);
  const engine =
    files.hasLlamaServer && (room.backend === 'cuda' || room.backend === 'vulkan') ? 'llama-server' : 'embedded';
  const fitting = bestFit(files.catalogue, engine, room, wishes);
  const smallest = candidates(files.catalogue, engine, wishes).at(-1);
  const picked = fitting ?? smallest;
  if (picked === undefined) throw new TypeError('the catalogue offers no model for trade');
  const troubles: PlanTrouble[] = [];
  if (isOld) troubles.push({ trouble: 'driver-too-old', gpu: gpu.name, driver: gpu.driver });
  if (fitting === undefined && room.memoryMiB !== undefined && room.backend !== 'cpu') {
    const facts = { gpu: room.device, freeMiB: room.memoryMiB, neededMiB: picked.budget.totalMiB };
    troubles.push({ trouble: 'memory-too-small', ...facts });
  }
  return {
    ...picked,
    ...{ engine, backend: room.backend, device: room.device, troubles },
    ...(room.memoryMiB !== undefined && { memoryMiB: room.memoryMiB }),
    why: whyOf(hardware, room, engine, picked.slots, picked.imageTokensMax, files),
  };
}

type Candidate = Pick<EnginePlan, 'choice' | 'slots' | 'contextTokens' | 'imageTokensMax' | 'budget'>;

/** The first way that fits. */
function bestFit(
  catalogue: readonly ModelChoice[],
  engine: EnginePlan['engine'],
  { backend, memoryMiB }: Room,
  wishes: PlanWishes,
): Candidate | undefined {
  const all = candidates(catalogue, engine, wishes);
  // A processor needs the smallest model and small pictures; where nothing is known the second one is a fair guess.
  if (backend === 'cpu') return all.findLast(({ budget }) => fits(budget, memoryMiB));
  if (memoryMiB === undefined) return all.find(({ choice }) => choice === forTrade(catalogue)[1]);
  return all.find(({ budget }) => fits(budget, memoryMiB));
}

const fits = (budget: MemoryBudget, memoryMiB: number | undefined) =>
  memoryMiB === undefined || budget.totalMiB <= memoryMiB;

const forTrade = (catalogue: readonly ModelChoice[]) => catalogue.filter(({ isForTrade }) => isForTrade).slice(0, 3);

/** Every way worth trying, best first: for a server a weaker model with many slots comes before a better one with few. */
function candidates(
  catalogue: readonly ModelChoice[],
  engine: EnginePlan['engine'],
  wishes: PlanWishes,
): readonly Candidate[] {
  const full = wishes.imageTokensMax ?? imageTokens.full;
  const sizes = [full, Math.min(full, imageTokens.small)];
  const models = forTrade(catalogue);
  if (engine === 'llama-server') {
    const contextTokens = contextTokensOfSlot['llama-server'];
    const many = models.flatMap((choice) => slotSteps.slice(0, 3).map((slots) => [choice, slots] as const));
    const few = models.flatMap((choice) => slotSteps.slice(3).map((slots) => [choice, slots] as const));
    const served = sizes.map((tokens) => [...many, ...few].map((way) => candidateOf(...way, contextTokens, tokens)));
    return [...served.flat(), ...singles(models, sizes)];
  }
  return singles(models, sizes);
}

/** One slot each: within a family a coarser quantisation costs less than a smaller picture does. */
function singles(models: readonly ModelChoice[], sizes: readonly number[]): readonly Candidate[] {
  const families = [...new Set(models.map(({ repository }) => repository))];
  return families.flatMap((family) =>
    sizes.flatMap((tokens, index) => {
      const contextTokens = index === 0 ? contextTokensOfSlot.embedded : contextTokensOfSlot.small;
      const members = models.filter(({ repository }) => repository === family);
      return members.map((choice) => candidateOf(choice, 1, contextTokens, tokens));
    }),
  );
}

function candidateOf(choice: ModelChoice, slots: number, contextTokens: number, imageTokensMax: number): Candidate {
  const budget = memoryBudget(sizesOf(choice), slots * contextTokens, imageTokensMax);
  return { choice, slots, contextTokens, imageTokensMax, budget };
}

/** Where the model goes, and how much memory it may take there. */
function roomOf(hardware: Hardware, gpu: NvidiaGpu | undefined, hasLlamaServer: boolean): Room {
  const { platform, arch, memoryTotalMiB, others, builds } = hardware;
  const cpu: Room = { backend: 'cpu', device: 'CPU', memoryMiB: Math.round(memoryTotalMiB * cpuShare) };
  if (platform === 'darwin') {
    if (arch !== 'arm64') return cpu;
    const share = memoryTotalMiB >= macShare.largeFromMiB ? macShare.large : macShare.small;
    return { backend: 'metal', device: 'Apple', memoryMiB: Math.round(memoryTotalMiB * share) };
  }
  if (gpu !== undefined) {
    const freeMiB = gpu.memoryFreeMiB ?? gpu.memoryTotalMiB;
    const memory = freeMiB === undefined ? {} : { memoryMiB: Math.round(freeMiB * freeShare) };
    // A new driver is quickly installed: the plan is the one for the time after.
    const isAda = gpu.computeCapability === '8.9' && platform === 'linux' && builds.includes('cuda');
    return { backend: hasLlamaServer || isAda ? 'cuda' : 'vulkan', device: gpu.name, ...memory };
  }
  const other = others.toSorted((one, two) => two.memoryFreeMiB - one.memoryFreeMiB)[0];
  if (other === undefined || !builds.includes('vulkan')) return cpu;
  return { backend: 'vulkan', device: other.name, memoryMiB: Math.round(other.memoryFreeMiB * freeShare) };
}

function whyOf(
  { platform, isWsl, nvidia }: Hardware,
  { backend, device, memoryMiB }: Room,
  engine: EnginePlan['engine'],
  slots: number,
  imageTokensMax: number,
  { hasLlamaServer }: PlanFiles,
): readonly Bilingual[] {
  const isNvidia = nvidia.length > 0;
  const lines: readonly (Bilingual | false)[] = [
    isWsl && isNvidia && reasons.wsl,
    nvidia.length > 1 && reasons.severalCards(device),
    backend === 'cpu' && reasons.cpu,
    backend === 'metal' && reasons.metal,
    backend === 'vulkan' && engine === 'embedded' && platform === 'win32' && isNvidia && reasons.windowsVulkan,
    backend === 'vulkan' && engine === 'embedded' && !(platform === 'win32' && isNvidia) && reasons.vulkan,
    engine === 'llama-server' && slots > 1 && reasons.slots(slots),
    isNvidia && !hasLlamaServer && (memoryMiB ?? 0) > 8 * 1024 && reasons.installServer,
    memoryMiB === undefined && reasons.memoryUnknown,
    imageTokensMax === imageTokens.small && (backend === 'cpu' ? reasons.smallOnCpu : reasons.smallPictures),
  ];
  return lines.filter((line) => line !== false);
}
