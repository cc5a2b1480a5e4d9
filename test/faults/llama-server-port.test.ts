// Somebody else takes the port that a llama-server was given: it is started on another one, and the stranger is shown nothing.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createLlamaServerEngine } from '../../server/engines/llama-server.ts';
import { freePort } from '../../server/engines/server-port.ts';
import type { Engine } from '../../server/ports/engine.ts';
import { fakeLlamaServer } from '../fixtures/fake-llama-server.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { lookRequest } from '../fixtures/requests.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

interface Stranger {
  readonly port: number;
  /** The paths it was asked for. */
  readonly asked: readonly string[];
}

/** Another program's model server: healthy, without a key, glad to answer anything. */
async function stranger(): Promise<Stranger> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    const content = JSON.stringify({ category: '连衣裙' });
    const choices = [{ message: { content }, finish_reason: 'stop' }];
    response.end(JSON.stringify({ status: 'ok', data: [{ id: 'rowscribe', owned_by: 'llamacpp' }], choices }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  undo.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return { port: (server.address() as AddressInfo).port, asked };
}

/** An engine whose first `takenTimes` ports are the stranger's. */
function engineOn(
  binary: string,
  port: number,
  takenTimes: number,
): { readonly engine: Engine; readonly given: number[] } {
  const given: number[] = [];
  const engine = createLlamaServerEngine({
    ...{ ...demoModel(), binary, backOff: { delaysMs: [600_000], exitsMax: 1 } },
    port: async () => {
      given.push(given.length < takenTimes ? port : await freePort());
      return given.at(-1) ?? 0;
    },
  });
  undo.push(() => engine.close());
  return { engine, given };
}

const shown = ({ asked }: Stranger) => asked.filter((path) => path !== '/health' && path !== '/v1/models');

describe.skipIf(process.platform === 'win32')('a port that was taken', () => {
  test.each([
    ['makes it end', () => `''`],
    ['goes unnoticed by it', (port: number) => `args.includes('${port}') ? 'deaf' : ''`],
  ])('%s: another one is used at once', async (_, fails) => {
    const other = await stranger();
    const program = fakeLlamaServer(fails(other.port));
    undo.push(program.remove);
    const { engine, given } = engineOn(program.binary, other.port, 1);
    await expect(engine.start()).resolves.toMatchObject({ engine: 'llama-server' });
    expect(given).toHaveLength(2);
    expect(shown(other)).toEqual([]);
  });

  test('again and again is told', async () => {
    const other = await stranger();
    const program = fakeLlamaServer(`''`);
    undo.push(program.remove);
    const { engine, given } = engineOn(program.binary, other.port, Infinity);
    await expect(engine.start()).rejects.toMatchObject({
      code: 'engine-load-failed',
      message: expect.stringContaining('port') as string,
    });
    expect(given).toHaveLength(5);
    expect(shown(other)).toEqual([]);
  });
});

describe.skipIf(llamaServer === undefined)('a port that was taken from a real llama-server', () => {
  test('is left to the other program', async () => {
    const other = await stranger();
    const { engine, given } = engineOn(llamaServer ?? '', other.port, 1);
    await expect(engine.generate(lookRequest([], '你好'))).resolves.toMatchObject({ finish: 'stop' });
    expect(given).toHaveLength(2);
    expect(shown(other)).toEqual([]);
  });
});
