// The files of office.js that Excel's hosts load, from this computer: nothing is fetched from Microsoft.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

const hostFiles: readonly string[] = [
  'office.js',
  'excel-win32-16.01.js',
  'excel-win32-16.00.js',
  'excel-winrt-16.00.js',
  'excel-mac-16.00.js',
  'excel-web-16.00.js',
  'excel-ios-16.00.js',
  'o15apptofilemappingtable.js',
  'custom-functions-runtime.js',
];

// A language's folder, e.g. "zh-cn". The package's folders of telemetry match neither this nor the list above.
const strings = /^[a-z]{2,3}(?:-[a-z0-9]{2,4}){1,2}\/office_strings\.js$/;

/** The file that an address below /office/ stands for; undefined for everything that is not on the list. */
export function officeFile(name: string): string | undefined {
  const asked = name.toLowerCase();
  if (!hostFiles.includes(asked) && !strings.test(asked)) return undefined;
  const file = path.join(officeFolder(), asked);
  return existsSync(file) ? file : undefined;
}

function officeFolder(): string {
  return path.join(path.dirname(require.resolve('@microsoft/office-js/package.json')), 'dist');
}
