// A page is told what keeps a working engine slow, with what to do about it.
import { expect, test } from 'vitest';
import type { EngineView } from '../../server/contract/state.ts';
import { EngineMonitor } from '../../server/desk/engine-monitor.ts';
import { problemOfPlan } from '../../server/engines/plan-problem.ts';
import type { Engine, EngineInfo } from '../../server/ports/engine.ts';

const info: EngineInfo = {
  ...{ engine: 'embedded', model: 'Qwen2.5 VL 7B Instruct', isDemo: false, device: 'CPU' },
  ...{ contextTokens: 8192, imageTokensMin: 64, imageTokensMax: 1369 },
  problem: problemOfPlan({ trouble: 'driver-too-old', gpu: 'NVIDIA GeForce RTX 4090', driver: '531.79' }),
};
const engine: Engine = {
  start: () => Promise.resolve(info),
  generate: () => Promise.reject(new Error('not asked for here')),
  close: () => Promise.resolve(),
};

test('an old driver is a problem of an engine that is ready, in both languages', async () => {
  const views: EngineView[] = [];
  const monitor = new EngineMonitor(engine, undefined, (view) => void views.push(view));
  await monitor.engine.start();
  const last = views.at(-1);
  expect(last).toMatchObject({ phase: 'ready', problem: { code: 'driver-too-old', retryable: false } });
  expect(last?.problem?.message['zh-CN']).toContain('535');
  expect(last?.problem?.message['en-US']).toContain('nvidia.com/drivers');
});
