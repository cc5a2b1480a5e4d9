// Where the local server listens: on this computer's own addresses, on a port that is its own.
import { createConnection, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './local-server.ts';

describe('listening', () => {
  const reach = (host: string, port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ host, port, timeout: 2000 });
      const end = (answer: boolean) => {
        socket.destroy();
        resolve(answer);
      };
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
      socket.once('timeout', () => end(false));
    });

  test('is on this computer’s own addresses only', async () => {
    const { port } = await openTestServer();
    expect(await reach('127.0.0.1', port)).toBe(true);
    const all = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    const hasIpv6 = all.some(({ address }) => address === '::1');
    if (hasIpv6) expect(await reach('::1', port)).toBe(true);
    const outside = all.filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0);
    for (const { address } of outside) expect(await reach(address, port), address).toBe(false);
    // Were it bound to every address, no other could listen on one of them.
    const other = createServer();
    const free = await new Promise<boolean>((resolve) => {
      other.once('error', () => resolve(false));
      other.listen({ host: '127.0.0.2', port, exclusive: true }, () => resolve(true));
    });
    other.close();
    if (process.platform === 'linux') expect(free).toBe(true);
  });

  test('on a port that another program has fails and names it; on one of ours, says that Rowscribe runs already', async () => {
    const other = createServer((socket) => socket.destroy());
    const taken = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(openTestServer([], { port: taken })).rejects.toMatchObject({
      code: 'port-taken',
      facts: { port: taken },
    });
    other.close();
    const first: TestServer = await openTestServer();
    const again = openTestServer([], { port: first.port, certificate: first.certificate });
    await expect(again).rejects.toMatchObject({ code: 'server-running', facts: { address: first.server.address } });
    await expect(openTestServer([], { port: first.port })).rejects.toMatchObject({ code: 'port-taken' });
  });
});
