// Whether the process that claimed a workbook still has it.
import os from 'node:os';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly claimed_at: number;
}

/**
 * A claim from before this machine's last start is void: its process number may belong to another program by now. So is
 * one under our own number from before we started, as a restarted container leaves it.
 */
export function isHeld(holder: Holder): boolean {
  const uptimeS = holder.pid === process.pid ? process.uptime() : os.uptime();
  const startedAtMs = Date.now() - uptimeS * 1000;
  return holder.host === os.hostname() && holder.claimed_at > startedAtMs && isAlive(holder.pid);
}

/** Signal 0 asks whether a process exists; EPERM means that it does and belongs to somebody else. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
