// Which of several servers gets a request.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseServer, type ServerLoad } from '../../server/engines/fleet-choice.ts';

const idle = (count: number): ServerLoad[] =>
  Array.from({ length: count }, (_, index) => ({ url: `http://10.0.0.${index + 1}:8080`, busy: 0, slots: 4 }));
const pictures = Array.from({ length: 400 }, (_, index) => `picture ${index}`);
const homeOf = (servers: readonly ServerLoad[], picture: string) => chooseServer(servers, picture, undefined)?.url;
const full = (server: ServerLoad): ServerLoad => ({ ...server, busy: server.slots });

describe('the server for a picture', () => {
  test('is the same whatever the order of the addresses', () => {
    const servers = idle(5);
    for (const picture of pictures) expect(homeOf(servers.toReversed(), picture)).toBe(homeOf(servers, picture));
  });

  test('is each of them about equally often', () => {
    const counts = idle(4).map(({ url }) => pictures.filter((picture) => homeOf(idle(4), picture) === url).length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  test('stays when another server goes away', () => {
    const servers = idle(5);
    const left = servers.slice(1);
    const kept = pictures.filter((picture) => homeOf(servers, picture) !== servers[0]?.url);
    for (const picture of kept) expect(homeOf(left, picture)).toBe(homeOf(servers, picture));
  });

  test('is the one that had it last', () => {
    const servers = idle(3);
    for (const { url } of servers) expect(chooseServer(servers, 'a dress', url)?.url).toBe(url);
    expect(chooseServer(servers, 'a dress', 'http://gone')?.url).toBe(homeOf(servers, 'a dress'));
  });

  test('is the least busy one while its own is full, and its own when all are', () => {
    const servers = idle(3);
    const home = homeOf(servers, 'a dress');
    const others = servers.filter(({ url }) => url !== home);
    const busy = servers.map((one) => (one.url === home ? full(one) : { ...one, busy: one === others[0] ? 3 : 1 }));
    expect(chooseServer(busy, 'a dress', home)?.url).toBe(others[1]?.url);
    expect(chooseServer(servers.map(full), 'a dress', undefined)?.url).toBe(home);
  });
});

test('a request without a picture goes to the least busy server for its size', () => {
  const [one, two] = idle(2);
  const servers = [
    { ...one, url: 'small', busy: 1, slots: 2 },
    { ...two, url: 'large', busy: 3, slots: 8 },
  ];
  expect(chooseServer(servers, undefined, undefined)?.url).toBe('large');
});

test('no slot stays idle while another server is over its slots', () => {
  const load = fc.record({ busy: fc.nat(9), slots: fc.integer({ min: 1, max: 9 }) });
  const property = fc.property(fc.array(load, { minLength: 1, maxLength: 6 }), fc.string(), (loads, picture) => {
    const servers = loads.map((one, index) => ({ ...one, url: `http://10.0.0.${index}` }));
    const chosen = chooseServer(servers, picture === '' ? undefined : picture, undefined);
    const someFree = servers.some(({ busy, slots }) => busy < slots);
    expect(chosen).toBeDefined();
    if (someFree && chosen) expect(chosen.busy).toBeLessThan(chosen.slots);
  });
  fc.assert(property);
});
