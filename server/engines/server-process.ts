// One llama-server as a process: started through its keeper, killed, and its last words kept.
import { fork, type ForkOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hearLastWords } from './last-words.ts';
import { portTakenPattern } from './server-port.ts';

export interface KeeperOrder {
  readonly binary: string;
  readonly args: readonly string[];
}

export type KeeperReport =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'ended'; readonly code: number | null; readonly signal: string | null; readonly message?: string };

export interface ServerExit {
  /** Signal or exit code, and the last line that looks like the reason. */
  readonly detail: string;
  /** True when this side ended it. */
  readonly intended: boolean;
  /** True for a SIGKILL that this side did not send: a person, or a system short of memory. */
  readonly killed: boolean;
  /** Whether it said that memory did not suffice. */
  readonly outOfMemory: boolean;
  /** Whether it ended because its port was somebody else's. */
  readonly portTaken: boolean;
}

export interface ServerProcess {
  /** Of llama-server itself; resolves when it runs, undefined when it never did. */
  readonly pid: Promise<number | undefined>;
  /** Resolves once, when the process has ended; never rejects. */
  readonly exited: Promise<ServerExit>;
  kill(): Promise<ServerExit>;
}

const drainMs = 250;
const memoryPattern =
  /out of memory|failed to allocate|unable to allocate|cudaMalloc|ErrorOutOfDeviceMemory|bad_alloc/i;

/** Starts a program that takes `args` and its key from the environment. */
export function startServer(binary: string, args: readonly string[], key: string): ServerProcess {
  const keeper = forkKeeper(binary, key);
  const words = hearLastWords(keeper.stdout, keeper.stderr);
  let intended = false;
  let pid = 0;
  let ended: KeeperReport | undefined;
  const closed = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  const started = new Promise<number | undefined>((resolve) => {
    keeper.on('message', (report: KeeperReport) => {
      if (report.type === 'started') resolve((pid = report.pid));
      else ended = report;
    });
    keeper.once('exit', () => resolve(undefined));
  });
  const exited = new Promise<ServerExit>((resolve) => {
    keeper.once('exit', (code, signal) => {
      // A keeper that was killed leaves its charge behind.
      if (!ended && pid !== 0) killQuietly(pid);
      void Promise.race([closed, delay(drainMs)]).then(() => {
        const end = ended?.type === 'ended' ? ended : { code, signal };
        const killed = end.signal === 'SIGKILL' && !intended;
        const said = { outOfMemory: words.said(memoryPattern), portTaken: words.said(portTakenPattern) };
        resolve({ detail: detailOf(end, words.reason()), intended, killed, ...said });
      });
    });
  });
  keeper.send({ binary, args } satisfies KeeperOrder, () => undefined);
  return {
    pid: started,
    exited,
    kill() {
      intended = true;
      keeper.send({}, () => undefined);
      return exited;
    },
  };
}

function forkKeeper(binary: string, key: string) {
  const entry = fileURLToPath(new URL('./server-keeper.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const options: ForkOptions & { readonly windowsHide: boolean } = {
    execArgv: ['--import', tsx],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: serverEnvironment(binary, key),
    windowsHide: true,
  };
  return fork(entry, [], options);
}

/**
 * The environment without settings for llama-server (LLAMA_ARG_…) that somebody made for another use, without proxies, and
 * with a search path of the program's own folder only: given odd bytes it would start ffmpeg from it.
 */
function serverEnvironment(binary: string, key: string): NodeJS.ProcessEnv {
  const unwanted = /^(?:path|node_options|vitest.*|llama_.*|.*_proxy|hf_.*)$/i;
  const kept = Object.entries(process.env).filter(([name]) => !unwanted.test(name));
  const systemRoot = process.env['SystemRoot'];
  const system = systemRoot === undefined ? [] : [`${systemRoot}\\System32`];
  const PATH = [path.dirname(binary), ...system].join(path.delimiter);
  return { ...Object.fromEntries(kept), PATH, LLAMA_API_KEY: key };
}

function detailOf(
  end: { readonly code: number | null; readonly signal: string | null; readonly message?: string },
  reason: string | undefined,
): string {
  if (end.message !== undefined) return end.message;
  const how = end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`;
  return reason === undefined ? how : `${how}: ${reason}`;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
