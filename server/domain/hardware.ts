// What a machine has to run a model on.

export interface NvidiaGpu {
  readonly name: string;
  /** E.g. "8.9" for an RTX 4090. */
  readonly computeCapability: string;
  readonly driver: string;
  /** Absent where the driver does not tell. */
  readonly memoryTotalMiB?: number;
  readonly memoryFreeMiB?: number;
}

/** A card of another maker, or the graphics part of a processor. */
export interface OtherGpu {
  readonly name: string;
  readonly memoryTotalMiB: number;
  readonly memoryFreeMiB: number;
}

/** A build of the native runtime; `default` is CPU, and Metal on a Mac. */
export type Build = 'default' | 'cuda' | 'vulkan';

export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly cores: number;
  readonly memoryTotalMiB?: number;
  readonly nvidia: readonly NvidiaGpu[];
  /** Builds whose package is installed. */
  readonly builds: readonly Build[];
}

export interface Hardware extends MachineFacts {
  readonly isWsl: boolean;
  readonly memoryTotalMiB: number;
  /** Empty where there is an NVIDIA card, or where nothing could be found out. */
  readonly others: readonly OtherGpu[];
}

/** The oldest NVIDIA driver that a CUDA build is used with. */
export const driverMajorMin = 535;

export function isDriverOld(gpu: NvidiaGpu): boolean {
  return Number.parseInt(gpu.driver, 10) < driverMajorMin;
}

/** The card with the most free memory; of equals the first. */
export function mainGpu(nvidia: readonly NvidiaGpu[]): NvidiaGpu | undefined {
  return nvidia.toSorted((one, other) => (other.memoryFreeMiB ?? 0) - (one.memoryFreeMiB ?? 0))[0];
}
