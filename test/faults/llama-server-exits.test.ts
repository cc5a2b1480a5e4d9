// A real llama-server dies or hangs at every kind of moment: every promise settles, the next call works, none outlives us.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createLlamaServerEngine, type LlamaServerOptions } from '../../server/engines/llama-server.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { isRunning } from '../fixtures/engine-probe.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { longSchema, lookRequest } from '../fixtures/requests.ts';

const short = lookRequest([], '你好');
const long = lookRequest([], '给几个关键词', { schema: longSchema, outputTokensMax: 3000 });

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** The engine with the process ids of its servers, the newest of which can be sent a signal. */
function probe(
  changes: Partial<LlamaServerOptions> = {},
  onStart: (pid: number, starts: number) => void = () => undefined,
) {
  const pids: number[] = [];
  const ends: string[] = [];
  const engine = createLlamaServerEngine({
    ...{ ...demoModel(), binary: llamaServer ?? '', backOff: { delaysMs: [0], exitsMax: 100 } },
    ...changes,
    log: (line) => {
      const pid = /process (\d+) started/.exec(line)?.[1];
      if (pid !== undefined) onStart(Number(pid), pids.push(Number(pid)));
      if (line.includes('ended')) ends.push(line);
    },
  });
  engines.push(engine);
  return { engine, pids, ends, signal: (name: NodeJS.Signals) => void process.kill(pids.at(-1) ?? 0, name) };
}

describe.skipIf(llamaServer === undefined)('llama-server is killed', () => {
  test('while it loads: it is started again and the request is answered', async () => {
    const { engine, pids } = probe({}, (pid, starts) => void (starts === 1 && process.kill(pid, 'SIGKILL')));
    await expect(engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(pids).toHaveLength(2);
  });

  test('while it is idle: the next request starts it again', async () => {
    const { engine, pids, ends, signal } = probe();
    await engine.generate(short);
    signal('SIGKILL');
    await vi.waitFor(() => expect(ends).toHaveLength(1));
    await expect(engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(pids).toHaveLength(2);
  });

  test('while several are answered: each is told that it was not alone, and the next one works', async () => {
    const { engine, signal } = probe();
    await engine.start();
    let begun = 0;
    const onText = () => void ((begun += 1) === 20 && signal('SIGKILL'));
    const running = [engine.generate(long, undefined, onText), engine.generate(long, undefined, onText)];
    for (const outcome of await Promise.allSettled(running)) {
      expect(outcome).toMatchObject({ reason: { code: 'engine-crashed', facts: { killed: true } } });
    }
    await expect(engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
  });

  test('it hangs: after two answers that did not come it is started anew', async () => {
    const { engine, pids, signal } = probe({ requestTimeoutMs: 8_000 });
    await engine.generate(short);
    signal('SIGSTOP');
    for (let time = 0; time < 2; time++)
      await expect(engine.generate(short)).rejects.toMatchObject({ code: 'engine-timeout' });
    await expect(engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(pids).toHaveLength(2);
  });

  test('nothing of it outlives a server that is killed', async () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const script = fileURLToPath(new URL('../fixtures/llama-server-parent.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', tsx, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let pid = 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      pid ||= Number(/process (\d+) started/.exec(line)?.[1] ?? 0);
      if (line === '.') break;
    }
    expect(await isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 10_000 });
  });
});
