// The names of our temporary files beside a workbook, and the removal of those that a killed process left.
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { failureCode, type Files } from './files.ts';

/** A name may have 255 bytes; a Chinese character takes three. */
const NAME_UNITS_MAX = 60;

/** Of this machine: the process ids of others on a shared folder say nothing here. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);

/** Those in use by this process. */
const inUse = new Set<string>();

/** A path beside `path` that nobody uses; hold it with `release` when done. */
export function reserveTempPath(path: string): string {
  const name = `${prefixFor(path)}${machine}-${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  const temp = join(dirname(path), name);
  inUse.add(temp);
  return temp;
}

export function releaseTempPath(temp: string): void {
  inUse.delete(temp);
}

/** Removes what earlier processes of this machine, now dead, left beside `path`. Never fails: it is only tidying. */
export async function removeStaleTemps(files: Files, path: string): Promise<void> {
  const folder = dirname(path);
  const names = await files.readdir(folder).catch(() => []);
  const pattern = new RegExp(`^${machine}-(\\d+)-[0-9a-f]{8}\\.tmp$`);
  for (const name of names) {
    if (!name.startsWith(prefixFor(path))) continue;
    const pid = pattern.exec(name.slice(prefixFor(path).length))?.[1];
    if (pid === undefined || inUse.has(join(folder, name)) || isOtherAlive(Number(pid))) continue;
    await files.unlink(join(folder, name)).catch(() => {});
  }
}

function prefixFor(path: string): string {
  return `.${Array.from(basename(path)).slice(0, NAME_UNITS_MAX).join('')}.`;
}

/** A file of our own number that we do not use is from an earlier process: numbers come again, always in containers. */
function isOtherAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return failureCode(cause) !== 'ESRCH';
  }
}
