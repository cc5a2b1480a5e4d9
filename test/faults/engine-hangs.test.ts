// The engine is silent or slow: time-outs and aborts end the wait, and the next call works.
import { describe, expect, test } from 'vitest';
import { engineProbe } from '../fixtures/engine-probe.ts';
import { longSchema, lookRequest } from '../fixtures/requests.ts';

const short = lookRequest([], '你好');
const long = lookRequest([], '给几个关键词', { schema: longSchema, outputTokensMax: 3000 });
const hasStopSignal = process.platform !== 'win32';

describe('an engine that is silent', () => {
  test('is killed when loading takes too long', async () => {
    const { engine } = engineProbe({ loadTimeoutMs: 1 });
    await expect(engine.start()).rejects.toMatchObject({
      code: 'engine-load-failed',
      facts: { detail: { 'en-US': 'not ready after 0.001 s' } },
    });
    await engine.close();
  });

  test('is killed when a request takes too long, and those in the queue are answered', async () => {
    const probe = engineProbe({ requestTimeoutMs: 2_000 });
    const [tooSlow, waiting] = [probe.engine.generate(long), probe.engine.generate(short)];
    await expect(tooSlow).rejects.toMatchObject({ code: 'engine-timeout', facts: { seconds: 2 } });
    await expect(waiting).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test.skipIf(!hasStopSignal)('is killed when its whole process stands still', async () => {
    const probe = engineProbe({ requestTimeoutMs: 2_000 });
    await probe.engine.start();
    probe.signal('SIGSTOP');
    await expect(probe.engine.generate(short)).rejects.toMatchObject({ code: 'engine-timeout' });
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    await probe.engine.close();
  });

  test.skipIf(!hasStopSignal)('is killed when it does not stop after an abort', async () => {
    const probe = engineProbe({ stopTimeoutMs: 100 });
    const stop = new AbortController();
    const aborted = probe.engine.generate(long, stop.signal, () => {
      probe.signal('SIGSTOP');
      stop.abort(new Error('enough'));
    });
    await expect(aborted).rejects.toThrow('enough');
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(2);
    await probe.engine.close();
  });

  test.skipIf(!hasStopSignal)('does not keep close waiting', async () => {
    const probe = engineProbe();
    await probe.engine.start();
    probe.signal('SIGSTOP');
    const waiting = probe.engine.generate(short).catch((error: unknown) => error);
    await probe.engine.close();
    expect(await waiting).toMatchObject({ code: 'interrupted' });
  });
});

describe('an abort', () => {
  test('in the middle of an answer leaves the process as it is', async () => {
    const probe = engineProbe();
    const stop = new AbortController();
    const aborted = probe.engine.generate(long, stop.signal, () => stop.abort(new Error('enough')));
    await expect(aborted).rejects.toThrow('enough');
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(1);
    await probe.engine.close();
  });

  test('while the model loads ends the wait and not the loading', async () => {
    const stop = new AbortController();
    const probe = engineProbe({}, (line) => line.endsWith('started') && stop.abort(new Error('enough')));
    await expect(probe.engine.generate(short, stop.signal)).rejects.toThrow('enough');
    await expect(probe.engine.generate(short)).resolves.toMatchObject({ finish: 'stop' });
    expect(probe.pids).toHaveLength(1);
    await probe.engine.close();
  });

  test('of the loading by close leaves no process behind', async () => {
    const probe = engineProbe();
    const starting = probe.engine.start().catch((error: unknown) => error);
    await probe.engine.close();
    expect(await starting).toMatchObject({ code: 'interrupted' });
    expect(probe.pids.length).toBeLessThanOrEqual(1);
  });
});

describe('the queue', () => {
  test('is bounded', async () => {
    const { engine } = engineProbe({ waitingMax: 1 });
    const [running, waiting, refused] = [engine.generate(short), engine.generate(short), engine.generate(short)];
    await expect(refused).rejects.toMatchObject({ code: 'engine-rejected' });
    await expect(Promise.all([running, waiting])).resolves.toHaveLength(2);
    await engine.close();
  });
});
