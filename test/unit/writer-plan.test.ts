// How the writer is loaded: on a card where there is one for it, else modestly on the processor.
import { describe, expect, test } from 'vitest';
import type { MachineFacts } from '../../server/domain/hardware.ts';
import { planWriter } from '../../server/engines/writer-plan.ts';

const plain: MachineFacts = { platform: 'linux', arch: 'x64', cores: 16, nvidia: [], builds: ['default'] };
const card = { name: 'NVIDIA GeForce RTX 4090', computeCapability: '8.9', driver: '560.35' };
const model = { name: 'Seven', modelBytes: 4.7e9, contextTokensMax: 32_768 };

describe('the plan for a writer', () => {
  test('uses a card, and writes several texts on it at once', () => {
    expect(planWriter({ ...plain, nvidia: [card] }, model, {})).toMatchObject({ useGpu: true, slots: 4 });
    expect(planWriter({ ...plain, platform: 'win32' }, model, {})).toMatchObject({ useGpu: true });
    expect(planWriter({ ...plain, platform: 'darwin', arch: 'arm64' }, model, {})).toMatchObject({ useGpu: true });
  });

  test('stays on the processor without a card, or with a driver that is too old', () => {
    const onCpu = { useGpu: false, slots: 1, threads: 8 };
    expect(planWriter(plain, model, {})).toMatchObject(onCpu);
    expect(planWriter({ ...plain, nvidia: [{ ...card, driver: '470.10' }] }, model, {})).toMatchObject(onCpu);
  });

  test('gives a small model one thread and no card', () => {
    const small = { ...model, modelBytes: 20e6 };
    expect(planWriter({ ...plain, nvidia: [card] }, small, {})).toMatchObject({ useGpu: false, threads: 1, slots: 1 });
  });

  test('never exceeds what the model was made for, and does as it is told', () => {
    expect(planWriter(plain, { ...model, contextTokensMax: 512 }, {})).toMatchObject({
      ...{ contextTokens: 512, batchTokens: 512 },
    });
    const wishes = { contextTokens: 16_384, threads: 3, slots: 2 };
    expect(planWriter(plain, model, wishes)).toMatchObject(wishes);
  });
});
