// Facts about this machine that the load plan rests on, gathered without native code.
import { execFile, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, release, totalmem } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Build, Hardware, MachineFacts, NvidiaGpu, OtherGpu } from '../domain/hardware.ts';

/** Under WSL2 the tool is not on the path. */
const smiCommands: readonly string[] = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
const smiArguments = [
  '--query-gpu=name,compute_cap,driver_version,memory.total,memory.free',
  '--format=csv,noheader,nounits',
];
const smiTimeoutMs = 5_000;
/** The runtime tests its own build before it uses it. */
const probeTimeoutMs = 20_000;

export async function readMachine(): Promise<MachineFacts & Pick<Hardware, 'memoryTotalMiB'>> {
  return {
    platform: process.platform,
    arch: process.arch,
    cores: availableParallelism(),
    memoryTotalMiB: Math.round(totalmem() / (1 << 20)),
    nvidia: process.platform === 'darwin' ? [] : await readNvidia(),
    builds: (['default', 'cuda', 'vulkan'] as const).filter(isInstalled),
  };
}

/** All that a plan for this machine rests on; cards of other makers are looked for only where there is no NVIDIA card. */
export async function readHardware(signal: AbortSignal): Promise<Hardware> {
  const machine = await readMachine();
  const isPlain = machine.nvidia.length === 0 && process.platform !== 'darwin';
  return {
    ...machine,
    isWsl: process.platform === 'linux' && /microsoft/i.test(release()),
    others: isPlain ? await probeGpus(signal) : [],
  };
}

/** Cards of any maker as Vulkan sees them; none when the child that asks fails or hangs. */
async function probeGpus(signal: AbortSignal): Promise<readonly OtherGpu[]> {
  const entry = fileURLToPath(new URL('./gpu-probe-child.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(entry, [], { execArgv: ['--import', tsx], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), probeTimeoutMs);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const found = await new Promise<readonly OtherGpu[]>((resolve) => {
    child.once('message', (gpus) => resolve(gpus as readonly OtherGpu[]));
    child.once('exit', () => resolve([]));
    child.once('error', () => resolve([]));
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  child.kill('SIGKILL');
  return found;
}

/** The cards that `nvidia-smi` lists; none when the tool is missing, fails or hangs. */
async function readNvidia(): Promise<readonly NvidiaGpu[]> {
  for (const command of smiCommands) {
    const text = await run(command);
    if (text !== undefined) return parseSmi(text);
  }
  return [];
}

/** One card a line: name, compute capability, driver, total and free MiB, which some drivers do not tell. Others are left out. */
export function parseSmi(text: string): readonly NvidiaGpu[] {
  return text.split('\n').flatMap((line) => {
    const [name, computeCapability, driver, total, free] = line.split(',').map((field) => field.trim());
    if (!name || !computeCapability || !driver || total === undefined || free === undefined) return [];
    const memoryTotalMiB = Number(total);
    const memoryFreeMiB = Number(free);
    return [
      {
        ...{ name, computeCapability, driver },
        ...(total !== '' && Number.isFinite(memoryTotalMiB) && { memoryTotalMiB }),
        ...(free !== '' && Number.isFinite(memoryFreeMiB) && { memoryFreeMiB }),
      },
    ];
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
