// The small process between the server and llama-server: ends it when the server is gone. Run only by server-process.ts.
import { execFile, spawn } from 'node:child_process';
import type { KeeperOrder, KeeperReport } from './server-process.ts';

process.once('message', ({ binary, args }: KeeperOrder) => {
  const child = spawn(binary, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });
  const tell = (report: KeeperReport): void => {
    if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
  };
  const end = (): void => {
    // On Windows a program's own children would stay.
    if (process.platform !== 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else execFile('taskkill', ['/PID', String(child.pid), '/T', '/F'], { windowsHide: true }, () => undefined);
  };
  child.once('spawn', () => tell({ type: 'started', pid: child.pid ?? 0 }));
  child.once('error', (error) => {
    tell({ type: 'ended', code: null, signal: null, message: error.message });
    process.disconnect();
  });
  child.once('exit', (code, signal) => {
    tell({ type: 'ended', code, signal });
    if (process.connected) process.disconnect();
  });
  process.on('message', end);
  process.once('disconnect', end);
});
// Ctrl-C in a terminal reaches the whole group; the server decides what is given up.
process.on('SIGINT', () => undefined);
