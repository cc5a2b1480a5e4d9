// From the machine and the model files to one way of loading them: a pure decision.
import { isDriverOld, driverMajorMin, mainGpu, type Build, type MachineFacts } from '../domain/hardware.ts';
import { both, inBoth, inLanguage, type Bilingual, type Detail } from '../domain/language.ts';
import type { PlanTrouble } from '../domain/engine-plan.ts';
import { cpuRoom, roomOf } from '../domain/room.ts';
import { planRun, type LocalEngine, type RunModel, type RunPlan, type RunWishes } from '../domain/run-plan.ts';

export type { Build, MachineFacts } from '../domain/hardware.ts';

export interface ModelFacts extends RunModel {
  readonly name: string;
  readonly layers: number;
  readonly contextTokensMax: number;
  /** Side in pixels of the square that one picture token covers. */
  readonly tokenSidePx: number;
  /** Whether a picture takes as many positions as its longer side has tokens (M-RoPE), not one a token. */
  readonly gridPositions: boolean;
}

export interface LoadWishes extends RunWishes {
  readonly build?: Build | 'auto';
  readonly threads?: number;
}

export interface LoadPlan extends Pick<RunPlan, 'slots' | 'spareSlots' | 'contextTokens' | 'imageTokensMax'> {
  readonly build: Build;
  readonly gpuLayers: number;
  readonly threads: number;
  readonly batchTokens: number;
  readonly microBatchTokens: number;
  readonly flashAttention: 'on' | 'auto';
  readonly imageTokensMin: number;
  readonly tokenSidePx: number;
  readonly gridPositions: boolean;
  /** Why this is less than the machine seems to offer; for a person. */
  readonly note?: Bilingual;
  readonly trouble?: PlanTrouble;
}

const imageTokensMinDefault = 64;
const allLayers = 99;
/** llama-server is built for the card it finds; the builds of the embedded engine say nothing about it. */
const serverBuilds: readonly Build[] = ['default', 'cuda', 'vulkan'];

/** How to load this model on this machine. */
export function planLoad(
  facts: MachineFacts,
  model: ModelFacts,
  wishes: LoadWishes = {},
  engine: LocalEngine = 'embedded',
): LoadPlan {
  const machine = engine === 'embedded' ? facts : { ...facts, builds: serverBuilds };
  const { build, note: buildNote } = chooseBuild(machine, model, wishes);
  const onGpu = build !== 'default' || (isMac(machine) && !model.demoImageTokens);
  const room = onGpu ? roomOf(machine, engine === 'llama-server') : cpuRoom(machine);
  const run = planRun(engine, room, model, wishes);
  const fit: ReturnType<typeof fitLayers> = onGpu ? fitLayers(machine, model, run) : { gpuLayers: 0 };
  const trouble = troubleOf(machine, model, fit.trouble);
  const notes = [buildNote, fit.note].filter((note) => note !== undefined);
  const { slots, spareSlots, contextTokens, imageTokensMax } = run;
  return {
    ...{ build, slots, spareSlots, contextTokens, imageTokensMax },
    gpuLayers: fit.gpuLayers,
    threads: wishes.threads ?? chooseThreads(machine, model, fit.gpuLayers),
    batchTokens: 2048,
    microBatchTokens: onGpu ? 1024 : 512,
    flashAttention: onGpu ? 'on' : 'auto',
    imageTokensMin: Math.min(model.demoImageTokens?.min ?? imageTokensMinDefault, imageTokensMax),
    tokenSidePx: model.tokenSidePx,
    gridPositions: model.gridPositions,
    ...(notes.length === 0 ? {} : { note: joined(notes) }),
    ...(trouble && { trouble }),
  };
}

/** The same plan without the graphics card, for when loading on it failed. */
export function withoutGpu(plan: LoadPlan, machine: MachineFacts, reason: Detail): LoadPlan {
  const { note: _, ...rest } = plan;
  return {
    ...rest,
    build: 'default',
    gpuLayers: 0,
    threads: cpuThreads(machine),
    microBatchTokens: 512,
    flashAttention: 'auto',
    note: both(
      `在显卡上加载失败（${inLanguage(reason, 'zh-CN')}），改用 CPU`,
      `loading on the graphics card failed (${inLanguage(reason, 'en-US')}); the CPU is used`,
    ),
  };
}

function joined(notes: readonly Bilingual[]): Bilingual {
  return inBoth((language) => notes.map((note) => note[language]).join(language === 'zh-CN' ? '；' : '; '));
}

function chooseBuild(
  machine: MachineFacts,
  model: ModelFacts,
  wishes: LoadWishes,
): { readonly build: Build; readonly note?: Bilingual } {
  const wanted = wishes.build ?? 'auto';
  if (wanted !== 'auto') return ifInstalled(machine, wanted);
  // A few megabytes gain nothing from a graphics card and start faster without.
  if (model.demoImageTokens) return { build: 'default' };
  if (machine.platform === 'win32') return ifInstalled(machine, 'vulkan');
  const gpu = mainGpu(machine.nvidia);
  if (machine.platform !== 'linux' || machine.arch !== 'x64' || !gpu) return { build: 'default' };
  if (isDriverOld(gpu)) {
    return {
      build: 'default',
      note: both(
        `NVIDIA 驱动 ${gpu.driver} 低于 ${driverMajorMin}，更新后才能使用 ${gpu.name}`,
        `NVIDIA driver ${gpu.driver} is older than ${driverMajorMin}; please update it to use the ${gpu.name}`,
      ),
    };
  }
  // The Linux CUDA package carries code for Ada (RTX 40) only.
  return ifInstalled(machine, gpu.computeCapability === '8.9' ? 'cuda' : 'vulkan');
}

function ifInstalled(machine: MachineFacts, build: Build): { readonly build: Build; readonly note?: Bilingual } {
  if (machine.builds.includes(build)) return { build };
  return {
    build: 'default',
    note: both(`没有安装 ${build} 版本，改用 CPU`, `the ${build} build is not installed; the CPU is used`),
  };
}

function fitLayers(
  machine: MachineFacts,
  model: ModelFacts,
  run: RunPlan,
): { readonly gpuLayers: number; readonly note?: Bilingual; readonly trouble?: PlanTrouble } {
  const gpu = mainGpu(machine.nvidia);
  // A card that does not tell its memory is tried as it is: when loading fails the CPU is next.
  if (gpu?.memoryFreeMiB === undefined) return { gpuLayers: allLayers };
  const freeMiB = gpu.memoryFreeMiB;
  const { totalMiB: neededMiB, weightsMiB } = run.budget;
  if (run.fits) return { gpuLayers: allLayers };
  const share = Math.max(0, freeMiB - (neededMiB - weightsMiB)) / weightsMiB;
  const gpuLayers = Math.floor(share * model.layers);
  const needGiB = (neededMiB / 1024).toFixed(1);
  const freeGiB = (freeMiB / 1024).toFixed(1);
  return {
    gpuLayers,
    trouble: { trouble: 'memory-too-small', gpu: gpu.name, freeMiB, neededMiB },
    note: both(
      `模型需要 ${needGiB} GiB 显存，空闲 ${freeGiB} GiB：${model.layers} 层中有 ${gpuLayers} 层在 ${gpu.name} 上运行`,
      `the model needs ${needGiB} GiB of graphics memory and ${freeGiB} GiB are free: ${gpuLayers} of ${model.layers} layers run on the ${gpu.name}`,
    ),
  };
}

/** What a person should mend first: a driver that is too old keeps the card from being used at all. */
function troubleOf(
  machine: MachineFacts,
  model: ModelFacts,
  fitting: PlanTrouble | undefined,
): PlanTrouble | undefined {
  const gpu = mainGpu(machine.nvidia);
  if (model.demoImageTokens || !gpu || !isDriverOld(gpu)) return fitting;
  return { trouble: 'driver-too-old', gpu: gpu.name, driver: gpu.driver };
}

function chooseThreads(machine: MachineFacts, model: ModelFacts, gpuLayers: number): number {
  // A few megabytes: two threads mostly wait for each other, and stand still whenever the program takes one of their cores.
  if (model.demoImageTokens) return 1;
  return gpuLayers >= allLayers ? Math.min(4, machine.cores) : cpuThreads(machine);
}

/** Half of the logical cores when there are many: the other halves are hyper-threads, which slow matrix work down. */
export function cpuThreads(machine: Pick<MachineFacts, 'cores'>): number {
  return machine.cores > 4 ? Math.ceil(machine.cores / 2) : machine.cores;
}

function isMac(machine: MachineFacts): boolean {
  return machine.platform === 'darwin' && machine.arch === 'arm64';
}
