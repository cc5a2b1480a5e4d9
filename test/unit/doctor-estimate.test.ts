// The line of doctor that says what a machine may do in an hour.
import { expect, test } from 'vitest';
import { checkPlan } from '../../server/cli/doctor-plan.ts';
import type { CliContext } from '../../server/cli/command.ts';
import { planOf } from '../../server/domain/engine-plan.ts';
import type { Hardware } from '../../server/domain/hardware.ts';
import { catalogue } from '../../server/models/catalogue.ts';

const machine = (name: string): Hardware => ({
  ...{ platform: 'linux', arch: 'x64', cores: 16, isWsl: false, memoryTotalMiB: 65_536, others: [] },
  nvidia: [{ name, computeCapability: '8.9', driver: '560.35', memoryTotalMiB: 24_564, memoryFreeMiB: 23_000 }],
  builds: ['default', 'cuda', 'vulkan'],
});

/** What doctor says of a machine with this card and a llama-server, in both languages. */
async function said(name: string) {
  const hardware = machine(name);
  const plan = planOf(hardware, { catalogue, hasLlamaServer: true });
  const place = { model: '/models/a.gguf', mmproj: '/models/b.gguf' };
  const models = { sourceOf: () => ({}), placeOf: () => place, stored: async () => [] };
  const app = { plan: async () => ({ hardware, plan, problems: [] }), models, modelFiles: { ...place, isDemo: false } };
  const context = { app, signal: new AbortController().signal } as unknown as CliContext;
  return (await checkPlan(context)).map(({ text }) => text);
}

test('a card whose figures are known gets an estimate that says it is one', async () => {
  const texts = await said('NVIDIA GeForce RTX 4090');
  expect(texts.map((text) => text['en-US'])).toContainEqual(
    expect.stringMatching(/^estimated: about \d{4,5} rows an hour .*not measured/),
  );
  expect(texts.map((text) => text['zh-CN'])).toContainEqual(
    expect.stringMatching(/^估计每小时约 \d{4,5} 行.*没有实测/),
  );
});

test('any other card gets none', async () => {
  const texts = await said('NVIDIA GeForce RTX 4099');
  for (const text of texts) expect(text['en-US']).not.toMatch(/an hour/);
});
