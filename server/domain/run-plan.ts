// How one model runs in one place: rows at once, context, size of pictures, memory. The engines start by it, doctor explains it.
import { memoryBudget, type MemoryBudget } from './memory-budget.ts';
import type { ModelSizes } from './model-choice.ts';
import type { PlanBackend, Room } from './room.ts';

/** The programs that run a model on this machine. */
export type LocalEngine = 'embedded' | 'llama-server';

/** What a person set; 0 or absent: chosen here. */
export interface RunWishes {
  readonly slots?: number;
  readonly contextTokens?: number;
  readonly imageTokensMax?: number;
}

export interface RunModel extends ModelSizes {
  /** What the model was trained on; absent when it is not known yet. */
  readonly contextTokensMax?: number;
  /** Present in the demo model only: the picture sizes it was trained on. */
  readonly demoImageTokens?: { readonly min: number; readonly max: number };
}

export interface RunPlan {
  /** Rows worked on at once. */
  readonly slots: number;
  /** One more for a person who waits, where there is room for it. */
  readonly spareSlots: 0 | 1;
  /** Of one slot. */
  readonly contextTokens: number;
  readonly imageTokensMax: number;
  readonly budget: MemoryBudget;
  /** Whether the memory suffices; true where it is not known. */
  readonly fits: boolean;
}

/** Picture tokens: 1369 is 37 × 37, a picture of 1036 × 1036 pixels; 576 is 672 × 672. */
export const imageTokens = { full: 1369, small: 576 } as const;
/** From about 12 slots on a card computes at full use; Apple's chips are there sooner, a processor at once. */
const slotsMax: Readonly<Record<PlanBackend, number>> = { cuda: 16, vulkan: 16, metal: 4, cpu: 1 };
/** The demo model is small enough to answer several rows on a few cores. */
const demoSlots = 4;
/** Where a card does not tell its memory. Loading is tried, and tried again with less. */
const slotsUnknown = 4;
/** A row has up to four pictures as a rule; the rest is for instructions and the answer. */
const [picturesOfRow, textTokens, contextStep] = [4, 1792, 1024];
/** More room for conversations, where it costs no row. */
const contextTokensRoomy = 8192;

/** The way with the most rows at once that fits; of equals the one with the largest context. */
export function planRun(engine: LocalEngine, room: Room, model: RunModel, wishes: RunWishes = {}): RunPlan {
  const imageTokensMax = model.demoImageTokens?.max ?? (wishes.imageTokensMax || imageTokens.full);
  const ways = contextsOf(model, imageTokensMax, wishes).map((contextTokens): RunPlan => {
    const budgetOf = (slots: number) => memoryBudget(model, slots * contextTokens, imageTokensMax);
    const fits = (slots: number) => room.memoryMiB === undefined || budgetOf(slots).totalMiB <= room.memoryMiB;
    const { slots, spareSlots } = slotsOf(engine, room, model, fits, wishes);
    const all = slots + spareSlots;
    return { slots, spareSlots, contextTokens, imageTokensMax, budget: budgetOf(all), fits: fits(all) };
  });
  const [best] = ways.toSorted(
    (one, two) => Number(two.fits) - Number(one.fits) || two.slots - one.slots || two.spareSlots - one.spareSlots,
  );
  if (best === undefined) throw new TypeError('there is always a context to try');
  return best;
}

/** Contexts worth trying, the largest first. */
function contextsOf(model: RunModel, imageTokensMax: number, wishes: RunWishes): readonly number[] {
  const most = model.contextTokensMax ?? Infinity;
  if (wishes.contextTokens) return [Math.min(wishes.contextTokens, most)];
  if (model.demoImageTokens !== undefined && most !== Infinity) return [most];
  const needed = Math.ceil((picturesOfRow * imageTokensMax + textTokens) / contextStep) * contextStep;
  return [Math.max(needed, contextTokensRoomy), needed].map((tokens) => Math.min(tokens, most));
}

function slotsOf(
  engine: LocalEngine,
  room: Room,
  model: RunModel,
  fits: (slots: number) => boolean,
  wishes: RunWishes,
): Pick<RunPlan, 'slots' | 'spareSlots'> {
  if (engine === 'embedded') return { slots: 1, spareSlots: 0 };
  if (wishes.slots) return { slots: wishes.slots, spareSlots: 1 };
  if (model.demoImageTokens !== undefined) return { slots: demoSlots, spareSlots: 1 };
  if (room.memoryMiB === undefined && room.backend !== 'cpu') return { slots: slotsUnknown, spareSlots: 1 };
  for (let slots = slotsMax[room.backend]; slots > 0; slots--) if (fits(slots + 1)) return { slots, spareSlots: 1 };
  return { slots: 1, spareSlots: 0 };
}
