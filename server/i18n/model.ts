// What `rowscribe model` says, in both languages.
import type { Language } from '../domain/language.ts';
import type { ChecksumOrigin, FetchStep } from '../ports/models.ts';

interface ModelWords {
  readonly steps: Readonly<Record<FetchStep, string>>;
  readonly origins: Readonly<Record<ChecksumOrigin, string>>;
  readonly states: {
    readonly used: string;
    readonly here: string;
    readonly unfinished: string;
    readonly absent: string;
  };
  readonly headers: readonly [id: string, name: string, size: string, licence: string, about: string, state: string];
  readonly about: string;
  readonly noTrade: string;
  readonly demoUsed: string;
  readonly partStays: string;
  readonly needsBoth: string;
  folder(path: string): string;
  howToPull(id: string): string;
  own(name: string, state: string): string;
  progress(step: string, file: string, percent: number, megabytesPerSecond: number | undefined, left: string): string;
  whole(file: string, sha256: string, origin: string): string;
  nowUsed(name: string, settings: string): string;
  ready(command: string): string;
  variableWins(name: string): string;
}

export const modelWords: Readonly<Record<Language, ModelWords>> = {
  'zh-CN': {
    steps: { download: '下载', verify: '校验', copy: '复制' },
    origins: {
      known: '与随附的校验和一致',
      hub: '与下载站给出的校验和一致',
      name: '与文件名中的校验和一致',
      recorded: '首次读取时记录的校验和',
      unknown: '没有可对照的校验和，只检查了格式',
    },
    states: { used: '正在使用', here: '已下载', unfinished: '未下完', absent: '' },
    headers: ['名称', '模型', '大小', '许可', '适用', '状态'],
    about: '约 ',
    noTrade: '注意：这个模型的许可仅限研究，不能用于商业文案。',
    demoUsed: '正在使用随附的演示模型。',
    partStays: '已下载的部分保留着；再次运行同一命令会接着下载。',
    needsBoth: '已导入，但还缺一半：视觉模型需要模型和 mmproj 两个文件，请一起导入。',
    folder: (path) => `模型文件夹：${path}`,
    howToPull: (id) => `下载并使用：rowscribe model pull ${id}（在国内可加 --mirror https://hf-mirror.com）`,
    own: (name, state) => `其他：${name}${state === '' ? '' : `（${state}）`}`,
    progress: (step, file, percent, speed, left) =>
      `${step} ${file}：${percent}%${speed === undefined ? '' : `，${speed.toFixed(1)} MB/秒`}${left === '' ? '' : `，剩余约 ${left}`}`,
    whole: (file, sha256, origin) => `✓ ${file}：完整（SHA-256 ${sha256.slice(0, 12)}…，${origin}）`,
    nowUsed: (name, settings) => `今后使用 ${name}，已写入 ${settings}。请运行 rowscribe doctor 看看效果。`,
    ready: (command) => `文件已就绪。启用请运行：${command}`,
    variableWins: (name) => `注意：环境变量 ${name} 优先于设置文件，请先取消它。`,
  },
  'en-US': {
    steps: { download: 'downloading', verify: 'checking', copy: 'copying' },
    origins: {
      known: 'as the shipped checksum says',
      hub: 'as the hub’s checksum says',
      name: 'as the checksum in its name says',
      recorded: 'the checksum recorded when it was first read',
      unknown: 'no checksum to compare it with; only its form was checked',
    },
    states: { used: 'in use', here: 'here', unfinished: 'unfinished', absent: '' },
    headers: ['Id', 'Model', 'Size', 'Licence', 'For', 'State'],
    about: 'about ',
    noTrade: 'Note: this model is licensed for research only, not for copy that sells.',
    demoUsed: 'The demo model that comes along is in use.',
    partStays: 'What has come is kept; the same command goes on from there.',
    needsBoth:
      'Taken in, but one half is missing: a vision model needs its model and its mmproj; import both together.',
    folder: (path) => `Folder of the models: ${path}`,
    howToPull: (id) => `Download and use one: rowscribe model pull ${id}`,
    own: (name, state) => `Other: ${name}${state === '' ? '' : ` (${state})`}`,
    progress: (step, file, percent, speed, left) =>
      `${step} ${file}: ${percent} %${speed === undefined ? '' : `, ${speed.toFixed(1)} MB/s`}${left === '' ? '' : `, about ${left} left`}`,
    whole: (file, sha256, origin) => `✓ ${file}: whole (SHA-256 ${sha256.slice(0, 12)}…, ${origin})`,
    nowUsed: (name, settings) => `${name} is used from now on, as ${settings} says. Try it: rowscribe doctor`,
    ready: (command) => `The files are ready. Use them: ${command}`,
    variableWins: (name) => `Note: the variable ${name} comes before the settings file; unset it first.`,
  },
};
