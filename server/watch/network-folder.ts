// Whether a folder lies on another machine, whose changes the system does not tell of.
import { statfs } from 'node:fs/promises';

/** As in Linux's magic.h: NFS, SMB, CIFS, SMB2, FUSE, 9P (the drives of Windows as WSL2 shows them), AFS, Ceph. */
const networkTypes = new Set([
  ...[0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x5346414f, 0x00c36400],
]);

/**
 * Best effort: a UNC path, or a file system that Linux knows to be remote. Mapped drives of Windows and shares on a Mac
 * are not told apart; the setting is for them.
 */
export async function isNetworkFolder(folder: string): Promise<boolean> {
  if (/^(?:\\\\|\/\/)[^?.]/u.test(folder)) return true;
  if (process.platform !== 'linux') return false;
  const { type } = await statfs(folder).catch(() => ({ type: 0 }));
  return networkTypes.has(type);
}
