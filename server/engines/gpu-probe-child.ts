// A child process that asks node-llama-cpp which graphics cards there are. Run only by machine.ts.
import type { OtherGpu } from '../domain/hardware.ts';

const mebibyte = 1 << 20;

/** All cards together when there are several: the runtime tells one sum. */
async function probe(): Promise<readonly OtherGpu[]> {
  const { getLlama, getLlamaGpuTypes } = await import('node-llama-cpp');
  if (!(await getLlamaGpuTypes('supported')).includes('vulkan')) return [];
  const llama = await getLlama({ gpu: 'vulkan', build: 'never', progressLogs: false });
  const [name] = await llama.getGpuDeviceNames();
  const { total, free } = await llama.getVramState();
  if (name === undefined || total === 0) return [];
  return [{ name, memoryTotalMiB: Math.round(total / mebibyte), memoryFreeMiB: Math.round(free / mebibyte) }];
}

// The parent ends this process when it has the answer.
process.send?.(await probe().catch(() => []));
