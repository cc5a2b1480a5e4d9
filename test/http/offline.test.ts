// Nothing leaves the computer: a fill through the running server, with every connection that is tried written down.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RunView } from '../../server/contract/runs.ts';
import { startThrough } from '../fixtures/command-line.ts';
import { createProductBook, readProductBook } from '../fixtures/product-book.ts';
import { newHome, serve, type Served } from '../fixtures/serving.ts';

// Whole processes that load a model, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** Loaded before everything else in the server: writes down who is called, and lets it happen. */
const listener = `
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';

const note = (what) => appendFileSync(process.env.CALLS_FILE, what + '\\n');
note('process ' + (process.argv[1] ?? ''));
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...words) {
  const [first] = Array.isArray(words[0]) ? words[0] : words;
  const { host, port, path } = typeof first === 'object' && first !== null ? first : { port: first, host: words[1] };
  if (path === undefined) note('connect ' + (host ?? 'localhost') + ' ' + port);
  return connect.apply(this, words);
};
for (const api of [dns, dns.promises]) {
  for (const name of Object.keys(api).filter((one) => /^(?:lookup|resolve|reverse)/.test(one))) {
    const real = api[name];
    if (typeof real !== 'function') continue;
    api[name] = function (...words) {
      note('name ' + String(words[0]));
      return real.apply(this, words);
    };
  }
}
dgram.Socket.prototype.send = function () {
  note('datagram');
  throw new Error('no datagrams');
};
syncBuiltinESMExports();
`;

async function fillThrough({ running, api, ask }: Served, book: string): Promise<void> {
  await running.seen(/The model is ready/);
  for (const where of ['/', '/assets/pane.js', '/office/office.js', '/functions.json']) await ask(where);
  const { id: workbook } = await api<{ id: string }>('/api/workbooks', { method: 'POST', body: { path: book } });
  const scope = { rows: '', mode: 'empty', overwriteEdited: false };
  const body = { kind: 'fill', target: { workbook, recipe: 'default' }, scope };
  const { id } = await api<RunView>('/api/runs', { method: 'POST', body });
  await expect
    .poll(async () => (await api<RunView>(`/api/runs/${id}`)).state, { timeout: 80_000, interval: 250 })
    .toBe('finished');
  expect((await readProductBook(book)).rows[0]?.['描述']).toContain('帽子');
}

async function shop() {
  const made = await createProductBook([
    ['A', 'photos/hat-1.jpg'],
    ['B', 'https://example.com/photo.jpg'],
  ]);
  onTestFinished(() => made.remove());
  return { book: made.book, folder: made.folder, home: await newHome() };
}

test('the server connects to nothing, looks up no name and sends no datagram', async () => {
  const { book, home } = await shop();
  const [preload, calls] = ['listener.mjs', 'calls'].map((name) => path.join(home.HOME, name)) as [string, string];
  writeFileSync(preload, listener);
  const options = `--import=${pathToFileURL(preload).href}`;
  await fillThrough(await serve([], { ...home, NODE_OPTIONS: options, CALLS_FILE: calls }), book);
  const noted = readFileSync(calls, 'utf8').trim().split('\n');
  const [processes, others] = [
    noted.filter((line) => line.startsWith('process ')),
    noted.filter((line) => !line.startsWith('process ')),
  ];
  expect(processes.some((line) => line.includes('rowscribe.mjs'))).toBe(true);
  // Binding to an address goes through a look-up of it; the addresses are this computer's.
  expect(others.filter((line) => !/^name (?:127\.0\.0\.1|::1)$/.test(line))).toEqual([]);
});

const isolated = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

/** The kernel's count of packets that had nowhere to go, of a network of the server's own that has no way out. */
function strayPackets(pid: number | undefined): number {
  const table = (name: string) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8');
  const [names = '', values = ''] = table('snmp')
    .split('\n')
    .filter((line) => line.startsWith('Ip: '));
  const at = names.split(' ').indexOf('OutNoRoutes');
  const [, ipv6 = 'none'] = /^Ip6OutNoRoutes\s+(\d+)/m.exec(table('snmp6')) ?? [];
  return Number(values.split(' ')[at]) + Number(ipv6);
}

// Where a process may not have a network of its own (most systems but Linux), the test above stands alone.
test.runIf(isolated)('native code included, the kernel counts no packet that tried to leave', async () => {
  const { folder, book, home } = await shop();
  const launcher = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'] as const;
  const { running } = await serve([folder], home, (words, environment) => startThrough(launcher, words, environment));
  const { pid } = running.child;
  await running.seen(/products\.xlsx: 1 rows done/);
  expect((await readProductBook(book)).rows[0]?.['描述']).toContain('帽子');
  expect(strayPackets(pid)).toBe(0);
  // The count is one that counts: a packet that is sent out from there is in it.
  const sending = "require('dgram').createSocket('udp4').send('x', 9, '192.0.2.1', () => process.exit())";
  const inside = ['--preserve-credentials', '-U', '-n', '-t', String(pid), process.execPath, '-e', sending];
  execFileSync('nsenter', inside);
  expect(strayPackets(pid)).toBe(1);
});
