// The starter for people who use no command line: start.sh in a copy of the project, from a missing Node to an open page.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AppState } from '../../server/contract/state.ts';
import { startProgram } from '../fixtures/command-line.ts';
import { asked, freePort, newHome } from '../fixtures/serving.ts';

// Whole processes that load a model, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = [
  'server',
  'addin',
  'templates',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'start.sh',
  'manifest.xml',
];

/** The project in another place, as somebody would have copied it, without its packages. */
function copyOfProject(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowscribe-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of parts) cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  return folder;
}

/** A folder of programs that come before the system's; `npm` writes down how it was called and fails. */
function withPrograms(home: string, programs: Readonly<Record<string, string>>): string {
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  return bin;
}

const failingNpm = 'echo "npm $* in $(pwd)"; exit 1';

// start.cmd is its like on Windows, where no shell runs these.
describe.skipIf(process.platform === 'win32')('start.sh', () => {
  test('opens the page, says that the model is ready, and says which', async () => {
    const folder = copyOfProject();
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    const home = await newHome();
    const port = await freePort();
    const running = startProgram('/bin/sh', [path.join(folder, 'start.sh')], { ...home, ROWSCRIBE_PORT: String(port) });
    onTestFinished(() => void running.child.kill('SIGKILL'));
    await running.seen(/The page: https:/);
    await running.seen(/The model is ready/);
    await running.seen(/Model: Product Copy Demo/);
    await running.seen(/No browser can be opened from here/);
    const { api, ask } = asked(running, port, home['ROWSCRIBE_CERTIFICATE_FOLDER'] ?? '');
    expect((await ask('/')).text).toContain('/assets/pane.js');
    expect((await ask('/assets/pane.js')).status).toBe(200);
    expect((await api<AppState>('/api/state')).engine.phase).toBe('ready');
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });

  test('installs the packages when there are none, and says what to do when that fails', async () => {
    const folder = copyOfProject();
    const home = await newHome();
    const bin = withPrograms(home.HOME, { npm: failingNpm, node: `exec "${process.execPath}" "$@"` });
    const run = () =>
      spawnSync('/bin/sh', [path.join(folder, 'start.sh')], {
        env: { ...home, PATH: `${bin}:/usr/bin:/bin` },
        encoding: 'utf8',
      });
    const first = run();
    expect(first.stdout.trim()).toBe(`npm ci --omit=dev in ${folder}`);
    expect([first.status, first.stderr]).toEqual([1, expect.stringContaining('could not be installed')]);
    // Packages of another version than the lock file names are installed anew.
    mkdirSync(path.join(folder, 'node_modules'));
    const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
    writeFileSync(
      path.join(folder, 'node_modules', '.package-lock.json'),
      lock.replace('"version": "5.3.0"', '"version": "5.2.0"'),
    );
    expect(run().stdout.trim()).toBe(`npm ci in ${folder}`);
    const chinese = spawnSync('/bin/sh', [path.join(folder, 'start.sh')], {
      env: { ...home, ROWSCRIBE_LANGUAGE: 'zh-CN', PATH: `${bin}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    expect(chinese.stderr).toContain('软件包没有装好');
  });

  test('says where to get Node when there is none, or an old one', async () => {
    const { HOME } = await newHome();
    const script = path.join(root, 'start.sh');
    const without = (LANG: string) =>
      spawnSync('/bin/sh', [script], { env: { HOME, LANG, PATH: HOME }, encoding: 'utf8' });
    expect([without('en_US.UTF-8').status, without('en_US.UTF-8').stderr]).toEqual([
      1,
      expect.stringMatching(/20\.19 or newer.*nodejs\.org/),
    ]);
    expect(without('zh_CN.UTF-8').stderr).toMatch(/20\.19 或更新版本.*nodejs\.org\/zh-cn/);
    const old =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.18.3'}})";
    const bin = withPrograms(HOME, { node: `exec "${process.execPath}" --import "${old}" "$@"`, npm: failingNpm });
    const outdated = spawnSync('/bin/sh', [script], {
      env: { HOME, LANG: 'en_US.UTF-8', PATH: bin },
      encoding: 'utf8',
    });
    expect([outdated.status, outdated.stdout, outdated.stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/Node\.js 20\.18\.3 is too old/),
    ]);
  });
});

test('start.cmd does the same with the same file, and its lines end as Windows wants them', () => {
  const text = readFileSync(path.join(root, 'start.cmd'), 'utf8');
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .every((line) => line.endsWith('\r')),
  ).toBe(true);
  expect(text).toMatch(/where node/);
  expect(text).toContain('node server\\start.mjs %*');
  // The window stays open for what went wrong to be read.
  expect(text).toMatch(/if errorlevel 1 pause\r\n$/);
});
