// Errors about model files: finding, downloading and checking them, and whether the machine can run them.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry } from './error-entry.ts';

type Download = { file: string; host: string };

export const modelErrors = {
  'model-unknown': entry<{ name: string; known: readonly string[] }>(
    false,
    (f) => `There is no model called “${f.name}”. Choose one of: ${f.known.join(', ')}. See: rowscribe model list`,
    (f) => `没有名为“${f.name}”的模型。可选：${f.known.join('、')}。请看：rowscribe model list`,
  ),
  'model-mismatch': entry<{ model: string; mmproj: string; detail: Detail }>(
    false,
    (f) =>
      `${f.model} and ${f.mmproj} do not belong together (${inLanguage(f.detail, 'en-US')}). Take both from one model: rowscribe model list`,
    (f) =>
      `${f.model} 和 ${f.mmproj} 不是一套（${inLanguage(f.detail, 'zh-CN')}）。请使用同一个模型的两个文件：rowscribe model list`,
  ),
  'download-unreachable': entry<Download & { detail: string }>(
    true,
    (f) =>
      `The site ${f.host} cannot be reached (${f.detail}). Check the network, or name a mirror: rowscribe model pull … --mirror https://hf-mirror.com`,
    (f) =>
      `无法连接 ${f.host}（${f.detail}）。请检查网络，或换用镜像：rowscribe model pull … --mirror https://hf-mirror.com`,
  ),
  'download-missing': entry<Download>(
    false,
    (f) => `The site ${f.host} has no file ${f.file}. Check the address, or choose another model: rowscribe model list`,
    (f) => `${f.host} 上没有文件 ${f.file}。请检查地址，或选择其他模型：rowscribe model list`,
  ),
  'download-refused': entry<Download & { status: number }>(
    false,
    (f) =>
      `The site ${f.host} refuses to give out ${f.file} (HTTP ${f.status}). Try later or another mirror; files fetched by a browser are taken in by: rowscribe model import`,
    (f) =>
      `${f.host} 拒绝提供 ${f.file}（HTTP ${f.status}）。请稍后再试或换用其他镜像；也可用浏览器下载后运行：rowscribe model import`,
  ),
  'download-failed': entry<Download & { detail: string }>(
    true,
    (f) => `The download of ${f.file} from ${f.host} broke off (${f.detail}). The same command goes on from there.`,
    (f) => `从 ${f.host} 下载 ${f.file} 时中断（${f.detail}）。再次运行同一命令会从这里继续。`,
  ),
  'download-damaged': entry<{ path: string; expected: string; actual: string }>(
    true,
    (f) =>
      `${f.path} is damaged: its SHA-256 is ${f.actual.slice(0, 12)}…, not ${f.expected.slice(0, 12)}…. Get it again: rowscribe model pull`,
    (f) =>
      `${f.path} 已损坏：SHA-256 是 ${f.actual.slice(0, 12)}…，应为 ${f.expected.slice(0, 12)}…。请重新下载：rowscribe model pull`,
  ),
  'driver-too-old': entry<{ gpu: string; driver: string }>(
    false,
    (f) =>
      `The driver of the ${f.gpu} is ${f.driver}; 535 or newer is needed. Install the newest one from nvidia.com/drivers, start the computer anew, then run: rowscribe doctor`,
    (f) =>
      `${f.gpu} 的驱动版本是 ${f.driver}，需要 535 或更新版本。请从 nvidia.cn/drivers 安装最新驱动，重启电脑，再运行：rowscribe doctor`,
  ),
  'memory-too-small': entry<{ gpu: string; freeGiB: string; neededGiB: string }>(
    false,
    (f) =>
      `The model needs ${f.neededGiB} GiB of graphics memory; the ${f.gpu} has ${f.freeGiB} GiB free, so it works slowly. Close programs that use the card, choose small pictures (imageTokensMax: 576), or take a smaller model: rowscribe model list`,
    (f) =>
      `模型需要 ${f.neededGiB} GiB 显存，${f.gpu} 只剩 ${f.freeGiB} GiB，因此会很慢。请关闭占用显卡的程序，改用小图（imageTokensMax: 576），或换一个更小的模型：rowscribe model list`,
  ),
  'disk-space': entry<{ path: string; neededGB: string; freeGB: string }>(
    true,
    (f) =>
      `Not enough room: ${f.neededGB} GB are needed in ${f.path}, ${f.freeGB} GB are free. Make room, or set modelsFolder to another disk.`,
    (f) => `${f.path} 需要 ${f.neededGB} GB，只剩 ${f.freeGB} GB。请腾出空间，或把 modelsFolder 设到其他磁盘。`,
  ),
};
