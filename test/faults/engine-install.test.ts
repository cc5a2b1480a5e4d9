// Installing llama-server from a release server that cuts off, lies, or packs entries that lead out of the folder.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findServer } from '../../server/engines/server-binary.ts';
import { createServerProgram } from '../../server/engines/server-build.ts';
import { chooseRelease } from '../../server/engines/server-releases.ts';
import { startServer, type FakeServer, type Handler } from '../fakes/openai-server.ts';

const name = 'llama-test.tar.gz';
const signal = new AbortController().signal;
let root = '';
let server: FakeServer | undefined;
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'rowscribe-install-'))));
afterEach(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

/** A release as an archive: `extra` are further arguments of tar, in the folder of the files. */
function archive(extra: readonly string[] = [], prepare: (folder: string) => void = () => undefined): Buffer {
  const folder = path.join(root, 'packed');
  mkdirSync(path.join(folder, 'llama-b1'), { recursive: true });
  const program = '#!/bin/sh\necho "version: 0.5.0 (build 1)"\n';
  writeFileSync(path.join(folder, 'llama-b1', 'llama-server'), program, { mode: 0o755 });
  // Bytes that do not become few when they are packed.
  writeFileSync(path.join(folder, 'llama-b1', 'model.bin'), randomBytes(300_000));
  prepare(path.join(folder, 'llama-b1'));
  const file = path.join(root, name);
  execFileSync('tar', ['-czf', file, ...extra, 'llama-b1'], { cwd: folder });
  return readFileSync(file);
}

/** Sends the bytes, from where a range begins. */
function whole(bytes: Buffer): Handler {
  return ({ headers }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from }).end(bytes.subarray(from));
  };
}

async function installing(handler: Handler, sha256?: string) {
  server = await startServer(handler);
  const folder = path.join(root, 'engine');
  const places = { wanted: '', folder, searchPath: '', platform: process.platform, arch: process.arch };
  const release = { version: 'b1-test', files: [{ name, ...(sha256 !== undefined && { sha256 }) }] };
  const program = createServerProgram({ ...places, release, machine: () => Promise.resolve({ nvidia: [] }) });
  const { url } = server;
  return { folder, places, run: () => program.install(url, () => undefined, signal), requests: server.requests };
}

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(process.platform === 'win32')('engine install', () => {
  test('downloads, checks, unpacks and uses the program; the archive goes', async () => {
    const bytes = archive();
    const { run, folder, places } = await installing(whole(bytes), sha256Of(bytes));
    const installed = await run();
    expect(installed).toMatchObject({ version: 'b1-test', unchecked: [] });
    expect(findServer(places)).toBe(installed.path);
    expect(readdirSync(folder).filter((entry) => entry.endsWith('.part'))).toEqual([]);
  });

  test('goes on where the connection was cut off', async () => {
    const bytes = archive();
    const half = Math.floor(bytes.length / 2);
    const { run, requests, folder } = await installing(async (request, response, count) => {
      if (count > 1) return whole(bytes)(request, response, count);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, half));
      await vi.waitFor(() => expect(statSync(path.join(folder, `${name}.part`)).size).toBeGreaterThan(0), 10_000);
      response.destroy();
    }, sha256Of(bytes));
    await run();
    expect(requests.map(({ headers }) => headers.range)).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  test('says what broke when a server gives nothing', async () => {
    const { run } = await installing((_, response) => void response.destroy());
    await expect(run()).rejects.toMatchObject({ code: 'engine-download-failed' });
    await server?.close();
    const missing = await installing((_, response) => void response.writeHead(404).end());
    await expect(missing.run()).rejects.toMatchObject({ facts: { detail: 'HTTP 404' } });
  });

  test('throws away what is not what was published, and begins anew the next time', async () => {
    const bytes = archive();
    const bad = Buffer.from(bytes);
    bad[100] = (bad[100] ?? 0) ^ 1;
    const { run, folder, places } = await installing(
      (request, response, count) => whole(count === 1 ? bad : bytes)(request, response, count),
      sha256Of(bytes),
    );
    await expect(run()).rejects.toMatchObject({ code: 'engine-download-damaged' });
    expect(readdirSync(folder)).toEqual([]);
    expect(findServer(places)).toBeUndefined();
    await expect(run()).resolves.toMatchObject({ version: 'b1-test' });
  });

  test('says so when the checksum was not known beforehand', async () => {
    const bytes = archive();
    const { run } = await installing(whole(bytes));
    await expect(run()).resolves.toMatchObject({ unchecked: [{ name, sha256: sha256Of(bytes) }] });
  });

  test.each([
    ['names a file outside', ['-P', '--transform', 's,^llama-b1/model,../../evil,'], () => undefined],
    ['is absolute', ['-P', '--transform', 's,^llama-b1/model,/tmp/rowscribe-evil,'], () => undefined],
    ['links to the outside', [], (folder: string) => symlinkSync('/etc', path.join(folder, 'etc'))],
  ])('refuses an archive of which an entry %s', async (_, extra, prepare) => {
    const bytes = archive(extra, prepare);
    const { run, folder, places } = await installing(whole(bytes), sha256Of(bytes));
    await expect(run()).rejects.toMatchObject({ code: 'engine-archive-bad' });
    expect(existsSync(path.join(root, 'evil.bin'))).toBe(false);
    expect(existsSync('/tmp/rowscribe-evil.bin')).toBe(false);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('b1-test'))).toEqual([]);
    expect(findServer(places)).toBeUndefined();
  });

  test('has a build for every usual machine', () => {
    expect(chooseRelease('win32', 'x64', true)?.files).toHaveLength(2);
    for (const [platform, arch] of [
      ['win32', 'x64'],
      ['darwin', 'arm64'],
      ['darwin', 'x64'],
      ['linux', 'x64'],
    ] as const)
      expect(chooseRelease(platform, arch, false)?.files[0]?.name).toMatch(/^llama-b\d+-bin-/);
    expect(chooseRelease('aix', 'ppc64', false)).toBeUndefined();
  });
});
