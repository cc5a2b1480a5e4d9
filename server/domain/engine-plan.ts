// From a machine and the models that can be had to what runs best on it, with the sum of its memory and the reasons.
import { isDriverOld, mainGpu, type Hardware } from './hardware.ts';
import type { Bilingual } from './language.ts';
import { sizesOf, type ModelChoice } from './model-choice.ts';
import { reasons } from './plan-reasons.ts';
import { roomOf, type PlanBackend, type Room } from './room.ts';
import { imageTokens, planRun, type LocalEngine, type RunPlan, type RunWishes } from './run-plan.ts';

export interface PlanFiles {
  /** Best first. */
  readonly catalogue: readonly ModelChoice[];
  /** Whether a llama-server program is here. */
  readonly hasLlamaServer: boolean;
}

export interface PlanWishes extends RunWishes {
  /** The setting; only `embedded` leaves a llama-server unused. */
  readonly engine?: string;
}

/** What stands in the way of a fast run. */
export type PlanTrouble =
  | { readonly trouble: 'driver-too-old'; readonly gpu: string; readonly driver: string }
  | {
      readonly trouble: 'memory-too-small';
      readonly gpu: string;
      readonly freeMiB: number;
      readonly neededMiB: number;
    };

export interface EnginePlan extends RunPlan {
  readonly engine: LocalEngine;
  readonly backend: PlanBackend;
  /** What the model runs on, for people. */
  readonly device: string;
  readonly choice: ModelChoice;
  /** Memory that the model may take; absent when it is not known. */
  readonly memoryMiB?: number;
  readonly why: readonly Bilingual[];
  readonly troubles: readonly PlanTrouble[];
}

/** A server that works on fewer rows at once may as well have a weaker model that lets it work on more. */
const slotsWanted = 6;

/** Nothing here is measured: the budget is an estimate, and a load that fails is planned again with less. */
export function planOf(hardware: Hardware, files: PlanFiles, wishes: PlanWishes = {}): EnginePlan {
  const gpu = mainGpu(hardware.nvidia);
  const isOld = gpu !== undefined && isDriverOld(gpu);
  const hasLlamaServer = files.hasLlamaServer && wishes.engine !== 'embedded';
  const room = roomOf(hardware, hasLlamaServer);
  const engine: LocalEngine = hasLlamaServer ? 'llama-server' : 'embedded';
  const all = candidates(files.catalogue, engine, room, wishes);
  const fitting = bestOf(all, files.catalogue, room, wishes);
  const picked = fitting ?? all.at(-1);
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

interface Candidate extends RunPlan {
  readonly choice: ModelChoice;
}

/** The first way that fits; one with many rows at once goes before one with few, as long as pictures are whole. */
function bestOf(
  all: readonly Candidate[],
  catalogue: readonly ModelChoice[],
  { backend, memoryMiB }: Room,
  wishes: PlanWishes,
): Candidate | undefined {
  // A processor needs the smallest model and small pictures; where nothing is known the second one is a fair guess.
  if (backend === 'cpu') return all.findLast(({ fits }) => fits);
  if (memoryMiB === undefined) return all.find(({ choice }) => choice === forTrade(catalogue)[1]);
  const [wanted, whole] = [wishes.slots || slotsWanted, wishes.imageTokensMax || imageTokens.full];
  const many = all.find(({ fits, slots, imageTokensMax }) => fits && slots >= wanted && imageTokensMax === whole);
  return many ?? all.find(({ fits }) => fits);
}

const forTrade = (catalogue: readonly ModelChoice[]) => catalogue.filter(({ isForTrade }) => isForTrade).slice(0, 3);

/** Every way worth trying, best first: within a family a coarser quantisation costs less than a smaller picture does. */
function candidates(
  catalogue: readonly ModelChoice[],
  engine: LocalEngine,
  room: Room,
  wishes: PlanWishes,
): readonly Candidate[] {
  const full = wishes.imageTokensMax || imageTokens.full;
  const sizes = [full, Math.min(full, imageTokens.small)];
  const models = forTrade(catalogue);
  const families = [...new Set(models.map(({ repository }) => repository))];
  return families.flatMap((family) =>
    sizes.flatMap((imageTokensMax) => {
      const members = models.filter(({ repository }) => repository === family);
      return members.map((choice) => {
        const run = planRun(engine, room, sizesOf(choice), { ...wishes, imageTokensMax });
        return { choice, ...run };
      });
    }),
  );
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
