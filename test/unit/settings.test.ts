// Settings: defaults, then the file, then the environment; every fault at once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isRowscribeError } from '../../server/errors.ts';
import { definitions, loadSettings, settingsPath, variableName } from '../../server/settings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rowscribe-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(file: string | undefined, variables: Readonly<Record<string, string>> = {}) {
  const settings = path.join(folder, 'settings.yaml');
  if (file !== undefined) writeFileSync(settings, file);
  const missing = path.join(folder, 'none.yaml');
  return loadSettings({ ROWSCRIBE_SETTINGS: file === undefined ? missing : settings, ...variables });
}

function faultsOf(file: string | undefined, variables: Readonly<Record<string, string>> = {}) {
  try {
    load(file, variables);
  } catch (error) {
    if (isRowscribeError(error, 'settings-invalid')) return { en: error.text('en-US'), zh: error.text('zh-CN') };
    throw error;
  }
  return { en: '', zh: '' };
}

const faultCount = (text: string) => text.split('\n').filter((line) => line.startsWith('  - ')).length;

describe('settings', () => {
  test('have a default each, also when there is no file or an empty one', () => {
    const defaults = Object.fromEntries(Object.entries(definitions).map(([name, { default: value }]) => [name, value]));
    for (const file of [undefined, '', '# nothing yet\n']) expect(load(file)).toEqual(defaults);
  });

  test('are explained in both languages, and every default is within its bounds', () => {
    for (const definition of Object.values(definitions)) {
      expect(definition.about['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(definition.about['en-US']).not.toMatch(/\p{Script=Han}/u);
      if (definition.kind !== 'integer') continue;
      expect(definition.default).toBeGreaterThanOrEqual(definition.min);
      expect(definition.default).toBeLessThanOrEqual(definition.max);
    }
  });

  test('come from the file, and from the environment before the file', () => {
    expect(load('imageTokensMax: 1024\nlanguage: en-US\n')).toMatchObject({ imageTokensMax: 1024, language: 'en-US' });
    const variables = { ROWSCRIBE_IMAGE_TOKENS_MAX: '512', ROWSCRIBE_LANGUAGE: 'zh-CN' };
    expect(load('imageTokensMax: 1024\nthreads: 3\n', variables)).toMatchObject({
      ...{ imageTokensMax: 512, language: 'zh-CN', threads: 3 },
    });
  });

  test('take relative paths from the folder of the file, and those of variables from the working folder', () => {
    const settings = load('model: models/a.gguf\nmmproj: /abs/b.gguf\nrecipesFolder: ../recipes\n', {
      ROWSCRIBE_DATA_FOLDER: 'data',
    });
    expect(settings).toMatchObject({
      model: path.join(folder, 'models', 'a.gguf'),
      mmproj: path.resolve('/abs/b.gguf'),
      recipesFolder: path.resolve(folder, '..', 'recipes'),
      dataFolder: path.resolve('data'),
    });
  });

  test('take a list of folders from a list, a text or a variable', () => {
    const roots = [path.join(folder, 'a'), path.resolve('/b')];
    expect(load('pictureRoots: [a, /b]\n').pictureRoots).toEqual(roots);
    expect(load(`pictureRoots: "a${path.delimiter}/b"\n`).pictureRoots).toEqual(roots);
    expect(load('', { ROWSCRIBE_PICTURE_ROOTS: `/x${path.delimiter}/y` }).pictureRoots).toEqual(
      ['/x', '/y'].map((root) => path.resolve(root)),
    );
    expect(load('pictureRoots: a\n').pictureRoots).toEqual([path.join(folder, 'a')]);
  });

  test('take one model server or several, each once', () => {
    const two = ['http://10.0.0.1:8080', 'http://10.0.0.2:8080'];
    expect(load('serverUrl: http://10.0.0.1:8080/\n').serverUrl).toEqual([two[0]]);
    expect(load('serverUrl: ""\n').serverUrl).toEqual([]);
    expect(load(`serverUrl: [${two.join(', ')}, ${two[0]}/]\n`).serverUrl).toEqual(two);
    expect(load('', { ROWSCRIBE_SERVER_URL: two.join(',') }).serverUrl).toEqual(two);
  });

  test('are read from where the environment says', () => {
    expect(settingsPath({ ROWSCRIBE_SETTINGS: '/x/mine.yaml' })).toBe(path.resolve('/x/mine.yaml'));
    expect(path.basename(settingsPath({}))).toBe('settings.yaml');
    expect(variableName('imageTokensMax')).toBe('ROWSCRIBE_IMAGE_TOKENS_MAX');
    expect(variableName('port')).toBe('ROWSCRIBE_PORT');
  });
});

describe('a fault', () => {
  test.each([
    ['imageTokensMax: 10', 'imageTokensMax must be a whole number from 64 to 4096, not 10'],
    ['imageTokensMax: 5000', 'imageTokensMax must be a whole number from 64 to 4096, not 5000'],
    ['imageTokensMax: 100.5', 'imageTokensMax must be a whole number'],
    ['imageTokensMax: many', 'not many'],
    ['imageTokensMax: ""', 'imageTokensMax must be a whole number'],
    ['imageTokensMax: [1]', 'imageTokensMax must be a whole number'],
    ['language: de', 'language must be one of auto, zh-CN, en-US, not de'],
    ['dataFolder: 7', 'dataFolder must be a path'],
    ['serverUrl: [http://10.0.0.1, ftp://10.0.0.2]', 'serverUrl must be an address such as'],
    ['engine: openai', 'the engine openai needs serverUrl'],
    ['pictureRoots: 7', 'pictureRoots must be a list of folders'],
    ['pictureRoots: [a, 7]', 'pictureRoots must be a list of folders'],
    ['imageTokenMax: 1024', 'unknown setting “imageTokenMax”'],
    ['toString: 1', 'unknown setting “toString”'],
    ['model: a.gguf', 'model and mmproj belong together'],
    ['- a\n- b', 'the file must hold lines such as'],
    ['just words', 'the file must hold lines such as'],
    ['port: [', '  - '],
    ['port: 1\nport: 2', '  - '],
  ])('%j is said plainly', (file, fault) => {
    const { en, zh } = faultsOf(`${file}\n`);
    expect(en).toContain(fault);
    expect(faultCount(en)).toBe(1);
    expect(faultCount(zh)).toBe(1);
    expect(en).toContain(path.join(folder, 'settings.yaml'));
  });

  test('of a variable names the variable', () => {
    expect(faultsOf('', { ROWSCRIBE_PORT: '80' }).en).toContain('ROWSCRIBE_PORT must be a whole number from 1024');
  });

  test('does not hide another: all come together, in both languages', () => {
    const { en, zh } = faultsOf('port: 1\nlanguage: de\ncolour: red\nmodel: a.gguf\n', { ROWSCRIBE_SEED: 'x' });
    expect(faultCount(en)).toBe(5);
    expect(faultCount(zh)).toBe(5);
    for (const line of zh.split('\n').slice(1)) expect(line).toMatch(/\p{Script=Han}/u);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });

  test('of a file that cannot be read is one as well', () => {
    const place = path.join(folder, 'a-folder');
    mkdirSync(place);
    expect(() => loadSettings({ ROWSCRIBE_SETTINGS: place })).toThrow(/EISDIR/);
  });
});
