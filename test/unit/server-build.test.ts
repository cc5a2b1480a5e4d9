// Building llama-server: which tools run with what, what stays, and what does not when something fails.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { findServer, programName } from '../../server/engines/server-binary.ts';
import { runTool, type RunTool } from '../../server/engines/run-tool.ts';
import { createServerProgram } from '../../server/engines/server-build.ts';
import { RowscribeError } from '../../server/errors.ts';

const root = mkdtempSync(path.join(tmpdir(), 'rowscribe-build-'));
const folder = path.join(root, 'engine');
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

const places = { wanted: '', folder, searchPath: '', platform: process.platform, arch: 'x64' };
const program = programName(process.platform);
const card = { name: 'RTX 4090', computeCapability: '8.9', driver: '550', memoryFreeMiB: 23_000 };

/** Tools that do what the real ones do to the folders, and note what they were asked. */
function tools(failing = ''): { readonly run: RunTool; readonly asked: string[] } {
  const asked: string[] = [];
  const run: RunTool = async (tool, args) => {
    const line = `${path.basename(tool)} ${args.join(' ')}`.replaceAll(root, '');
    asked.push(line);
    if (failing !== '' && line.includes(failing))
      throw new RowscribeError('engine-build-failed', { tool, detail: 'x' });
    if (line.startsWith('cmake --build')) {
      const bin = path.join(args[1] ?? '', 'bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(path.join(bin, program), 'program', { mode: 0o755 });
    }
    return 'version: 0.4.0 (build 1)';
  };
  return { run, asked };
}

function programWith(run: RunTool, nvidia: readonly (typeof card)[]) {
  const source = { bundle: '/shipped/gitRelease.bundle', version: 'v0.4.0' };
  return createServerProgram({ ...places, source, run, machine: () => Promise.resolve({ nvidia }) });
}

describe('engine build', () => {
  test('clones the shipped source, compiles one program, and it is the one that is used from then on', async () => {
    const { run, asked } = tools();
    const server = programWith(run, []);
    expect(await server.find()).toBeUndefined();
    const steps: string[] = [];
    const built = await server.build((step) => steps.push(step), new AbortController().signal);
    expect(steps).toEqual(['unpack', 'configure', 'compile', 'try']);
    expect(asked.join('\n')).toContain('-DBUILD_SHARED_LIBS=OFF');
    // Else it would fetch a web page while it is built.
    expect(asked.join('\n')).toContain('-DLLAMA_USE_PREBUILT_UI=OFF');
    expect(asked.join('\n')).not.toContain('CUDA');
    expect(built.version).toBe('v0.4.0-cpu-built');
    expect(findServer(places)).toBe(built.path);
    expect(await server.find()).toEqual(built);
    expect(readdirSync(folder).filter((name) => name.startsWith('building-'))).toEqual([]);
  });

  test('compiles for the card that is there, when its compiler is', async () => {
    const withCompiler = tools();
    await programWith(withCompiler.run, [card]).build(() => undefined, new AbortController().signal);
    expect(withCompiler.asked.join('\n')).toContain('-DGGML_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=89-real');
    const without = tools('nvcc');
    const { version } = await programWith(without.run, [card]).build(() => undefined, new AbortController().signal);
    expect(version).toBe('v0.4.0-cpu-built');
  });

  test.each(['git clone', 'cmake -S', 'cmake --build', '--version'])(
    'that fails at “%s” leaves nothing behind, and what was there before is used',
    async (failing) => {
      const { run } = tools(failing);
      const building = programWith(run, []).build(() => undefined, new AbortController().signal);
      await expect(building).rejects.toMatchObject({ code: 'engine-build-failed' });
      expect(findServer(places)).toBeUndefined();
      expect(readdirSync(folder).filter((name) => name.startsWith('building-'))).toEqual([]);
    },
  );
});

describe('a tool', () => {
  test('that is not installed is named', async () => {
    await expect(runTool('no-such-tool-here', [])).rejects.toMatchObject({
      ...{ code: 'engine-tool-missing', facts: { tool: 'no-such-tool-here' } },
    });
  });

  test('that fails is told with the line that looks like the reason', async () => {
    const script = 'console.log("step 1"); console.error("fatal error: no disk"); console.log("bye"); process.exit(3)';
    await expect(runTool(process.execPath, ['-e', script])).rejects.toMatchObject({
      ...{ code: 'engine-build-failed', facts: { detail: 'fatal error: no disk' } },
    });
  });

  test('is ended by its signal', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    const running = runTool(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], stop.signal);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});

describe('where llama-server is looked for', () => {
  const put = (file: string): string => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o755 });
    return file;
  };

  test('as set and nowhere else, then in our folder, then in the PATH', () => {
    const inPath = put(path.join(root, 'bin', program));
    const searchPath = ['relative', path.join(root, 'none'), path.join(root, 'bin')].join(path.delimiter);
    expect(findServer({ ...places, searchPath })).toBe(inPath);
    const own = put(path.join(folder, 'b1', program));
    writeFileSync(path.join(folder, 'current.json'), JSON.stringify({ binary: own, version: 'b1' }));
    expect(findServer({ ...places, searchPath })).toBe(own);
    expect(findServer({ ...places, searchPath, wanted: path.join(root, 'none') })).toBeUndefined();
    writeFileSync(path.join(folder, 'current.json'), '{"binary": 5}');
    expect(findServer({ ...places, searchPath })).toBe(inPath);
    expect(existsSync(own)).toBe(true);
  });
});
