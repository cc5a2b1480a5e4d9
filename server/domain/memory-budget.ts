// How much graphics memory a model takes, part by part, in MiB.
import type { ModelSizes } from './model-choice.ts';

export interface MemoryBudget {
  readonly weightsMiB: number;
  readonly mmprojMiB: number;
  /** Keys and values of all slots. */
  readonly kvMiB: number;
  /** Working memory of the language part and of looking at one picture. */
  readonly computeMiB: number;
  /** What the driver and the runtime take for themselves. */
  readonly runtimeMiB: number;
  readonly totalMiB: number;
}

const mebibyte = 1 << 20;
const languageComputeMiB = 768;
const visionComputeMiB = 320;
const runtimeMiB = 512;
/** Patches that one picture token is merged from, and bytes of a mask entry: once in F32, once in F16. */
const [patchesPerToken, maskBytes] = [4, 6];

/**
 * An estimate, high rather than low. `contextTokens` is the sum over all slots. Looking at a picture needs a mask of patches ×
 * patches, because llama.cpp computes window attention as full attention.
 */
export function memoryBudget(model: ModelSizes, contextTokens: number, imageTokensMax: number): MemoryBudget {
  const maskMiB = ((imageTokensMax * patchesPerToken) ** 2 * maskBytes) / mebibyte;
  const parts = {
    weightsMiB: Math.round(model.modelBytes / mebibyte),
    mmprojMiB: Math.round(model.mmprojBytes / mebibyte),
    kvMiB: Math.round((model.kvBytesPerToken * contextTokens) / mebibyte),
    computeMiB: Math.round(languageComputeMiB + visionComputeMiB + maskMiB),
    runtimeMiB,
  };
  return { ...parts, totalMiB: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}
