// Whether the disk has room for what is to come.
import { statfs } from 'node:fs/promises';
import { RowscribeError } from '../errors.ts';

/** Left free for everything else that the computer does. */
const reserveBytes = 1 << 30;

/** Errors: `disk-space`. A file system that tells nothing passes. */
export async function expectSpace(folder: string, neededBytes: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return;
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= neededBytes + reserveBytes) return;
  const inGB = (bytes: number) => (bytes / 1e9).toFixed(1);
  const facts = { path: folder, neededGB: inGB(neededBytes + reserveBytes), freeGB: inGB(freeBytes) };
  throw new RowscribeError('disk-space', facts);
}
