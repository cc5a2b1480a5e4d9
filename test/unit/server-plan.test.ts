// How llama-server is run on which machine, and the weaker ways after a failure.
import { describe, expect, test } from 'vitest';
import type { MachineFacts, ModelFacts } from '../../server/engines/plan.ts';
import {
  planServer,
  serverArguments,
  smallerQuantOf,
  weakerPlan,
  type ServerPlan,
} from '../../server/engines/server-plan.ts';

const card = (memoryFreeMiB: number, driver = '550.54'): MachineFacts => ({
  ...{ platform: 'linux', arch: 'x64', cores: 16, builds: [] },
  nvidia: [{ name: 'NVIDIA GeForce RTX 4090', computeCapability: '8.9', driver, memoryFreeMiB }],
});
const noCard: MachineFacts = { ...card(0), nvidia: [] };
const qwen7b: ModelFacts = {
  ...{ name: 'Qwen2.5 VL 7B', modelBytes: 8_100_000_000, mmprojBytes: 1_350_000_000, layers: 28 },
  ...{ contextTokensMax: 128_000, kvBytesPerToken: 57_344, tokenSidePx: 28, gridPositions: true },
};
const q4 = { ...qwen7b, modelBytes: 4_680_000_000 };

describe('slots and layers', () => {
  test.each([
    ['24 GB and Q8_0', card(23_000), qwen7b, { slots: 16, gpuLayers: 99 }],
    ['16 GB and Q8_0', card(15_500), qwen7b, { slots: 7, gpuLayers: 99 }],
    ['12 GB and Q4_K_M', card(11_500), q4, { slots: 6, gpuLayers: 99 }],
    ['8 GB and Q4_K_M', card(7_600), q4, { slots: 1 }],
    ['no card', noCard, q4, { slots: 1, gpuLayers: 0 }],
    ['a driver that is too old', card(23_000, '531.41'), qwen7b, { slots: 1, gpuLayers: 0 }],
  ])('%s', (_, machine, model, expected) => {
    expect(planServer(machine, model, '/m/a.gguf', {})).toMatchObject(expected);
  });

  test('what a person sets is kept', () => {
    const plan = planServer(card(23_000), qwen7b, '/m/a.gguf', { slots: 3, contextTokens: 4096, imageTokensMax: 576 });
    expect(plan).toMatchObject({ slots: 3, contextTokens: 4096, imageTokensMax: 576 });
  });

  test('the slot for the person who waits has its share of the context', () => {
    const plan = planServer(card(23_000), qwen7b, '/m/a.gguf', { slots: 3, contextTokens: 4096 });
    const line = serverArguments(plan, { mmproj: '/m/mm.gguf', port: 9000, alias: 'one', timeoutMs: 300_000 }).join(
      ' ',
    );
    expect(line).toContain('-np 4 -c 16384');
    expect(line).not.toContain('--no-mmproj-offload');
  });
});

describe('weaker ways', () => {
  test('end, each with its reason in both languages', () => {
    const ways: ServerPlan[] = [];
    let plan: ServerPlan | undefined = planServer(card(23_000), qwen7b, '/m/a-Q8_0.gguf', {});
    while ((plan = weakerPlan(plan, 'out of memory', '/m/a-Q4_K_M.gguf'))) ways.push(plan);
    expect(
      ways.map(({ slots, spareSlots, model, pictureOnGpu, gpuLayers }) => [
        slots + spareSlots,
        model.slice(5, -5),
        pictureOnGpu,
        gpuLayers,
      ]),
    ).toEqual([
      [9, 'Q8_0', true, 99],
      [5, 'Q8_0', true, 99],
      [3, 'Q8_0', true, 99],
      [2, 'Q8_0', true, 99],
      [1, 'Q8_0', true, 99],
      [1, 'Q4_K_M', true, 99],
      [1, 'Q4_K_M', false, 99],
      [1, 'Q4_K_M', false, 0],
    ]);
    for (const { note } of ways) {
      expect(note?.['en-US']).toContain('out of memory');
      expect(note?.['zh-CN']).toMatch(/\p{Script=Han}{4}/u);
    }
  });

  test('the smaller file of a model goes by its name', () => {
    expect(smallerQuantOf('/m/Qwen2.5-VL-7B-Instruct-Q8_0.gguf')).toBe('/m/Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf');
    expect(smallerQuantOf('/m/Qwen2.5-VL-7B-Instruct-Q4_K_M.gguf')).toBeUndefined();
    expect(smallerQuantOf('/Q8_0/model.gguf')).toBeUndefined();
  });
});
