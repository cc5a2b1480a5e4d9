// Installing the two archives of a release for Windows: the libraries come beside the program, and no entry leads out of the folder.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunTool } from '../../server/engines/run-tool.ts';
import { createServerProgram } from '../../server/engines/server-build.ts';
import { findServer } from '../../server/engines/server-binary.ts';
import { startServer, type FakeServer } from '../fakes/openai-server.ts';
import { makeZip } from '../workbook/make-zip.ts';

const names = { program: 'llama-bin-win-cuda.zip', libraries: 'cudart-bin-win-cuda.zip' } as const;
const signal = new AbortController().signal;
let root = '';
let server: FakeServer | undefined;
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'rowscribe-zip-'))));
afterEach(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

const zipOf = (entries: readonly string[]) =>
  makeZip(entries.map((name) => ({ name, data: name, stored: true as const })));

/** The names and contents of a zip whose entries are stored. */
function entriesOf(zip: Buffer): readonly (readonly [name: string, data: Buffer])[] {
  const entries: [string, Buffer][] = [];
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const [bytes, nameBytes, extraBytes] = [
      zip.readUInt32LE(at + 18),
      zip.readUInt16LE(at + 26),
      zip.readUInt16LE(at + 28),
    ];
    const from = at + 30 + nameBytes + extraBytes;
    entries.push([zip.toString('utf8', at + 30, at + 30 + nameBytes), zip.subarray(from, (at = from + bytes))]);
  }
  return entries;
}

/** A tar that does as it is told, wherever an entry leads, and a program that runs. */
function withoutScruples(): { readonly run: RunTool; readonly asked: string[] } {
  const asked: string[] = [];
  const run: RunTool = async (tool, args) => {
    asked.push(tool);
    const [verb, archive = '', , place = ''] = args;
    if (verb === '-tf')
      return entriesOf(readFileSync(archive))
        .map(([name]) => `${name}\r\n`)
        .join('');
    if (verb !== '-xf') return 'version: 0.5.0 (build 1)';
    for (const [name, data] of entriesOf(readFileSync(archive))) {
      const file = path.resolve(place, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, data, { mode: 0o755 });
    }
    return '';
  };
  return { run, asked };
}

async function installing(archives: Readonly<Record<keyof typeof names, readonly string[]>>) {
  const zips = new Map([
    [names.program, zipOf(archives.program)],
    [names.libraries, zipOf(archives.libraries)],
  ]);
  server = await startServer(({ path: asked }, response) => {
    const zip = zips.get(path.basename(asked) as (typeof names)['program']);
    response.writeHead(zip ? 200 : 404, { 'content-length': zip?.length ?? 0 }).end(zip);
  });
  const folder = path.join(root, 'engine');
  const places = { wanted: '', folder, searchPath: '', platform: 'win32' as const, arch: 'x64' };
  const release = { version: 'b1-cuda', files: Object.values(names).map((name) => ({ name })) };
  const { run, asked } = withoutScruples();
  const program = createServerProgram({ ...places, release, run, machine: () => Promise.resolve({ nvidia: [] }) });
  return { folder, places, asked, install: () => program.install(server?.url ?? '', () => undefined, signal) };
}

describe('a release for Windows', () => {
  test.each([
    ['at the top of its archive', ''],
    ['in a folder of its archive', 'llama-b1/'],
  ])('whose program lies %s has its libraries beside it', async (_, within) => {
    const { install, places, asked } = await installing({
      program: [`${within}llama-server.exe`, `${within}ggml-cuda.dll`],
      libraries: ['cudart64_12.dll', 'cublas64_12.dll'],
    });
    const { path: binary } = await install();
    expect(findServer(places)).toBe(binary);
    expect(readdirSync(path.dirname(binary)).toSorted()).toEqual([
      'cublas64_12.dll',
      'cudart64_12.dll',
      'ggml-cuda.dll',
      'llama-server.exe',
    ]);
    expect(new Set(asked.filter((tool) => /tar/.test(tool)))).toEqual(
      new Set([`${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\tar.exe`]),
    );
  });

  const evil = [
    '../evil.dll',
    'sub/../../../evil.dll',
    '..\\evil.dll',
    '/tmp/rowscribe-evil.dll',
    'C:\\evil.dll',
    'c:evil.dll',
  ];
  test.each(evil.flatMap((entry) => [['program', entry] as const, ['libraries', entry] as const]))(
    'is refused when the archive of the %s names “%s”',
    async (which, entry) => {
      const good = { program: ['llama-server.exe'], libraries: ['cudart64_12.dll'] };
      const { install, folder, places } = await installing({ ...good, [which]: [...good[which], entry] });
      await expect(install()).rejects.toMatchObject({
        code: 'engine-archive-bad',
        facts: { name: names[which], entry },
      });
      expect(existsSync(path.join(root, 'evil.dll')) || existsSync('/tmp/rowscribe-evil.dll')).toBe(false);
      expect(readdirSync(folder)).toEqual([]);
      expect(findServer(places)).toBeUndefined();
    },
  );
});
