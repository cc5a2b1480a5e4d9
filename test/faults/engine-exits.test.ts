// The engine's process dies at every kind of moment: every promise settles with a typed error, the next call works.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../server/ports/clock.ts';
import { engineProbe, isRunning } from '../fixtures/engine-probe.ts';
import { demoPhoto } from '../fixtures/pictures.ts';
import { formSchema, longSchema, lookRequest } from '../fixtures/requests.ts';

const short = lookRequest([], '你好');
const long = lookRequest([], '给几个关键词', { schema: longSchema, outputTokensMax: 3000 });

describe('the engine process is killed', () => {
  test('while it loads: it is started again and the request is answered', async () => {
    const probe = engineProbe({}, (line, { pids, signal }) => {
      if (line.endsWith('started') && pids.length === 1) signal('SIGKILL');
    });
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test('while it is idle: the next request starts it again', async () => {
    const probe = engineProbe();
    await probe.engine.generate(short);
    probe.signal('SIGKILL');
    await vi.waitFor(() => expect(probe.log.at(-1)).toContain('SIGKILL'));
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test('just before a request, unnoticed: the request never reached it, so it is answered by the next process', async () => {
    const probe = engineProbe();
    await probe.engine.start();
    probe.signal('SIGKILL');
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test('while it answers: that request fails, it is not repeated, and those in the queue are answered', async () => {
    const probe = engineProbe();
    const failing = probe.engine.generate(long, undefined, () => probe.signal('SIGKILL'));
    const waiting = [probe.engine.generate(short), probe.engine.generate(short)];
    await expect(failing).rejects.toMatchObject({ code: 'engine-crashed', facts: { detail: 'signal SIGKILL' } });
    for (const answer of await Promise.all(waiting)) expect(answer.text).not.toBe('');
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test('at any time of a request with a picture: it is answered or fails as crashed, and the next one works', async () => {
    const request = lookRequest([await demoPhoto('dress-1')], '请看图填写', { schema: formSchema });
    const probe = engineProbe();
    const { text } = await probe.engine.generate(request);
    for (const delayMs of [0, 30, 90, 180, 300]) {
      const outcome = probe.engine.generate(request).then(
        (result) => result.text,
        (error: unknown) => error,
      );
      await delay(delayMs);
      probe.signal('SIGKILL');
      expect([text, expect.objectContaining({ code: 'engine-crashed' })]).toContainEqual(await outcome);
    }
    await expect(probe.engine.generate(request)).resolves.toMatchObject({ text });
    await probe.engine.close();
  });
});

describe('the engine process keeps dying', () => {
  test('the waits grow, it gives up after five exits, and tries again when ten minutes have passed', async () => {
    let nowMs = 0;
    const waitsMs: number[] = [];
    const clock: Clock = { now: () => nowMs, sleep: async (ms) => void waitsMs.push(ms) };
    let isKilling = true;
    const probe = engineProbe({ clock, backOff: {} }, (line, { signal }) => {
      if (isKilling && line.endsWith('started')) signal('SIGKILL');
    });
    const codes: unknown[] = [];
    for (let call = 0; call < 4; call++) {
      codes.push(await probe.engine.start().catch((error: unknown) => (error as { code: unknown }).code));
    }
    expect(codes).toEqual(['engine-load-failed', 'engine-load-failed', 'engine-gave-up', 'engine-gave-up']);
    expect(waitsMs).toEqual([1_000, 2_000, 5_000, 15_000]);
    expect(probe.pids).toHaveLength(5);
    await expect(probe.engine.generate(short)).rejects.toMatchObject({ facts: { detail: 'signal SIGKILL' } });
    isKilling = false;
    nowMs = 600_000;
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    await probe.engine.close();
  });

  test('an answer in between makes earlier exits forgotten', async () => {
    const waitsMs: number[] = [];
    const clock: Clock = { now: () => 0, sleep: async (ms) => void waitsMs.push(ms) };
    const probe = engineProbe({ clock, backOff: {} });
    for (let round = 0; round < 2; round++) {
      await probe.engine.generate(short);
      await expect(probe.engine.generate(long, undefined, () => probe.signal('SIGKILL'))).rejects.toMatchObject({
        code: 'engine-crashed',
      });
    }
    await probe.engine.generate(short);
    expect(waitsMs).toEqual([1_000, 1_000]);
    await probe.engine.close();
  });
});

describe('the server is killed', () => {
  test('its engine process does not outlive it', async () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const script = fileURLToPath(new URL('../fixtures/engine-parent.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', tsx, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let pid = 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      pid ||= Number(/process (\d+) started/.exec(line)?.[1] ?? 0);
      if (line === '.') break;
    }
    expect(await isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    // Left alone it would go on for about ten seconds, to the end of its answer.
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 5_000 });
  });
});
