// Every setting once: name, unit, default, bounds, what it is for. All faults are reported together.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import envPaths from 'env-paths';
import { parse as parseYaml } from 'yaml';
import { both, type Bilingual } from './domain/language.ts';
import { RowscribeError } from './errors.ts';
import { changeSettings } from './settings-file.ts';
import { readValue, type Definition } from './settings-values.ts';

const integer = (value: number, min: number, max: number, about: Bilingual) =>
  ({ kind: 'integer', default: value, min, max, about }) as const;

const dataHome = envPaths('rowscribe', { suffix: '' });

export const definitions = {
  language: {
    kind: 'choice',
    choices: ['auto', 'zh-CN', 'en-US'],
    default: 'auto',
    about: both('界面语言；auto 跟随系统', 'Language of messages; auto follows the system'),
  },
  model: {
    kind: 'file',
    default: '',
    about: both('视觉语言模型（GGUF）；留空使用演示模型', 'Vision language model (GGUF); empty uses the demo model'),
  },
  mmproj: {
    kind: 'file',
    default: '',
    about: both('模型的视觉部分（mmproj GGUF）', 'The model’s vision part (mmproj GGUF)'),
  },
  writer: {
    kind: 'file',
    default: '',
    about: both(
      '另一个只写文字的模型（GGUF），根据描述撰写标题和首段；留空则由视觉模型写',
      'Another model (GGUF) that writes titles and leads from the description; empty lets the vision model write',
    ),
  },
  engine: {
    kind: 'choice',
    choices: ['auto', 'embedded', 'llama-server', 'openai'],
    default: 'auto',
    about: both(
      '推理引擎；auto：设置了 serverUrl 就用它，否则（演示模型除外）有 llama-server 就用它，否则用内置引擎',
      'the engine; auto: the server of serverUrl when set, else llama-server when there is one (not for the demo model), else the embedded one',
    ),
  },
  llamaServer: {
    kind: 'file',
    default: '',
    about: both(
      'llama-server 程序；留空则在 PATH 和 rowscribe engine 安装的位置寻找',
      'the program llama-server; empty looks in PATH and where rowscribe engine put it',
    ),
  },
  slots: integer(
    0,
    0,
    512,
    both(
      '同时处理多少行（serverUrl 有多个时为每个服务）；0 为自动',
      'Rows looked at at once, on each server of serverUrl; 0 chooses by itself',
    ),
  ),
  serverUrl: {
    kind: 'urls',
    default: [],
    about: both(
      '内网中的模型服务（vLLM、SGLang、Ollama、LM Studio、llama-server），可以是同一模型的多个地址；图片和文案会发送到那里',
      'A model server in the own network (vLLM, SGLang, Ollama, LM Studio, llama-server), or a list of several with the same model; pictures and copy are sent there',
    ),
  },
  serverKey: { kind: 'text', default: '', about: both('模型服务的密钥', 'Key of the model server') },
  serverModel: {
    kind: 'text',
    default: '',
    about: both('模型服务上的模型名；留空自动选择', 'Name of the model on the server; empty chooses by itself'),
  },
  modelsFolder: {
    kind: 'folder',
    default: path.join(dataHome.data, 'models'),
    about: both('下载和导入的模型所在文件夹', 'Folder of the models that were downloaded or taken in'),
  },
  modelMirror: {
    kind: 'url',
    default: '',
    about: both(
      '下载模型的镜像站，例如 https://hf-mirror.com；留空为 huggingface.co',
      'Mirror that models are downloaded from, such as https://hf-mirror.com; empty is huggingface.co',
    ),
  },
  imageTokensMax: integer(
    1369,
    64,
    4096,
    both('每张图片的词元上限；1369 即 1024×1024', 'Tokens a picture may take; 1369 is 1024×1024'),
  ),
  contextTokens: integer(0, 0, 131_072, both('上下文词元数；0 为自动', 'Context tokens; 0 chooses by itself')),
  threads: integer(0, 0, 256, both('CPU 线程数；0 为自动', 'CPU threads; 0 chooses by itself')),
  seed: integer(7, 0, 2_147_483_647, both('随机种子', 'Random seed')),
  loadTimeoutS: integer(600, 5, 7200, both('加载模型的时限（秒）', 'Time limit for loading the model, seconds')),
  requestTimeoutS: integer(180, 5, 3600, both('处理一行的时限（秒）', 'Time limit for one answer, seconds')),
  pictureRoots: {
    kind: 'folders',
    default: [],
    about: both('除工作簿所在文件夹外，允许读取图片的文件夹', 'Folders with pictures besides the workbook’s own'),
  },
  picturesPerRowMax: integer(4, 1, 16, both('每行最多图片数', 'Pictures looked at per row')),
  pictureMegabytesMax: integer(20, 1, 200, both('图片文件上限（MB）', 'Largest picture file, MB')),
  pictureMegapixelsMax: integer(50, 1, 500, both('图片像素上限（百万）', 'Largest picture, megapixels')),
  workbookMegabytesMax: integer(2048, 16, 8192, both('工作簿解压后的上限（MB）', 'Largest workbook when unpacked, MB')),
  deliverRowsMax: integer(20, 1, 1000, both('攒够多少行就保存一次', 'Finished rows after which the workbook is saved')),
  deliverAfterS: integer(10, 1, 3600, both('最多等待多少秒就保存一次', 'Seconds after which finished rows are saved')),
  failAlikeRowsMax: integer(3, 1, 100, both('开头多少行同样失败就停止', 'First rows failing alike that stop a run')),
  recipesFolder: {
    kind: 'folder',
    default: '',
    about: both('团队自己的配方文件夹', 'Folder with the team’s own recipes'),
  },
  complianceFolder: {
    kind: 'folder',
    default: '',
    about: both('团队自己的合规词表和白名单文件夹', 'Folder with the team’s own compliance lists'),
  },
  presetsFolder: {
    kind: 'folder',
    default: '',
    about: both(
      '团队自己的预设问题（presets.yaml）所在文件夹',
      'Folder with the team’s own ready-made questions, presets.yaml',
    ),
  },
  chatsKeptMax: integer(500, 1, 100_000, both('保留的对话数', 'Chats that are kept')),
  chatAnswerTokensMax: integer(600, 16, 8192, both('对话中每个回答的词元上限', 'Tokens of one answer in a chat')),
  secondReader: {
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    about: both('让模型再读一遍，提示隐含的违规说法', 'let the model read the copy again and warn of implied claims'),
  },
  dataFolder: {
    kind: 'folder',
    default: dataHome.data,
    about: both('运行日志库和备份所在文件夹', 'Folder of the journal and the backups'),
  },
  backupsPerWorkbookMax: integer(14, 1, 1000, both('每个工作簿保留的备份数', 'Backups kept of each workbook')),
  watchFolders: {
    kind: 'folders',
    default: [],
    about: both('watch 命令监视的文件夹', 'Folders that the command watch looks after'),
  },
  watchPolling: {
    kind: 'choice',
    choices: ['auto', 'on', 'off'],
    default: 'auto',
    about: both(
      '网络盘上的改动要靠轮询才能看到；auto 自动识别，映射的网络盘请设为 on',
      'changes on network drives are seen by polling only; auto finds out, set it to on for mapped drives',
    ),
  },
  certificateFolder: {
    kind: 'folder',
    default: path.join(dataHome.data, 'certificate'),
    about: both('本机页面证书所在文件夹', 'Folder of the local page’s certificate'),
  },
  port: integer(8417, 1024, 65_535, both('本机服务端口', 'Port of the local server')),
} as const satisfies Readonly<Record<string, Definition>>;

type Definitions = typeof definitions;
type ValueOf<D extends Definition> = D['kind'] extends 'integer'
  ? number
  : D['kind'] extends 'folders' | 'urls'
    ? readonly string[]
    : D extends { readonly choices: readonly (infer C)[] }
      ? C
      : string;

export type Settings = { readonly [N in keyof Definitions]: ValueOf<Definitions[N]> };

/** The file that settings are read from: `ROWSCRIBE_SETTINGS`, else settings.yaml in the user's configuration folder. */
export function settingsPath(environment: NodeJS.ProcessEnv): string {
  return path.resolve(environment['ROWSCRIBE_SETTINGS'] ?? path.join(dataHome.config, 'settings.yaml'));
}

/**
 * Defaults, then the file, then `ROWSCRIBE_*` variables (`imageTokensMax` is `ROWSCRIBE_IMAGE_TOKENS_MAX`; folders are
 * separated as in PATH, addresses by commas). Relative paths are taken from the file's folder, or the working folder for variables.
 * Throws `settings-invalid` with every fault.
 */
export function loadSettings(environment: NodeJS.ProcessEnv): Settings {
  const file = settingsPath(environment);
  const faults: Bilingual[] = [];
  const fromFile = readSettingsFile(file, faults);
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries<Definition>(definitions)) {
    const variable = environment[variableName(name)];
    const raw = variable ?? fromFile[name];
    const base = variable === undefined ? path.dirname(file) : process.cwd();
    const said = variable === undefined ? name : variableName(name);
    values[name] = raw === undefined ? definition.default : readValue(said, definition, raw, base, faults);
  }
  for (const name of Object.keys(fromFile)) {
    if (!Object.hasOwn(definitions, name)) faults.push(both(`没有名为“${name}”的设置`, `unknown setting “${name}”`));
  }
  if ((values['model'] === '') !== (values['mmproj'] === ''))
    faults.push(both('model 和 mmproj 必须同时设置', 'model and mmproj belong together: set both'));
  if (values['engine'] === 'openai' && (values['serverUrl'] as readonly string[]).length === 0)
    faults.push(both('engine 为 openai 时必须设置 serverUrl', 'the engine openai needs serverUrl'));
  if (faults.length > 0) throw new RowscribeError('settings-invalid', { path: file, faults });
  return values as Settings;
}

/** Puts changed settings into the person's file; see `changeSettings`. */
export function saveSettings(environment: NodeJS.ProcessEnv, changes: Partial<Settings>): void {
  changeSettings(settingsPath(environment), changes);
}

/** Whether the model runs in a server that somebody else started. */
export function usesServer({ engine, serverUrl }: Pick<Settings, 'engine' | 'serverUrl'>): boolean {
  return engine === 'openai' || (engine === 'auto' && serverUrl.length > 0);
}

/** `imageTokensMax` → `ROWSCRIBE_IMAGE_TOKENS_MAX`. */
export function variableName(name: string): string {
  return `ROWSCRIBE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readSettingsFile(file: string, faults: Bilingual[]): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = parseYaml(readFileSync(file, 'utf8'));
    if (value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    faults.push(
      both('每行应写成“imageTokensMax: 1024”的形式', 'the file must hold lines such as “imageTokensMax: 1024”'),
    );
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    faults.push(both(detail, detail));
  }
  return {};
}
