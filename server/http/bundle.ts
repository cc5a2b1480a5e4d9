// The page's scripts and styles, made from addin/ when the server starts and kept in memory.
import path from 'node:path';
import { build } from 'esbuild';

export interface Bundle {
  readonly type: 'text/javascript' | 'text/css';
  readonly bytes: Uint8Array;
}

/** Names of bundles and what they are made from, below addin/. */
const sources = {
  'pane.js': 'pane/main.tsx',
  'pane.css': 'pane/pane.css',
  'functions.js': 'functions/functions.ts',
} as const;

type BundleName = keyof typeof sources;

export const bundleNames = Object.keys(sources) as readonly BundleName[];

/** Makes a bundle of the sources in a folder; each is made once. Errors: whatever is wrong with the sources. */
export function createBundles(addinFolder: string): (name: BundleName) => Promise<Bundle> {
  const made = new Map<BundleName, Promise<Bundle>>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const bundle = make(path.join(addinFolder, sources[name]), name);
    made.set(name, bundle);
    bundle.catch(() => made.delete(name));
    return bundle;
  };
}

async function make(source: string, name: BundleName): Promise<Bundle> {
  const result = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const bytes = result.outputFiles[0]?.contents ?? new Uint8Array();
  return { type: name.endsWith('.css') ? 'text/css' : 'text/javascript', bytes };
}
