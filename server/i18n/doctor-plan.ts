// How doctor tells which model runs best on this machine, in both languages.
import type { EnginePlan } from '../domain/engine-plan.ts';
import type { Hardware } from '../domain/hardware.ts';
import type { Language } from '../domain/language.ts';
import type { PlanBackend } from '../domain/room.ts';

interface PlanWords {
  hardware(hardware: Hardware): string;
  plan(plan: EnginePlan): string;
  budget(plan: EnginePlan): string;
  estimate(rowsPerHour: number): string;
  pull(id: string): string;
  use(id: string): string;
  used(name: string): string;
}

const backends: Readonly<Record<PlanBackend, string>> = { cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal', cpu: 'CPU' };
const gib = (mebibytes: number) => (mebibytes / 1024).toFixed(1);

function cards({ nvidia, others }: Hardware, unknown: string, free: string): readonly string[] {
  const memory = (total: number | undefined, rest: number | undefined) =>
    total === undefined && rest === undefined
      ? unknown
      : `${gib(total ?? rest ?? 0)} GiB${rest === undefined ? '' : `, ${gib(rest)} ${free}`}`;
  return [
    ...nvidia.map((gpu) => `${gpu.name} (${memory(gpu.memoryTotalMiB, gpu.memoryFreeMiB)}, driver ${gpu.driver})`),
    ...others.map((gpu) => `${gpu.name} (${memory(gpu.memoryTotalMiB, gpu.memoryFreeMiB)})`),
  ];
}

const place = ({ engine, backend, device }: EnginePlan) =>
  `${engine === 'embedded' ? '' : 'llama-server, '}${backend === 'cpu' ? 'CPU' : `${backends[backend]}, ${device}`}`;

export const planWords: Readonly<Record<Language, PlanWords>> = {
  'zh-CN': {
    hardware: (hardware) => {
      const list = cards(hardware, '显存未知', '空闲').map((card) => card.replace(', driver ', '，驱动 '));
      return `这台电脑：${list.length > 0 ? list.join('；') : '没有独立显卡'}，${hardware.cores} 线程，内存 ${gib(hardware.memoryTotalMiB)} GiB`;
    },
    plan: (plan) =>
      `最合适的模型：${plan.choice.name}（${place(plan)}），同时 ${plan.slots} 行，图片最多 ${plan.imageTokensMax} 词元`,
    budget: ({ budget, memoryMiB, backend }) =>
      `估计占用${backend === 'cpu' ? '内存' : '显存'} ${gib(budget.totalMiB)} GiB${memoryMiB === undefined ? '' : `，可用 ${gib(memoryMiB)} GiB`}：权重 ${gib(budget.weightsMiB)} + 视觉 ${gib(budget.mmprojMiB)} + 上下文 ${gib(budget.kvMiB)} + 计算 ${gib(budget.computeMiB)} + 驱动 ${gib(budget.runtimeMiB)}`,
    estimate: (rows) => `估计每小时约 ${rows} 行（按显卡参数推算，没有实测）`,
    pull: (id) => `下载并使用：rowscribe model pull ${id}（在国内可加 --mirror https://hf-mirror.com）`,
    use: (id) => `已经下载，启用请运行：rowscribe model use ${id}`,
    used: (name) => `正在使用的就是它：${name}`,
  },
  'en-US': {
    hardware: (hardware) => {
      const list = cards(hardware, 'memory unknown', 'free');
      return `This computer: ${list.length > 0 ? list.join('; ') : 'no graphics card'}, ${hardware.cores} threads, ${gib(hardware.memoryTotalMiB)} GiB of memory`;
    },
    plan: (plan) =>
      `Best here: ${plan.choice.name} (${place(plan)}), ${plan.slots} ${plan.slots === 1 ? 'row' : 'rows'} at once, pictures of at most ${plan.imageTokensMax} tokens`,
    budget: ({ budget, memoryMiB, backend }) =>
      `takes about ${gib(budget.totalMiB)} GiB of ${backend === 'cpu' ? 'memory' : 'graphics memory'}${memoryMiB === undefined ? '' : `; ${gib(memoryMiB)} GiB may be taken`}: weights ${gib(budget.weightsMiB)} + picture part ${gib(budget.mmprojMiB)} + context ${gib(budget.kvMiB)} + working memory ${gib(budget.computeMiB)} + driver ${gib(budget.runtimeMiB)}`,
    estimate: (rows) => `estimated: about ${rows} rows an hour (from the card’s figures, not measured)`,
    pull: (id) => `Download and use it: rowscribe model pull ${id}`,
    use: (id) => `It is here; use it: rowscribe model use ${id}`,
    used: (name) => `It is the one in use: ${name}`,
  },
};
