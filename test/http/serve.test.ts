// rowscribe serve from end to end: the real command, the demo model, a page that asks it over https.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RunView } from '../../server/contract/runs.ts';
import type { AppState } from '../../server/contract/state.ts';
import { run, start } from '../fixtures/command-line.ts';
import { createProductBook, readProductBook } from '../fixtures/product-book.ts';
import { newHome, serve } from '../fixtures/serving.ts';

// Whole processes that load a model, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

async function shop(rows: readonly (readonly string[])[]) {
  const made = await createProductBook(rows);
  onTestFinished(() => made.remove());
  return made;
}

const engineChildrenOf = (pid: number | undefined): string[] => {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes('llama-node-child') && line.trim().split(/\s+/)[1] === String(pid));
};

test('the page opens, the model is loaded at once, a workbook is filled from it, and Ctrl-C leaves nothing behind', async () => {
  const { book } = await shop([['A', 'photos/hat-1.jpg']]);
  const { running, api, ask, port } = await serve([], await newHome());
  await running.seen(/The model is ready \(\d+\.\d s\)/);
  expect((await ask('/')).text).toContain('<script src="/assets/pane.js">');
  expect(await api<AppState>('/api/state')).toMatchObject({ engine: { phase: 'ready', isDemo: true, device: 'CPU' } });
  const { id: workbook } = await api<{ id: string }>('/api/workbooks', { method: 'POST', body: { path: book } });
  const target = { workbook, recipe: 'default' };
  const scope = { rows: '', mode: 'empty', overwriteEdited: false };
  const { id } = await api<RunView>('/api/runs', { method: 'POST', body: { kind: 'fill', target, scope } });
  await expect
    .poll(async () => (await api<RunView>(`/api/runs/${id}`)).state, { timeout: 80_000, interval: 250 })
    .toBe('finished');
  expect((await readProductBook(book)).rows[0]?.['描述']).toContain('帽子');
  const children = engineChildrenOf(running.child.pid);
  expect(children).toHaveLength(1);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Ended.');
  expect(execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' })).not.toContain(`serve --port ${port}`);
  const child = Number(children[0]?.trim().split(/\s+/)[0]);
  expect(() => process.kill(child, 0)).toThrow(/ESRCH/);
});

test('workbooks of a watched folder are offered to the page and filled by themselves', async () => {
  const { folder, book } = await shop([['A', 'photos/hat-1.jpg']]);
  const { running, api } = await serve([folder], await newHome());
  await running.seen(/products\.xlsx: 1 rows done/);
  const { workbooks } = await api<AppState>('/api/state');
  expect(workbooks).toMatchObject([{ name: 'products.xlsx', source: 'watched' }]);
  expect((await readProductBook(book)).rows[0]?.['描述']).toContain('帽子');
});

test('a run that is cut off by Ctrl-C goes on after the next start, from where it was', async () => {
  const keys = Array.from({ length: 3 }, (_, index) => [`K${index}`, `photos/hat-${(index % 4) + 1}.jpg`]);
  const { book } = await shop(keys);
  const home = await newHome();
  const first = await serve([], home);
  await first.running.seen(/The model is ready/);
  const scope = { rows: '', mode: 'empty', overwriteEdited: false };
  const begin = async ({ api }: typeof first) => {
    const { id: workbook } = await api<{ id: string }>('/api/workbooks', { method: 'POST', body: { path: book } });
    const body = { kind: 'fill', target: { workbook, recipe: 'default' }, scope };
    return api<RunView>('/api/runs', { method: 'POST', body });
  };
  const { id } = await begin(first);
  const finished = async ({ api }: typeof first) => (await api<RunView>(`/api/runs/${id}`)).finished;
  await expect.poll(() => finished(first), { timeout: 80_000, interval: 250 }).toBeGreaterThan(0);
  first.running.child.kill('SIGINT');
  expect((await first.running.finished).code).toBe(0);
  const done = (await readProductBook(book)).rows.filter((row) => row['描述'] !== '');
  expect(done.length).toBeGreaterThan(0);
  const again = await serve([], home);
  const resumed = await begin(again);
  const state = async () => (await again.api<RunView>(`/api/runs/${resumed.id}`)).state;
  await expect.poll(state, { timeout: 80_000, interval: 250 }).toBe('finished');
  const rows = (await readProductBook(book)).rows;
  expect(rows.filter((row) => row['描述'] === '')).toEqual([]);
  for (const row of done) expect(rows).toContainEqual(row);
});

test('a second start on the same port says that it runs already, and with --open just opens the page', async () => {
  const home = await newHome();
  const { port } = await serve([], home);
  const second = await run(['serve', '--port', String(port)], home);
  expect([second.code, second.stderr]).toEqual([3, expect.stringMatching(/running already.*\[server-running\]/)]);
  const opened = path.join(home.HOME, 'opened');
  const bin = path.join(home.HOME, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > "${opened}"\n`);
  chmodSync(path.join(bin, 'xdg-open'), 0o755);
  const words = ['serve', '--port', String(port), '--open'];
  const third = await run(words, { ...home, DISPLAY: ':0', PATH: `${bin}:${process.env['PATH'] ?? ''}` });
  expect(third.code, third.stderr).toBe(0);
  if (process.platform !== 'linux') return;
  await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toBe(`https://localhost:${port}`);
});

test('doctor finds the port taken while the server runs, and says that this may be fine', async () => {
  const home = await newHome();
  const { port } = await serve([], home);
  const { stdout } = await run(['doctor'], { ...home, ROWSCRIBE_PORT: String(port) });
  expect(stdout).toMatch(new RegExp(`✗ Port ${port} is taken: fine if Rowscribe runs in another window`));
  expect(stdout).toMatch(/✓ Product Copy Demo|✓ Model/);
});

test('without a model the page opens all the same and says what is wrong', async () => {
  const home = await newHome();
  const missing = { ROWSCRIBE_MODEL: '/nowhere/model.gguf', ROWSCRIBE_MMPROJ: '/nowhere/mmproj.gguf' };
  const { running, api } = await serve([], { ...home, ...missing });
  await running.seen(/The model cannot be loaded/);
  const { engine } = await api<AppState>('/api/state');
  expect(engine).toMatchObject({ phase: 'failed', problem: { code: 'model-missing' } });
});

test('a port that is no port, and a folder that is none, are told before anything starts', async () => {
  const home = await newHome();
  const port = await run(['serve', '--port', '70000'], home);
  expect([port.code, port.stderr]).toEqual([2, expect.stringContaining('65535')]);
  const folder = await run(['serve', '/nowhere/at/all'], home);
  expect([folder.code, folder.stderr]).toEqual([3, expect.stringContaining('[folder-missing]')]);
});

test('cert status says whether the certificate is trusted, and where it is', async () => {
  const home = await newHome();
  const { code, stdout } = await start(['cert', 'status'], home).finished;
  expect(code).toBe(3);
  expect(stdout).toContain(path.join(home.HOME, 'certificate', 'rowscribe-ca.crt'));
  expect((await run(['cert', 'renew'], home)).code).toBe(2);
});
