// Errors about the model and its engine.
import { inLanguage, type Detail } from '../domain/language.ts';
import { entry, type Path, type PathDetail } from './error-entry.ts';

export const engineErrors = {
  'model-missing': entry<Path>(
    false,
    (f) =>
      `There is no model file ${f.path}. Check the settings model, mmproj and writer; without the first two the demo model is used, without writer no second one.`,
    (f) =>
      `找不到模型文件 ${f.path}。请检查设置 model、mmproj 和 writer；删除前两项则使用演示模型，删除 writer 则不用第二个模型。`,
  ),
  'model-corrupt': entry<PathDetail>(
    false,
    (f) => `${f.path} is not a usable GGUF model (${inLanguage(f.detail, 'en-US')}). Download it again.`,
    (f) => `${f.path} 不是可用的 GGUF 模型（${inLanguage(f.detail, 'zh-CN')}）。请重新下载。`,
  ),
  'engine-load-failed': entry<{ model: string; detail: Detail }>(
    false,
    (f) => `The model ${f.model} could not be loaded (${inLanguage(f.detail, 'en-US')}). Run: rowscribe doctor`,
    (f) => `模型 ${f.model} 无法加载（${inLanguage(f.detail, 'zh-CN')}）。请运行：rowscribe doctor`,
  ),
  'engine-crashed': entry<{ detail: string; killed?: boolean; shared?: boolean }>(
    true,
    (f) => `The model process stopped while it worked on this row (${f.detail}). It was started again.`,
    (f) => `模型进程在处理这一行时意外停止（${f.detail}），已重新启动。`,
  ),
  'engine-gave-up': entry<{ detail: string }>(
    false,
    (f) => `The model process keeps stopping (${f.detail}). Run: rowscribe doctor`,
    (f) => `模型进程反复停止（${f.detail}）。请运行：rowscribe doctor`,
  ),
  'engine-missing': entry<{ path: string }>(
    false,
    (f) =>
      `There is no program llama-server${f.path === '' ? '' : ` at ${f.path}`}. Run: rowscribe engine install, or set engine to embedded.`,
    (f) =>
      `找不到 llama-server 程序${f.path === '' ? '' : `（${f.path}）`}。请运行：rowscribe engine install，或把设置 engine 改为 embedded。`,
  ),
  'engine-tool-missing': entry<{ tool: string }>(
    false,
    (f) => `The program ${f.tool} is needed to build llama-server and is not installed. Install it and try again.`,
    (f) => `编译 llama-server 需要 ${f.tool}，但没有安装。请安装后再试。`,
  ),
  'engine-build-failed': entry<{ tool: string; detail: Detail }>(
    false,
    (f) =>
      `Building llama-server stopped at ${f.tool} (${inLanguage(f.detail, 'en-US')}). The embedded engine goes on working.`,
    (f) => `编译 llama-server 时 ${f.tool} 失败（${inLanguage(f.detail, 'zh-CN')}）。内置引擎仍可使用。`,
  ),
  'engine-no-release': entry<{ platform: string }>(
    false,
    (f) => `There is no ready-made llama-server for ${f.platform}. Build it here: rowscribe engine build`,
    (f) => `没有适合 ${f.platform} 的现成 llama-server。可以在本机编译：rowscribe engine build`,
  ),
  'engine-download-failed': entry<{ url: string; detail: string }>(
    true,
    (f) =>
      `The download of ${f.url} broke off (${f.detail}). The same command goes on from there; another source is named by --mirror.`,
    (f) => `下载 ${f.url} 时中断（${f.detail}）。再次运行同一命令会继续下载；也可用 --mirror 指定镜像。`,
  ),
  'engine-download-damaged': entry<{ name: string; expected: string; actual: string }>(
    true,
    (f) =>
      `The file ${f.name} is not what was published: its SHA-256 is ${f.actual.slice(0, 12)}…, not ${f.expected.slice(0, 12)}…. It was deleted; try again or another mirror.`,
    (f) =>
      `文件 ${f.name} 与发布的不符：SHA-256 是 ${f.actual.slice(0, 12)}…，应为 ${f.expected.slice(0, 12)}…。文件已删除，请重试或换用其他镜像。`,
  ),
  'engine-archive-bad': entry<{ name: string; entry: string }>(
    false,
    (f) => `The archive ${f.name} is not a release of llama-server (${f.entry}). Nothing was installed.`,
    (f) => `压缩包 ${f.name} 不是 llama-server 的发布包（${f.entry}）。没有安装任何内容。`,
  ),
  'engine-unreachable': entry<{ url: string; detail: Detail }>(
    false,
    (f) =>
      `No model server answers at ${f.url} (${inLanguage(f.detail, 'en-US')}). Start it, or correct serverUrl in the settings.`,
    (f) => `${f.url} 上没有可用的模型服务（${inLanguage(f.detail, 'zh-CN')}）。请启动它，或在设置中更正 serverUrl。`,
  ),
  'engine-key-refused': entry<{ url: string }>(
    false,
    (f) => `The model server ${f.url} does not accept the key. Correct serverKey in the settings.`,
    (f) => `模型服务 ${f.url} 不接受这个密钥。请在设置中更正 serverKey。`,
  ),
  'engine-model-unknown': entry<{ url: string; model: string; known: readonly string[] }>(
    false,
    (f) =>
      `The model server ${f.url} cannot use this model: ${f.model}. Set serverModel to one it has${f.known.length === 0 ? '' : `: ${f.known.join(', ')}`}.`,
    (f) =>
      `模型服务 ${f.url} 无法使用这个模型：${f.model}。请把 serverModel 设为它已有的模型${f.known.length === 0 ? '' : `：${f.known.join('、')}`}。`,
  ),
  'engine-address-public': entry<{ host: string }>(
    false,
    (f) =>
      `The address ${f.host} is on the internet. Pictures and copy stay within your own network: set serverUrl to a computer there.`,
    (f) => `${f.host} 是互联网上的地址。图片和文案只留在自己的网络里：请把 serverUrl 设为内网中的电脑。`,
  ),
  'engine-timeout': entry<{ seconds: number }>(
    true,
    (f) => `The model gave no answer within ${f.seconds} s and was stopped.`,
    (f) => `模型在 ${f.seconds} 秒内没有回答，已停止。`,
  ),
  'engine-empty': entry<object>(
    true,
    () => 'The model gave an empty answer.',
    () => '模型没有给出任何内容。',
  ),
  'engine-rejected': entry<{ detail: Detail }>(
    true,
    (f) => `The model could not work on this request (${inLanguage(f.detail, 'en-US')}).`,
    (f) => `模型无法处理这一请求（${inLanguage(f.detail, 'zh-CN')}）。`,
  ),
  'engine-text-only': entry<{ model: string }>(
    false,
    (f) =>
      `The writer ${f.model} works on texts alone and cannot look at pictures. Name a vision model in model and mmproj, and this one in writer only.`,
    (f) => `写作模型 ${f.model} 只处理文字，不能看图片。请在 model 和 mmproj 中填写视觉模型，只把它填在 writer 中。`,
  ),
  'prompt-too-long': entry<{ tokens: number; tokensMax: number }>(
    false,
    (f) =>
      `The instructions, facts and pictures of this row need ${f.tokens} tokens; the model reads ${f.tokensMax}. Shorten the prompt or use fewer pictures.`,
    (f) => `这一行的要求、资料和图片共需 ${f.tokens} 个词元，模型最多 ${f.tokensMax}。请缩短要求或减少图片。`,
  ),
  'row-quarantined': entry<object>(
    false,
    () => 'This row stopped the model process twice and is left out. Try another picture.',
    () => '这一行两次使模型进程停止，已跳过。请换一张图片。',
  ),
  'answer-invalid': entry<{ detail: Detail }>(
    true,
    (f) => `The model's answer could not be used (${inLanguage(f.detail, 'en-US')}).`,
    (f) => `模型的回答无法使用（${inLanguage(f.detail, 'zh-CN')}）。`,
  ),
};
