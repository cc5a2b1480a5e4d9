// Facts about this machine that the load plan rests on, gathered without native code.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Build, MachineFacts, NvidiaGpu } from './plan.ts';

/** Under WSL2 the tool is not on the path. */
const smiCommands: readonly string[] = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
const smiArguments = ['--query-gpu=name,compute_cap,driver_version,memory.free', '--format=csv,noheader,nounits'];
const smiTimeoutMs = 5_000;

export async function readMachine(): Promise<MachineFacts> {
  return {
    platform: process.platform,
    arch: process.arch,
    cores: availableParallelism(),
    nvidia: process.platform === 'darwin' ? [] : await readNvidia(),
    builds: (['default', 'cuda', 'vulkan'] as const).filter(isInstalled),
  };
}

/** The cards that `nvidia-smi` lists; none when the tool is missing, fails or hangs. */
async function readNvidia(): Promise<readonly NvidiaGpu[]> {
  for (const command of smiCommands) {
    const text = await run(command);
    if (text !== undefined) return parseSmi(text);
  }
  return [];
}

/** One card a line: name, compute capability, driver, free MiB. Lines of another shape are left out. */
export function parseSmi(text: string): readonly NvidiaGpu[] {
  return text.split('\n').flatMap((line) => {
    const [name, computeCapability, driver, memory] = line.split(',').map((field) => field.trim());
    const memoryFreeMiB = Number(memory);
    if (!name || !computeCapability || !driver || !Number.isFinite(memoryFreeMiB)) return [];
    return [{ name, computeCapability, driver, memoryFreeMiB }];
  });
}

function run(command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, smiArguments, { timeout: smiTimeoutMs, windowsHide: true }, (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
  });
}

function isInstalled(build: Build): boolean {
  const suffix = build === 'default' ? '' : `-${build}`;
  try {
    createRequire(createRequire(import.meta.url).resolve('@fugood/llama.node')).resolve(
      `@fugood/node-llama-${process.platform}-${process.arch}${suffix}`,
    );
    return true;
  } catch {
    return false;
  }
}
