// Every workbook and picture below a folder, with what tells one version of a file from another.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isIgnoredFolder, isPictureName, isWorkbookName } from './names.ts';

export interface SeenFile {
  readonly path: string;
  readonly kind: 'workbook' | 'picture';
  readonly version: string;
}

/** Folders and files that cannot be read are left out: they may be gone already. Links are not followed. Ends early when `signal` aborts. */
export async function* scanFolder(
  folder: string,
  leftAlone: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<SeenFile> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (signal.aborted) return;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!isIgnoredFolder(entry.name) && !leftAlone.includes(file)) yield* scanFolder(file, leftAlone, signal);
      continue;
    }
    const kind = kindOf(entry.name);
    if (kind === undefined || !entry.isFile()) continue;
    const version = await versionOf(file);
    if (version !== undefined) yield { path: file, kind, version };
  }
}

function kindOf(name: string): SeenFile['kind'] | undefined {
  if (isWorkbookName(name)) return 'workbook';
  return isPictureName(name) ? 'picture' : undefined;
}

async function versionOf(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : `${found.size} ${found.mtimeMs} ${found.ino}`;
}
