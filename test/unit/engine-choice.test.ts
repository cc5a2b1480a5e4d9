// From hardware to what runs best on it: a table of machines, each with the model, the slots and the sum of memory.
import { describe, expect, test } from 'vitest';
import { planOf, type EnginePlan } from '../../server/domain/engine-plan.ts';
import type { Hardware, NvidiaGpu } from '../../server/domain/hardware.ts';
import { memoryBudget } from '../../server/domain/memory-budget.ts';
import { sizesOf } from '../../server/domain/model-choice.ts';
import { planLoad } from '../../server/engines/plan.ts';
import { catalogue } from '../../server/models/catalogue.ts';

const card = (name: string, gigabytes: number, computeCapability = '8.6', driver = '560.35'): NvidiaGpu => ({
  ...{ name, computeCapability, driver },
  memoryTotalMiB: gigabytes * 1024,
  // What a desktop leaves.
  memoryFreeMiB: Math.round(gigabytes * 1024 * 0.94),
});
const rtx4090 = card('NVIDIA GeForce RTX 4090', 24, '8.9');
const linux: Hardware = {
  ...{ platform: 'linux', arch: 'x64', cores: 16, isWsl: false, memoryTotalMiB: 64 * 1024, others: [] },
  ...{ nvidia: [rtx4090], builds: ['default', 'cuda', 'vulkan'] },
};
const windows: Hardware = { ...linux, platform: 'win32', builds: ['default', 'cuda', 'vulkan'] };
const mac: Hardware = { ...linux, platform: 'darwin', arch: 'arm64', nvidia: [], builds: ['default'] };
const gib = (value: number) => value * 1024;

const plan = (hardware: Partial<Hardware>, hasLlamaServer: boolean, from = linux): EnginePlan =>
  planOf({ ...from, ...hardware }, { catalogue, hasLlamaServer });

describe('the sum of memory', () => {
  test.each([
    ['qwen2.5-vl-7b-q4', 9.5],
    ['qwen2.5-vl-7b-q8', 12.7],
  ])('of %s with 16 slots of 2,560 tokens is about %d GiB', (id, expected) => {
    const choice = catalogue.find((one) => one.id === id);
    expect(choice).toBeDefined();
    if (choice === undefined) return;
    const budget = memoryBudget(sizesOf(choice), 16 * 2560, 1369);
    expect(budget.totalMiB / 1024).toBeCloseTo(expected, 0);
    expect(budget.kvMiB).toBe(16 * 140);
    const { totalMiB, ...parts } = budget;
    expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(totalMiB);
  });

  test('grows with slots and with the size of pictures', () => {
    const [choice] = catalogue;
    if (choice === undefined) throw new Error('an empty catalogue');
    const of = (context: number, tokens: number) => memoryBudget(sizesOf(choice), context, tokens).totalMiB;
    expect(of(8192, 1369)).toBeLessThan(of(16_384, 1369));
    expect(of(8192, 576)).toBeLessThan(of(8192, 1369));
  });
});

describe('with llama-server', () => {
  test.each<[string, Partial<Hardware>, Partial<EnginePlan> & { id: string }]>([
    ['an RTX 4090', {}, { id: 'qwen2.5-vl-7b-q8', slots: 16 }],
    ['16 GB', { nvidia: [card('RTX 4080', 16, '8.9')] }, { id: 'qwen2.5-vl-7b-q8', slots: 7 }],
    ['12 GB', { nvidia: [card('RTX 3060', 12)] }, { id: 'qwen2.5-vl-7b-q4', slots: 6 }],
    ['10 GB', { nvidia: [card('RTX 3080', 10)] }, { id: 'qwen2.5-vl-7b-q4', slots: 2, imageTokensMax: 1369 }],
    ['8 GB', { nvidia: [card('RTX 3070', 8)] }, { id: 'qwen3-vl-4b-q4', slots: 1, imageTokensMax: 1369 }],
    ['6 GB', { nvidia: [card('RTX 2060', 6, '7.5')] }, { id: 'qwen3-vl-4b-q4', slots: 1, imageTokensMax: 576 }],
  ])('on %s', (_, hardware, { id, ...expected }) => {
    const one = plan(hardware, true);
    expect(one).toMatchObject({ engine: 'llama-server', backend: 'cuda', choice: { id }, ...expected, troubles: [] });
    expect(one.budget.totalMiB).toBeLessThanOrEqual(one.memoryMiB ?? 0);
  });

  test('Windows uses the card by CUDA as well', () => {
    expect(plan({}, true, windows)).toMatchObject({ engine: 'llama-server', backend: 'cuda', slots: 16 });
  });

  test('a Mac works on a few rows at once', () => {
    expect(plan({}, true, mac)).toMatchObject({ engine: 'llama-server', backend: 'metal', slots: 4 });
  });

  test('that a person does not want, or that is not there, is not planned with', () => {
    const wanted = { catalogue, hasLlamaServer: true };
    expect(planOf(windows, wanted, { engine: 'embedded' })).toMatchObject({ engine: 'embedded', backend: 'vulkan' });
    expect(plan({}, false, windows)).toMatchObject({ engine: 'embedded', backend: 'vulkan' });
  });

  test('what a person sets is planned with', () => {
    const wishes = { slots: 3, contextTokens: 4096, imageTokensMax: 576 };
    expect(planOf(linux, { catalogue, hasLlamaServer: true }, wishes)).toMatchObject(wishes);
  });
});

describe('with what comes along', () => {
  test.each<[string, Partial<Hardware>, Hardware, string, Partial<EnginePlan>]>([
    ['an RTX 4090 on Linux', {}, linux, 'qwen2.5-vl-7b-q8', { backend: 'cuda', imageTokensMax: 1369 }],
    ['an RTX 4090 in WSL2', { isWsl: true }, linux, 'qwen2.5-vl-7b-q8', { backend: 'cuda' }],
    ['an RTX 4090 on Windows', {}, windows, 'qwen2.5-vl-7b-q8', { backend: 'vulkan' }],
    ['an RTX 3090', { nvidia: [card('RTX 3090', 24)] }, linux, 'qwen2.5-vl-7b-q8', { backend: 'vulkan' }],
    ['12 GB', { nvidia: [card('RTX 3060', 12)] }, linux, 'qwen2.5-vl-7b-q4', { imageTokensMax: 1369 }],
    ['8 GB', { nvidia: [card('RTX 3070', 8)] }, linux, 'qwen3-vl-4b-q4', { imageTokensMax: 1369 }],
    ['6 GB', { nvidia: [card('RTX 2060', 6, '7.5')] }, linux, 'qwen3-vl-4b-q4', { imageTokensMax: 576 }],
    ['two cards', { nvidia: [card('RTX 3060', 12), rtx4090] }, linux, 'qwen2.5-vl-7b-q8', { device: rtx4090.name }],
    ['a Mac with 16 GB', { memoryTotalMiB: gib(16) }, mac, 'qwen2.5-vl-7b-q4', { backend: 'metal' }],
    ['a Mac with 32 GB', { memoryTotalMiB: gib(32) }, mac, 'qwen2.5-vl-7b-q8', { backend: 'metal' }],
    ['the CPU alone', { nvidia: [] }, linux, 'qwen3-vl-4b-q4', { backend: 'cpu', device: 'CPU' }],
    ['an Intel Mac', { arch: 'x64' }, mac, 'qwen3-vl-4b-q4', { backend: 'cpu' }],
    [
      'a card of another maker',
      { nvidia: [], others: [{ name: 'Radeon RX 7900', memoryTotalMiB: gib(20), memoryFreeMiB: gib(19) }] },
      linux,
      'qwen2.5-vl-7b-q8',
      { backend: 'vulkan', device: 'Radeon RX 7900' },
    ],
    [
      'a card that does not tell its memory',
      { nvidia: [{ name: 'NVIDIA GB10', computeCapability: '12.1', driver: '580.95' }] },
      linux,
      'qwen2.5-vl-7b-q4',
      { device: 'NVIDIA GB10' },
    ],
  ])('%s', (_, hardware, from, id, expected) => {
    const one = plan(hardware, false, from);
    expect(one).toMatchObject({ engine: 'embedded', slots: 1, choice: { id }, troubles: [], ...expected });
    expect(one.budget.totalMiB).toBeLessThanOrEqual(one.memoryMiB ?? Infinity);
    for (const line of one.why) {
      expect(line['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(line['en-US']).not.toMatch(/\p{Script=Han}/u);
    }
  });

  test('smaller pictures and the reason for them are told together', () => {
    const small = plan({ nvidia: [card('RTX 2060', 6, '7.5')] }, false);
    expect(small.why.map((line) => line['en-US']).join('\n')).toContain('imageTokensMax: 576');
    const large = plan({}, false);
    expect(large.why.map((line) => line['en-US']).join('\n')).not.toContain('imageTokensMax');
  });
});

describe('what stands in the way', () => {
  test('is an old driver: the plan is the one for the time after a new one', () => {
    const old = { ...rtx4090, driver: '531.79' };
    expect(plan({ nvidia: [old] }, false)).toMatchObject({
      choice: { id: 'qwen2.5-vl-7b-q8' },
      troubles: [{ trouble: 'driver-too-old', gpu: rtx4090.name, driver: '531.79' }],
    });
    expect(plan({ nvidia: [{ ...rtx4090, driver: '535.0' }] }, false).troubles).toEqual([]);
  });

  test('is a card that no model fits: the smallest one is named, and what it needs', () => {
    const { troubles, choice } = plan({ nvidia: [card('GTX 1050', 4, '6.1')] }, false);
    expect(choice.id).toBe('qwen3-vl-4b-q4');
    expect(troubles).toMatchObject([{ trouble: 'memory-too-small', gpu: 'GTX 1050' }]);
  });
});

describe('a recommendation', () => {
  test('never names a model that copy for sale may not be written with', () => {
    for (let gigabytes = 2; gigabytes <= 48; gigabytes++) {
      for (const hasLlamaServer of [true, false]) {
        expect(plan({ nvidia: [card('card', gigabytes)] }, hasLlamaServer).choice.isForTrade).toBe(true);
      }
    }
  });

  test('gets no worse with more memory', () => {
    const rank = (gigabytes: number) =>
      catalogue.findIndex(({ id }) => id === plan({ nvidia: [card('card', gigabytes)] }, false).choice.id);
    for (let gigabytes = 3; gigabytes <= 48; gigabytes++)
      expect(rank(gigabytes)).toBeLessThanOrEqual(rank(gigabytes - 1));
  });
});

describe('doctor says what the engines do', () => {
  const cards: readonly (readonly [string, Partial<Hardware>])[] = [
    ...[6, 8, 10, 12, 16, 24, 48].map((gb) => [`${gb} GB`, { nvidia: [card(`a card of ${gb} GB`, gb)] }] as const),
    ['an RTX 4090', {}],
    ['a card that does not tell its memory', { nvidia: [{ name: 'GB10', computeCapability: '12.1', driver: '580' }] }],
    ['no card', { nvidia: [] }],
  ];
  const cases = cards.flatMap(([name, hardware]) =>
    ([linux, windows] as const).flatMap((from) =>
      (['llama-server', 'embedded'] as const).map((engine) => [name, from.platform, engine, from, hardware] as const),
    ),
  );

  test.each(cases)('%s, %s, %s', (_, __, engine, from, hardware) => {
    const machine = { ...from, ...hardware };
    const { choice, ...said } = plan(hardware, engine === 'llama-server', from);
    const facts = { ...sizesOf(choice), name: choice.name, layers: 28, contextTokensMax: 128_000 };
    const model = { ...facts, tokenSidePx: 28, gridPositions: true };
    const done = planLoad(machine, model, { imageTokensMax: said.imageTokensMax }, engine);
    const { slots, spareSlots, contextTokens, imageTokensMax } = said;
    expect(done).toMatchObject({ slots, spareSlots, contextTokens, imageTokensMax });
    if (said.memoryMiB !== undefined && said.backend !== 'cpu') expect(done.gpuLayers).toBe(99);
  });
});
