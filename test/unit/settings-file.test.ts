// Settings are changed in the person's own file, and nothing else in it.
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { changeSettings } from '../../server/settings-file.ts';
import { loadSettings } from '../../server/settings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rowscribe 设置 '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'settings.yaml');
beforeEach(() => rmSync(file, { force: true }));

const load = () => loadSettings({ ROWSCRIBE_SETTINGS: file });
const now = () => readFileSync(file, 'utf8');

describe('a change of settings', () => {
  test('makes the file and its folder when there is none', () => {
    const deep = path.join(folder, 'new', 'settings.yaml');
    changeSettings(deep, { port: 9000 });
    expect(readFileSync(deep, 'utf8')).toBe('port: 9000\n');
  });

  test('keeps comments, order and everything it does not name', () => {
    const before = '# ours\nlanguage: zh-CN # 中文\n\n# the port\nport: 9000\nseed: 3\n';
    writeFileSync(file, before);
    changeSettings(file, { port: 9001, threads: 4 });
    expect(now()).toBe('# ours\nlanguage: zh-CN # 中文\n\n# the port\nport: 9001\nseed: 3\nthreads: 4\n');
  });

  test('keeps Windows line ends', () => {
    writeFileSync(file, '# ours\r\nport: 9000\r\n');
    changeSettings(file, { seed: 5 });
    expect(now()).toBe('# ours\r\nport: 9000\r\nseed: 5\r\n');
  });

  test('starts from a file of comments alone', () => {
    writeFileSync(file, '# nothing yet\n');
    changeSettings(file, { seed: 5 });
    expect(now()).toContain('# nothing yet');
    expect(load().seed).toBe(5);
  });

  test('writes through a link, and leaves no other file behind', () => {
    const real = path.join(folder, 'real.yaml');
    writeFileSync(real, 'seed: 1\n');
    symlinkSync(real, file);
    changeSettings(file, { seed: 2 });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('seed: 2\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each(['- a\n- b\n', 'port: [', 'just words\n'])('refuses %j and leaves it as it is', (before) => {
    writeFileSync(file, before);
    expect(() => changeSettings(file, { seed: 2 })).toThrow(/settings are not right/);
    expect(now()).toBe(before);
    expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
  });

  test('gives back any path as it was written', () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(name, (one) => {
        const model = path.resolve(folder, one);
        changeSettings(file, { model, mmproj: 'C:\\模型\\a: b#c.gguf' });
        expect(load().model).toBe(path.resolve(folder, model));
        expect(load().mmproj).toBe(path.resolve(folder, 'C:\\模型\\a: b#c.gguf'));
      }),
      { numRuns: 60 },
    );
  });
});
