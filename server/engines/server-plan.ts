// From the machine and the model files to one way of running llama-server, and to weaker ones when it fails: pure.
import { both, inLanguage, type Bilingual, type Detail } from '../domain/language.ts';
import { planLoad, type LoadPlan, type LoadWishes, type MachineFacts, type ModelFacts } from './plan.ts';

export interface ServerPlan extends Omit<LoadPlan, 'build' | 'flashAttention' | 'trouble'> {
  /** Absolute path of the language model; a smaller one when the first did not fit. */
  readonly model: string;
  /** Whether pictures are encoded on the graphics card. */
  readonly pictureOnGpu: boolean;
  /** Main memory for prompts of earlier rows, so that a regeneration does not look again. */
  readonly promptCacheMiB: number;
}

const promptCacheMiB = { demo: 256, real: 8192 } as const;
const allLayers = 99;

/** How llama-server runs this model here: on a graphics card as many rows at once as its free memory has room for. */
export function planServer(machine: MachineFacts, model: ModelFacts, path: string, wishes: LoadWishes): ServerPlan {
  const { build: _, flashAttention: __, trouble: ___, ...load } = planLoad(machine, model, wishes, 'llama-server');
  const isDemo = model.demoImageTokens !== undefined;
  return {
    ...load,
    model: path,
    pictureOnGpu: load.gpuLayers > 0,
    promptCacheMiB: promptCacheMiB[isDemo ? 'demo' : 'real'],
  };
}

/** Weaker ways in the order in which they cost least: fewer slots, none to spare, a smaller model, pictures on the CPU, all on the CPU. */
export function weakerPlan(plan: ServerPlan, reason: Detail, smallerModel: string | undefined): ServerPlan | undefined {
  if (plan.gpuLayers === 0) return undefined;
  if (plan.slots > 1) {
    const slots = Math.floor(plan.slots / 2);
    return { ...plan, slots, note: because(reason, `同时处理 ${slots} 行`, `${slots} rows are looked at at once`) };
  }
  if (plan.spareSlots > 0)
    return { ...plan, spareSlots: 0, note: because(reason, '一次只处理一个请求', 'one request is answered at a time') };
  if (smallerModel !== undefined && plan.model !== smallerModel)
    return {
      ...plan,
      model: smallerModel,
      note: because(reason, '改用较小的模型文件', 'a smaller model file is used'),
    };
  return plan.pictureOnGpu ? picturesOnCpu(plan, reason) : withoutCard(plan, reason);
}

/** The same with pictures encoded by the CPU: what helps when a driver draws nonsense. Undefined when they are already. */
export function picturesOnCpu(plan: ServerPlan, reason: Detail): ServerPlan | undefined {
  if (!plan.pictureOnGpu) return undefined;
  const note = because(reason, '图片改由 CPU 编码', 'pictures are encoded by the CPU');
  return { ...plan, pictureOnGpu: false, note };
}

function withoutCard(plan: ServerPlan, reason: Detail): ServerPlan {
  return { ...plan, gpuLayers: 0, microBatchTokens: 512, note: because(reason, '改用 CPU', 'the CPU is used') };
}

/** The name of the usual small file of the same model, when this is a larger one. */
export function smallerQuantOf(path: string): string | undefined {
  const smaller = path.replace(/(?:BF16|F16|Q8_0|Q6_K|Q5_K_[MS])(?=[^/\\]*\.gguf$)/i, 'Q4_K_M');
  return smaller === path ? undefined : smaller;
}

function because(reason: Detail, zh: string, en: string): Bilingual {
  return both(
    `按原计划启动失败（${inLanguage(reason, 'zh-CN')}），${zh}`,
    `starting as planned failed (${inLanguage(reason, 'en-US')}); ${en}`,
  );
}

/** What one start has of its own. */
export interface Launch {
  readonly mmproj: string;
  readonly port: number;
  /** What it calls its model: a name by which we know it again. */
  readonly alias: string;
  readonly timeoutMs: number;
}

/** The command line of a plan. The key goes through the environment, where other users cannot read it. */
export function serverArguments(plan: ServerPlan, { mmproj, port, alias, timeoutMs }: Launch): readonly string[] {
  const slots = plan.slots + plan.spareSlots;
  const numbers: readonly (readonly [string, number])[] = [
    ['-np', slots],
    ['-c', slots * plan.contextTokens],
    ['-b', plan.batchTokens],
    ['-ub', plan.microBatchTokens],
    ['-t', plan.threads],
    ['-ngl', Math.min(plan.gpuLayers, allLayers)],
    ['--image-min-tokens', plan.imageTokensMin],
    ['--image-max-tokens', plan.imageTokensMax],
    ['--cache-ram', plan.promptCacheMiB],
    ['-to', Math.ceil(timeoutMs / 1000)],
    ['--port', port],
  ];
  return [
    ...['-m', plan.model, '--mmproj', mmproj, '--alias', alias, '--host', '127.0.0.1', '--no-webui', '--offline'],
    ...numbers.flatMap(([name, value]) => [name, String(value)]),
    ...(plan.pictureOnGpu ? [] : ['--no-mmproj-offload']),
  ];
}
