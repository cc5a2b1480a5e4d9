// The sentences about llama-server and how to get it, in both languages.
import type { Language } from '../domain/language.ts';
import type { BuildStep, FoundServer } from '../ports/server-program.ts';

interface EngineWords {
  readonly steps: Readonly<Record<BuildStep, string>>;
  downloading(name: string, percent: number): string;
  unchecked(name: string, sha256: string): string;
  built(found: FoundServer): string;
  status(engine: string, found: FoundServer | undefined): readonly string[];
}

export const engineWords: Readonly<Record<Language, EngineWords>> = {
  'zh-CN': {
    steps: {
      unpack: '解开源代码…',
      configure: '配置…',
      compile: '编译…（通常需要 5 到 30 分钟）',
      try: '试运行…',
    },
    downloading: (name, percent) => `下载 ${name}：${percent}%`,
    unchecked: (name, sha256) => `注意：不知道 ${name} 公布的校验值，下载到的是 ${sha256}`,
    built: ({ path, version }) => `llama-server ${version} 已就绪：${path}`,
    status: (engine, found) => [
      `设置 engine：${engine}`,
      found === undefined
        ? '没有 llama-server，使用内置引擎。要更快，请运行：rowscribe engine install（从 GitHub 或镜像下载），或 rowscribe engine build（本机编译，需要 git、cmake 和编译器）'
        : `llama-server ${found.version}：${found.path}`,
    ],
  },
  'en-US': {
    steps: {
      unpack: 'Unpacking the source…',
      configure: 'Configuring…',
      compile: 'Compiling… (5 to 30 minutes as a rule)',
      try: 'Trying it out…',
    },
    downloading: (name, percent) => `Downloading ${name}: ${percent}%`,
    unchecked: (name, sha256) => `Note: the published checksum of ${name} is not known here; what came has ${sha256}`,
    built: ({ path, version }) => `llama-server ${version} is ready: ${path}`,
    status: (engine, found) => [
      `Setting engine: ${engine}`,
      found === undefined
        ? 'There is no llama-server; the embedded engine is used. For more speed run: rowscribe engine install (downloads from GitHub or a mirror), or rowscribe engine build (compiles here; needs git, cmake and a compiler)'
        : `llama-server ${found.version}: ${found.path}`,
    ],
  },
};
