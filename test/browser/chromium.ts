// The browser that the tests of the page run in: found on this machine, started without any network of its own.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const quietly = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-default-apps',
  '--disable-features=Translate,OptimizationHints,MediaRouter',
];

/** The browser's program; undefined when this machine has none. Set CHROMIUM_PATH to name another one. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  return usualPlaces.find((place) => existsSync(place));
}

/**
 * Whether suites of the page can run. Without a browser they are skipped, and a line says so; in CI that is an error, so
 * that they are never skipped unseen.
 */
export function hasChromium(): boolean {
  if (chromiumPath() !== undefined) return true;
  const message = 'No Chromium was found (CHROMIUM_PATH names one): the tests of the page are SKIPPED.';
  if (process.env['CI'] !== undefined) throw new Error(message);
  process.stderr.write(`\n!! ${message}\n\n`);
  return false;
}

export async function startChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('no Chromium on this machine');
  return chromium.launch({ executablePath, args: quietly });
}
