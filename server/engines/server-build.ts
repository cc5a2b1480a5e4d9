// llama-server on this machine: which one is used; built from the llama.cpp source that node-llama-cpp ships, offline.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { BuildStep, FoundServer, ServerProgram } from '../ports/server-program.ts';
import { readMachine } from './machine.ts';
import { installServer } from './server-install.ts';
import { chooseRelease, releaseTag, releaseUrl, type ReleaseChoice } from './server-releases.ts';
import type { MachineFacts } from './plan.ts';
import { runTool, type RunTool } from './run-tool.ts';
import { currentFile, findServer, installedServer, programName, type BinaryPlaces } from './server-binary.ts';

export interface ServerProgramOptions extends BinaryPlaces {
  /** A git bundle of llama.cpp, and the name of its version. Default: what node-llama-cpp ships. */
  readonly source?: { readonly bundle: string; readonly version: string };
  readonly arch: string;
  readonly run?: RunTool;
  /** Default: what fits this machine. */
  readonly release?: ReleaseChoice;
  readonly machine?: () => Promise<Pick<MachineFacts, 'nvidia'>>;
}

/** llama-server on this machine: found, asked for its version, built. */
export function createServerProgram(options: ServerProgramOptions): ServerProgram {
  const run = options.run ?? runTool;
  return {
    async find(signal) {
      const binary = findServer(options);
      if (binary === undefined) return undefined;
      const installed = installedServer(options.folder);
      const version = installed?.binary === binary ? installed.version : await versionOf(binary, run, signal);
      return { path: binary, version };
    },
    build: (onStep, signal) => build({ ...options, run }, onStep, signal),
    async install(mirror, onProgress, signal) {
      const { nvidia } = await (options.machine ?? readMachine)();
      const { platform, folder, arch } = options;
      const release = options.release ?? chooseRelease(platform, arch, nvidia.length > 0);
      if (release === undefined) throw new RowscribeError('engine-no-release', { platform: `${platform}-${arch}` });
      const url = `${(mirror === '' ? releaseUrl : mirror).replace(/\/$/, '')}/${releaseTag}`;
      return installServer({ folder, platform, url, release, run }, onProgress, signal);
    },
  };
}

async function build(
  options: ServerProgramOptions & { readonly run: RunTool },
  onStep: (step: BuildStep) => void,
  signal: AbortSignal,
): Promise<FoundServer> {
  const { folder, platform, run } = options;
  const { bundle, version } = options.source ?? shippedSource();
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(path.join(folder, 'building-'));
  try {
    const [source, made] = [path.join(work, 'source'), path.join(work, 'build')];
    onStep('unpack');
    await run('git', ['clone', '--quiet', '--depth', '1', bundle, source], signal);
    onStep('configure');
    const cuda = await cudaArchitectures(options, signal);
    await run('cmake', ['-S', source, '-B', made, ...configuration(platform, cuda)], signal);
    onStep('compile');
    const jobs = String(availableParallelism());
    await run('cmake', ['--build', made, '--config', 'Release', '--target', 'llama-server', '-j', jobs], signal);
    onStep('try');
    const name = `${version}-${cuda === '' ? 'cpu' : 'cuda'}-built`;
    const binary = await keep(made, folder, name, platform);
    await versionOf(binary, run, signal);
    await writeFile(path.join(folder, currentFile), JSON.stringify({ binary, version: name }));
    return { path: binary, version: name };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The cards to compile for, such as "89-real"; empty without a card or without NVIDIA's compiler. */
async function cudaArchitectures(
  { machine, run }: ServerProgramOptions & { readonly run: RunTool },
  signal: AbortSignal,
): Promise<string> {
  const { nvidia } = await (machine ?? readMachine)();
  const kinds = [...new Set(nvidia.map(({ computeCapability }) => `${computeCapability.replace('.', '')}-real`))];
  if (kinds.length === 0) return '';
  const hasCompiler = await run('nvcc', ['--version'], signal).then(
    () => true,
    () => false,
  );
  signal.throwIfAborted();
  return hasCompiler ? kinds.join(';') : '';
}

/**
 * One program without libraries beside it. Left out: what nobody asks it for, what would fetch web pages while it is built,
 * and what would let it start other programs.
 */
const leftOut = [
  ...['BUILD_SHARED_LIBS', 'LLAMA_OPENSSL', 'LLAMA_BUILD_TESTS', 'LLAMA_BUILD_EXAMPLES', 'LLAMA_BUILD_APP'],
  ...['LLAMA_BUILD_UI', 'LLAMA_USE_PREBUILT_UI', 'LLAMA_SUBPROCESS', 'MTMD_VIDEO'],
] as const;

function configuration(platform: NodeJS.Platform, cuda: string): readonly string[] {
  return [
    '-DCMAKE_BUILD_TYPE=Release',
    ...leftOut.map((name) => `-D${name}=OFF`),
    ...(cuda === '' ? [] : ['-DGGML_CUDA=ON', `-DCMAKE_CUDA_ARCHITECTURES=${cuda}`]),
    ...(platform === 'darwin' ? ['-DGGML_METAL=ON'] : []),
  ];
}

/** Puts the finished program where it stays. */
async function keep(made: string, folder: string, name: string, platform: NodeJS.Platform): Promise<string> {
  const program = programName(platform);
  const place = path.join(folder, name);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const target = path.join(place, program);
  // Visual Studio puts each configuration into a folder of its own.
  for (const bin of [path.join(made, 'bin'), path.join(made, 'bin', 'Release')]) {
    const isThere = await cp(path.join(bin, program), target).then(
      () => true,
      () => false,
    );
    if (isThere) return target;
  }
  throw new RowscribeError('engine-build-failed', {
    tool: 'cmake',
    detail: both('没有生成 llama-server', 'it made no llama-server'),
  });
}

function shippedSource(): { readonly bundle: string; readonly version: string } {
  const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('node-llama-cpp')), '..', 'llama');
  const info = readFileSync(path.join(folder, 'llama.cpp.info.json'), 'utf8');
  return { bundle: path.join(folder, 'gitRelease.bundle'), version: (JSON.parse(info) as { tag: string }).tag };
}

/** The first line that names a version. Errors: those of `run`. */
async function versionOf(binary: string, run: RunTool, signal?: AbortSignal): Promise<string> {
  const said = await run(binary, ['--version'], signal);
  return /version:\s*(.+)/.exec(said)?.[1]?.trim() ?? '';
}
