// An install works on every platform: the lock file names the builds of each package that has one a platform.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as unknown;
const lock = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const manifest = read('package.json') as Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>;

const platforms = /(?:linux-x64|win32-x64|darwin-arm64)/;
const builds = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
  Object.entries(optionalDependencies ?? {})
    .filter(([name]) => platforms.test(name))
    .map(([name, version]) => ({ of: path.replace(/^.*node_modules\//, ''), name, version })),
);

describe('the lock file', () => {
  test.each(builds)('has $name at $version, which $of needs', ({ name, version }) => {
    const found = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(found.map(([, locked]) => locked.version)).toContain(version.replace(/^[~^]/, ''));
  });

  test('knows builds for all three platforms of everything native that runs', () => {
    for (const native of ['@fugood/llama.node', 'sharp', 'libsql', 'esbuild']) {
      const names = builds.filter(({ of }) => of === native).map(({ name }) => name);
      for (const platform of ['linux-x64', 'win32-x64', 'darwin-arm64']) {
        expect(
          names.some((name) => name.includes(platform)),
          `${native} for ${platform}`,
        ).toBe(true);
      }
    }
  });

  test('names packages of the registry only', () => {
    const elsewhere = Object.entries(lock.packages).filter(
      ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });
});

test('every dependency is pinned to one version', () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
