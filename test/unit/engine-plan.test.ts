// From machine and model files to one way of loading.
import { describe, expect, test } from 'vitest';
import { parseSmi } from '../../server/engines/machine.ts';
import { problemOfPlan } from '../../server/engines/plan-problem.ts';
import { planLoad, withoutGpu, type MachineFacts, type ModelFacts } from '../../server/engines/plan.ts';

const rtx4090 = { name: 'NVIDIA GeForce RTX 4090', computeCapability: '8.9', driver: '550.54', memoryFreeMiB: 23_000 };
const linux: MachineFacts = {
  platform: 'linux',
  arch: 'x64',
  cores: 16,
  nvidia: [rtx4090],
  builds: ['default', 'cuda', 'vulkan'],
};
const qwen7b: ModelFacts = {
  name: 'Qwen2.5 VL 7B Instruct',
  modelBytes: 8_100_000_000,
  mmprojBytes: 1_350_000_000,
  layers: 28,
  contextTokensMax: 128_000,
  kvBytesPerToken: 57_344,
  tokenSidePx: 28,
  gridPositions: true,
};
const demo: ModelFacts = {
  ...qwen7b,
  modelBytes: 4_000_000,
  contextTokensMax: 4096,
  demoImageTokens: { min: 20, max: 26 },
};

/** A note that says `what` in both languages. */
const inBoth = (what: string) => ({
  'zh-CN': expect.stringMatching(new RegExp(`\\p{Script=Han}.*${what}|${what}.*\\p{Script=Han}`, 'u')) as string,
  'en-US': expect.stringContaining(what) as string,
});

describe('the build', () => {
  test.each([
    ['Linux with an RTX 4090', {}, 'cuda'],
    ['Linux with another NVIDIA card', { nvidia: [{ ...rtx4090, computeCapability: '8.6' }] }, 'vulkan'],
    ['Linux without a card', { nvidia: [] }, 'default'],
    ['Linux on ARM', { arch: 'arm64' }, 'default'],
    ['Windows, whose CUDA build is for newer cards only', { platform: 'win32' }, 'vulkan'],
    ['a Mac', { platform: 'darwin', arch: 'arm64', nvidia: [] }, 'default'],
  ] as const)('%s', (_, machine, build) => {
    expect(planLoad({ ...linux, ...machine }, qwen7b).build).toBe(build);
  });

  test('a Mac with Apple silicon computes on its graphics unit, with the default build', () => {
    const mac: MachineFacts = { ...linux, platform: 'darwin', arch: 'arm64', nvidia: [], builds: ['default'] };
    expect(planLoad(mac, qwen7b).gpuLayers).toBeGreaterThan(28);
    expect(planLoad({ ...mac, arch: 'x64' }, qwen7b).gpuLayers).toBe(0);
  });

  test('a driver that is too old means CPU, and the note says which driver is needed', () => {
    const plan = planLoad({ ...linux, nvidia: [{ ...rtx4090, driver: '530.41' }] }, qwen7b);
    expect(plan).toMatchObject({ build: 'default', gpuLayers: 0 });
    expect(plan.note).toEqual(inBoth('535'));
  });

  test('a build that is not installed means CPU, and the note names it', () => {
    const plan = planLoad({ ...linux, builds: ['default'] }, qwen7b);
    expect(plan).toMatchObject({ build: 'default', gpuLayers: 0 });
    expect(plan.note).toEqual(inBoth('cuda'));
  });

  test('a wish decides', () => {
    expect(planLoad(linux, qwen7b, { build: 'default' })).toMatchObject({ build: 'default', gpuLayers: 0 });
    expect(planLoad(linux, qwen7b, { build: 'vulkan' }).build).toBe('vulkan');
  });
});

describe('the 7B on an RTX 4090', () => {
  const plan = planLoad(linux, qwen7b);

  test('runs on the card with large batches and flash attention', () => {
    expect(plan).toMatchObject({ gpuLayers: 99, batchTokens: 2048, microBatchTokens: 1024, flashAttention: 'on' });
    expect(plan.note).toBeUndefined();
  });

  test('sees pictures of 1036 × 1036 pixels unless told otherwise', () => {
    expect(plan.imageTokensMax).toBe(37 * 37);
    expect(planLoad(linux, qwen7b, { imageTokensMax: 576 }).imageTokensMax).toBe(576);
    expect(planLoad(linux, qwen7b, { imageTokensMax: 30 })).toMatchObject({ imageTokensMin: 30, imageTokensMax: 30 });
  });

  test('has room for several pictures, never more than the model was trained on', () => {
    expect(plan.contextTokens).toBeGreaterThan(4 * plan.imageTokensMax);
    expect(planLoad(linux, { ...qwen7b, contextTokensMax: 2048 }).contextTokens).toBe(2048);
    expect(planLoad(linux, qwen7b, { contextTokens: 16_384 }).contextTokens).toBe(16_384);
  });

  test('keeps only as many layers on a card as fit, and says so', () => {
    const small = planLoad({ ...linux, nvidia: [{ ...rtx4090, memoryFreeMiB: 7_000 }] }, qwen7b);
    expect(small.gpuLayers).toBeGreaterThan(0);
    expect(small.gpuLayers).toBeLessThan(28);
    expect(small.note).toMatchObject({ 'en-US': expect.stringContaining('6.8 GiB are free') as string });
    expect(small.note).toEqual(inBoth('6.8 GiB'));
    expect(planLoad({ ...linux, nvidia: [{ ...rtx4090, memoryFreeMiB: 500 }] }, qwen7b).gpuLayers).toBe(0);
  });

  test('can be planned again without the card, with the reason in the note', () => {
    const cpu = withoutGpu(plan, linux, 'signal SIGABRT');
    expect(cpu).toMatchObject({ build: 'default', gpuLayers: 0, threads: 8, imageTokensMax: plan.imageTokensMax });
    expect(cpu.note).toEqual(inBoth('SIGABRT'));
  });
});

describe('the demo model', () => {
  test('runs on the CPU with the pictures it was trained on, whatever is wished', () => {
    expect(planLoad(linux, demo, { imageTokensMax: 1369 })).toMatchObject({
      build: 'default',
      gpuLayers: 0,
      threads: 1,
      contextTokens: 4096,
      imageTokensMin: 20,
      imageTokensMax: 26,
    });
  });
});

describe('what a person should mend', () => {
  test('is an old driver before anything else', () => {
    const old = { ...rtx4090, driver: '531.79', memoryFreeMiB: 4_000 };
    for (const platform of ['linux', 'win32'] as const) {
      const { trouble } = planLoad({ ...linux, platform, nvidia: [old] }, qwen7b);
      expect(trouble).toEqual({ trouble: 'driver-too-old', gpu: rtx4090.name, driver: '531.79' });
    }
  });

  test('is too little memory, with both figures', () => {
    const { trouble } = planLoad({ ...linux, nvidia: [{ ...rtx4090, memoryFreeMiB: 7_000 }] }, qwen7b);
    expect(trouble).toMatchObject({ trouble: 'memory-too-small', freeMiB: 7_000 });
    expect(planLoad(linux, qwen7b).trouble).toBeUndefined();
  });

  test('is nothing for the demo model, which needs no card', () => {
    const old = { ...rtx4090, driver: '470.1', memoryFreeMiB: 100 };
    expect(planLoad({ ...linux, nvidia: [old] }, demo).trouble).toBeUndefined();
  });

  test('is told with what to do, in both languages', () => {
    const driver = problemOfPlan({ trouble: 'driver-too-old', gpu: 'RTX 4090', driver: '531.79' });
    expect(driver.text('zh-CN')).toMatch(/531\.79.*535.*安装最新驱动/);
    expect(driver.text('en-US')).toMatch(/531\.79.*535.*Install the newest/);
    const memory = problemOfPlan({ trouble: 'memory-too-small', gpu: 'RTX 3050', freeMiB: 7168, neededMiB: 10240 });
    expect(memory.text('en-US')).toMatch(/needs 10\.0 GiB.*7\.0 GiB free.*smaller model/);
  });
});

describe('the card that is used', () => {
  test('is the one with the most free memory', () => {
    const small = { ...rtx4090, name: 'small', computeCapability: '8.6', memoryFreeMiB: 2_000 };
    expect(planLoad({ ...linux, nvidia: [small, rtx4090] }, qwen7b)).toMatchObject({ build: 'cuda', gpuLayers: 99 });
  });

  test('is tried whole when it does not tell its memory', () => {
    const { memoryFreeMiB: _, ...silent } = rtx4090;
    expect(planLoad({ ...linux, nvidia: [silent] }, qwen7b)).toMatchObject({ build: 'cuda', gpuLayers: 99 });
  });
});

describe('the list of NVIDIA cards', () => {
  test.each([
    ['one card', 'NVIDIA GeForce RTX 4090, 8.9, 550.54, 24564, 23000\n', [{ ...rtx4090, memoryTotalMiB: 24564 }]],
    [
      'two cards, with Windows line ends',
      'NVIDIA GeForce RTX 4090, 8.9, 550.54, 24564, 23000\r\nNVIDIA GeForce RTX 3060, 8.6, 550.54, 12288, 11000\r\n',
      [
        { ...rtx4090, memoryTotalMiB: 24564 },
        {
          ...rtx4090,
          name: 'NVIDIA GeForce RTX 3060',
          computeCapability: '8.6',
          memoryTotalMiB: 12288,
          memoryFreeMiB: 11000,
        },
      ],
    ],
    [
      'a card that shares the system’s memory and tells none',
      'NVIDIA GB10, 12.1, 580.95.05, [N/A], [N/A]\n',
      [{ name: 'NVIDIA GB10', computeCapability: '12.1', driver: '580.95.05' }],
    ],
    ['no driver', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", []],
    ['no devices', 'No devices were found\n', []],
    ['nothing', '', []],
  ])('of %s is read line by line', (_, text, cards) => {
    expect(parseSmi(text)).toEqual(cards);
  });
});
