// Why a plan is what it is, in words for a person.
import { both, type Bilingual } from './language.ts';

export const reasons = {
  wsl: both(
    'WSL2：显卡驱动装在 Windows 里，WSL 内不要再装驱动',
    'WSL2: the driver is the one of Windows; install none inside WSL',
  ),
  severalCards: (device: string): Bilingual =>
    both(
      `有多张显卡：按剩余显存最多的 ${device} 计划；可为另一张卡再运行一个模型服务`,
      `several cards: the plan is for ${device}, which has the most free memory; another may run a model server of its own`,
    ),
  cpu: both(
    '没有可用的显卡：用 CPU 一行要几分钟；也可以在设置 serverUrl 中填写内网里有显卡的电脑',
    'no graphics card that can be used: a row takes minutes on the CPU; serverUrl in the settings may name a computer with a card in your network',
  ),
  metal: both('Apple 芯片：用 Metal，显存与内存共用', 'Apple silicon: Metal, whose memory is shared with the system'),
  windowsVulkan: both(
    'Windows：内置引擎的 CUDA 版本只支持 RTX 50，因此用 Vulkan；装上 llama-server（CUDA 版）会更快更稳',
    'Windows: the embedded engine’s CUDA build is for RTX 50 only, so Vulkan is used; llama-server (CUDA) is faster and steadier',
  ),
  vulkan: both('用 Vulkan 在这张显卡上运行', 'Vulkan runs it on this card'),
  slots: (slots: number): Bilingual =>
    both(
      `同时处理 ${slots} 行：显卡成批计算更划算`,
      `${slots} rows at once: a card computes several for little more than one`,
    ),
  installServer: both(
    '装上 llama-server 后可以同时处理多行：rowscribe engine install',
    'llama-server works on several rows at once: rowscribe engine install',
  ),
  memoryUnknown: both(
    '驱动没有说明显存大小：请按模型列表中的“适用”一栏选择（rowscribe model list）',
    'the driver does not tell how much memory there is: choose by the list’s column “For” (rowscribe model list)',
  ),
  smallOnCpu: both(
    '小图快得多：图片按 672×672 看，请在设置中写 imageTokensMax: 576',
    'small pictures take far less time: 672×672; set imageTokensMax: 576',
  ),
  smallPictures: both(
    '显存不多：图片按 672×672 看，请在设置中写 imageTokensMax: 576',
    'little memory: pictures are looked at in 672×672; set imageTokensMax: 576',
  ),
};
