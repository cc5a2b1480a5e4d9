// Holds the invariants that ARCHITECTURE.md states: arrows, sizes, captions, who may do what.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const functionLinesMax = 70;
const fileLinesMax = 300;

/** What each folder of server/ may import of ours; files beside the folders go by their own name. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  i18n: ['i18n', 'domain', 'ports'],
  'errors.ts': ['i18n', 'domain'],
  ports: ['ports', 'domain', 'errors.ts'],
  jobs: ['jobs', 'ports', 'domain', 'i18n', 'errors.ts'],
  engines: ['engines', 'ports', 'domain', 'errors.ts'],
  images: ['images', 'ports', 'domain', 'errors.ts'],
  workbook: ['workbook', 'ports', 'domain', 'errors.ts'],
  store: ['store', 'ports', 'domain', 'errors.ts'],
  packs: ['packs', 'domain', 'errors.ts'],
  'settings.ts': ['domain', 'errors.ts', 'settings-file.ts', 'settings-values.ts'],
  'settings-values.ts': ['domain'],
  'settings-file.ts': ['errors.ts', 'settings.ts'],
  models: ['models', 'ports', 'domain', 'errors.ts'],
  'system-clock.ts': ['ports'],
  watch: ['watch', 'jobs', 'ports', 'domain', 'i18n', 'errors.ts'],
  cli: ['cli', 'jobs', 'ports', 'domain', 'i18n', 'errors.ts', 'settings.ts'],
  contract: ['contract', 'domain'],
  'problem.ts': ['domain', 'errors.ts', 'contract'],
  pane: ['pane', 'ports', 'domain', 'errors.ts', 'contract', 'problem.ts'],
  desk: ['desk', 'jobs', 'ports', 'domain', 'i18n', 'errors.ts', 'settings.ts', 'contract', 'problem.ts'],
  http: ['http', 'desk', 'jobs', 'ports', 'domain', 'i18n', 'errors.ts', 'settings.ts', 'contract', 'problem.ts'],
  certificate: ['certificate', 'ports', 'domain', 'errors.ts'],
};

/** Outside packages and the only folder, or file, that may load them. */
const packageHomes: Readonly<Record<string, string>> = {
  '@fugood/llama.node': 'engines',
  sharp: 'images',
  saxes: 'workbook',
  libsql: 'store',
  chokidar: 'watch',
  'env-paths': 'settings.ts',
  'string-width': 'cli',
  express: 'http',
  esbuild: 'http',
  '@peculiar/x509': 'certificate',
  yaml: 'domain|settings.ts|settings-file.ts',
  'node-llama-cpp': 'models|engines',
  'node:zlib': 'workbook',
};

interface Source {
  /** Relative to server/, with "/". */
  readonly name: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

const sources = filesBelow(path.join(root, 'server'), '.ts').map((name) => sourceOf('server', name));
const tests = filesBelow(path.join(root, 'test'), '.ts').map((name) => sourceOf('test', name));

function filesBelow(folder: string, ending: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ending))
    .toSorted();
}

function sourceOf(folder: string, name: string): Source {
  const text = readFileSync(path.join(root, folder, name), 'utf8');
  return { name, text, tree: ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true) };
}

/** Every module that a file names: imports, exports from, dynamic imports, require. */
function importsOf({ tree }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && isLoading(node.expression)) {
      const [argument] = node.arguments;
      found.push(argument !== undefined && ts.isStringLiteral(argument) ? argument.text : '?');
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

const homeOf = (name: string) => (name.includes('/') ? (name.split('/')[0] ?? '') : name);

describe('arrows', () => {
  test.each(sources.map((source) => [source.name, source] as const))(
    '%s imports only downwards and inwards',
    (_, source) => {
      const home = homeOf(source.name);
      if (home === 'main.ts') return;
      const allowed = arrows[home];
      expect(allowed, `server/${home} is not in the map of arrows`).toBeDefined();
      for (const specifier of importsOf(source).filter((name) => name.startsWith('.'))) {
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(source.name), specifier));
        expect(allowed, `${source.name} → ${target}`).toContain(homeOf(target));
      }
    },
  );

  test('the domain does no I/O: no node: modules, no clock, no chance', () => {
    for (const source of sources.filter(({ name }) => name.startsWith('domain/'))) {
      expect(
        importsOf(source).filter((name) => name.startsWith('node:')),
        source.name,
      ).toEqual([]);
      expect(source.text, source.name).not.toMatch(/\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bconsole\./);
    }
  });

  test('ports hold types only', () => {
    for (const source of sources.filter(({ name }) => name.startsWith('ports/'))) {
      const values = source.tree.statements.filter(
        (node) => !ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node) && !isTypeTransfer(node),
      );
      expect(
        values.map((node) => node.getText().slice(0, 60)),
        source.name,
      ).toEqual([]);
    }
  });

  test.each(Object.entries(packageHomes))('only %s’s own place loads it: %s', (name, homes) => {
    const users = sources.filter((source) =>
      importsOf(source).some((specifier) => specifier === name || specifier.startsWith(`${name}/`)),
    );
    const outside = users.filter((source) => !homes.split('|').includes(homeOf(source.name)));
    expect(outside.map((source) => source.name)).toEqual([]);
    expect(users.length, `nothing loads ${name}`).toBeGreaterThan(0);
  });
});

function isTypeTransfer(node: ts.Statement): boolean {
  return /^(?:import|export) type\b/.test(node.getText());
}

describe('who may do what', () => {
  // A chat has a title that is renamed, which is no file.
  const renaming = /(?<!chats\.)\b(?:rename|renameSync|copyFile|copyFileSync)\b\s*\((?!id: string, title)/;

  test('only workbook/file.ts replaces a user’s file', () => {
    const users = sources.filter(({ text }) => renaming.test(text)).map(({ name }) => name);
    // cli/demo.ts copies the demo's own photos; workbook/files.ts is the seam that file.ts works through; store/backups.ts
    // puts the copies it made into the data folder; settings-file.ts and certificate/keep.ts replace their own files;
    // models/adopt.ts names its finished copy.
    expect(users).toEqual(expect.arrayContaining(['workbook/file.ts']));
    const others = ['workbook/file.ts', 'workbook/files.ts', 'cli/demo.ts', 'store/backups.ts', 'settings-file.ts'];
    const allowed = [...others, 'certificate/keep.ts', 'models/adopt.ts'];
    expect(users.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test('one file listens, on this computer’s own addresses; one speaks to model servers, two fetch when asked', () => {
    const networking = /\bfetch\(|node:https?\b|node:http2|node:dgram|node:tls|node:dns/;
    const users = sources.filter((source) => networking.test(source.text) || importsOf(source).includes('node:net'));
    expect(users.map(({ name }) => name)).toEqual([
      // Judges addresses, and resolves names to refuse those that are not of the own network.
      'engines/openai-address.ts',
      'engines/openai-http.ts',
      // Only when a person runs `rowscribe engine install`.
      'engines/release-download.ts',
      // Looks for a free port.
      'engines/server-port.ts',
      'http/listen.ts',
      // Started by `rowscribe model pull` alone.
      'models/download-child.ts',
    ]);
    // Every address that is listened on is this computer's.
    const listening = users.find(({ name }) => name === 'http/listen.ts');
    const hosts = [...(listening?.text ?? '').matchAll(/(?:host: |, )'([^']*[.:][^']*)'/g)].map(([, host]) => host);
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1', '::1']));
  });

  test('inference is loaded by child processes alone: it may abort the process it is in', () => {
    const loading = sources.filter((source) => importsOf(source).includes('node-llama-cpp')).map(({ name }) => name);
    expect(loading.filter((name) => !name.endsWith('-child.ts'))).toEqual([]);
    const children = sources.filter(({ name }) => name.endsWith('-child.ts')).map(({ name }) => path.basename(name));
    const users = sources.filter((source) => importsOf(source).some((one) => children.includes(path.basename(one))));
    expect(users.map(({ name }) => name)).toEqual([]);
    const native = sources.filter((source) => importsOf(source).includes('./native.ts')).map(({ name }) => name);
    expect(native).toEqual(['engines/llama-node-child.ts']);
  });

  test('only the terminal and the engine’s child write to the process’s own streams', () => {
    const writing = /\bconsole\.|process\.std(?:out|err)\b/;
    const users = sources.filter(({ text }) => writing.test(text)).map(({ name }) => name);
    expect(users.filter((name) => name !== 'engines/llama-node-child.ts')).toEqual([]);
  });
});

describe('sizes and captions', () => {
  const all = [
    ...sources.map((source) => ['server', source] as const),
    ...tests.map((source) => ['test', source] as const),
  ];

  test.each(all.map(([folder, source]) => [`${folder}/${source.name}`, source] as const))('%s', (name, source) => {
    const lines = source.text.trimEnd().split('\n');
    expect(lines.length, `${name} is longer than ${fileLinesMax} lines`).toBeLessThanOrEqual(fileLinesMax);
    expect(lines[0], `${name} does not open with a line that says what it owns`).toMatch(/^(?:\/\/ |\/\*\* )\S.{10,}/);
    expect(longFunctions(source), name).toEqual([]);
  });

  test('no file is called by what every file could be called', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|manager|common|misc|shared)\.ts$/;
    expect(all.map(([, source]) => source.name).filter((name) => vague.test(name))).toEqual([]);
  });
});

function longFunctions({ tree, name }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    // A suite is a list of tests, not one piece of reasoning.
    if (ts.isFunctionLike(node) && !isSuite(node)) {
      const from = tree.getLineAndCharacterOfPosition(node.getStart()).line;
      const to = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
      if (to - from + 1 > functionLinesMax) found.push(`${name}:${from + 1} has ${to - from + 1} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isSuite(node: ts.Node): boolean {
  const call = node.parent;
  if (ts.isCallExpression(call) && /^describe\b/.test(call.expression.getText())) return true;
  return ts.isFunctionDeclaration(node) && /Contract$|Suite$/.test(node.name?.text ?? '');
}

test('ARCHITECTURE.md names every folder of server/', () => {
  const page = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const folders = [...new Set(sources.map(({ name }) => homeOf(name)))];
  expect(folders.filter((folder) => !page.includes(folder))).toEqual([]);
});
