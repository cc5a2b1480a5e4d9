// A llama-server that does not start as planned: weaker ways are tried in order, and a person is told which one works.
import { afterEach, describe, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createLlamaServerEngine, type LlamaServerOptions } from '../../server/engines/llama-server.ts';
import type { MachineFacts } from '../../server/engines/plan.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { fakeLlamaServer, type FakeProgram } from '../fixtures/fake-llama-server.ts';

const machine: MachineFacts = {
  ...{ platform: 'linux', arch: 'x64', cores: 8, builds: [] },
  nvidia: [{ name: 'RTX 4090', computeCapability: '8.9', driver: '550.1', memoryFreeMiB: 23_000 }],
};
const { model, mmproj } = demoModel();

const opened: { readonly engine: Engine; readonly program: FakeProgram }[] = [];
afterEach(async () => {
  for (const { engine, program } of opened.splice(0)) {
    await engine.close();
    program.remove();
  }
});

function engineOn(fails: string, changes: Partial<LlamaServerOptions> = {}) {
  const program = fakeLlamaServer(fails);
  const engine = createLlamaServerEngine({
    ...{ binary: program.binary, model, mmproj, backOff: { delaysMs: [0], exitsMax: 100 } },
    machine: () => Promise.resolve(machine),
    ...changes,
  });
  opened.push({ engine, program });
  return { engine, program };
}

const valueOf = (args: readonly string[], name: string) => args[args.indexOf(name) + 1];
/** The demo model is planned for the CPU; the ways down exist on a card only. */
const onCard = { build: 'cuda' } as Partial<LlamaServerOptions>;

describe.skipIf(process.platform === 'win32')('llama-server', () => {
  test('that starts as planned is spoken to with a key, on this computer only', async () => {
    const { engine, program } = engineOn(`''`);
    await expect(engine.start()).resolves.toMatchObject({ engine: 'llama-server', isDemo: true, slots: 4 });
    const [args = []] = program.starts();
    expect(valueOf(args, '--host')).toBe('127.0.0.1');
    expect(valueOf(args, '-np')).toBe('5');
    expect(args.join(' ')).not.toMatch(/api-key/);
  });

  test('that lacks memory gets fewer slots, then a smaller file, then no pictures on the card, then the CPU', async () => {
    const { engine, program } = engineOn(
      `args.includes('-ngl') && args[args.indexOf('-ngl') + 1] !== '0' ? 'memory' : ''`,
      {
        ...onCard,
        slots: 4,
        smallerModel: `${model}.small`,
      },
    );
    const info = await engine.start();
    expect(
      program
        .starts()
        .map((args) => [
          valueOf(args, '-np'),
          valueOf(args, '-m') !== model,
          args.includes('--no-mmproj-offload'),
          valueOf(args, '-ngl'),
        ]),
    ).toEqual([
      ['5', false, false, '99'],
      ['3', false, false, '99'],
      ['2', false, false, '99'],
      ['1', false, false, '99'],
      ['1', true, false, '99'],
      ['1', true, true, '99'],
      ['1', true, true, '0'],
    ]);
    expect(info.fallback?.['en-US']).toContain('not enough memory');
    expect(info.slots).toBe(1);
  });

  test('that misreads a known picture encodes pictures on the CPU, and is refused when that does not help', async () => {
    const helped = engineOn(`args.includes('--no-mmproj-offload') ? '' : 'blind'`, onCard);
    await expect(helped.engine.start()).resolves.toMatchObject({
      fallback: { 'en-US': expect.stringContaining('misread') as string },
    });
    const { engine, program } = engineOn(`'blind'`, onCard);
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine-load-failed' });
    expect(program.starts()).toHaveLength(2);
  });

  test('that is no program is told with its reason', async () => {
    const { engine } = engineOn(`''`, { binary: '/nowhere/llama-server' });
    const error = (await engine.start().catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: 'engine-load-failed' });
    expect(error.message).toContain('ENOENT');
  });

  test('that is not ready in time is ended', async () => {
    const { engine } = engineOn(`(require('node:child_process').execFileSync('/bin/sleep', ['60']), '')`, {
      loadTimeoutMs: 300,
    });
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine-load-failed' });
  });
});
