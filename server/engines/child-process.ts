// One engine child as a process: started, spoken to over IPC, killed, and its last words kept.
import { fork, type ForkOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hearLastWords } from './last-words.ts';
import type { Order, Report } from './protocol.ts';

interface ChildExit {
  /** Signal or exit code, and the last line of standard error that looks like the reason. */
  readonly detail: string;
  /** True when this side ended it for a reason of its own that says nothing about the child's health. */
  readonly intended: boolean;
  /** True for a SIGKILL that this side did not send: a person, or a system short of memory. */
  readonly killed: boolean;
}

export interface EngineChild {
  readonly pid: number | undefined;
  /** Resolves once, when the process has ended; never rejects. */
  readonly exited: Promise<ChildExit>;
  send(order: Order): void;
  /** Who hears the reports from now on, besides others; gives what ends that. */
  listen(onReport: (report: Report) => void): () => void;
  /** SIGKILL: native code may not react to anything gentler. Resolves when the process has ended. */
  kill(intended: boolean): Promise<ChildExit>;
}

const stderrDrainMs = 250;

/** The programs that hold a model, each beside this file. */
export type ChildProgram = 'llama-node-child.ts' | 'writer-child.ts';

/** Starts the child; it loads nothing before it is told to. */
export function startChild(program: ChildProgram): EngineChild {
  const entry = fileURLToPath(new URL(`./${program}`, import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const options: ForkOptions & { readonly windowsHide: boolean } = {
    execArgv: ['--import', tsx],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: childEnvironment(),
    windowsHide: true,
  };
  const child = fork(entry, [], options);
  const words = hearLastWords(child.stderr);
  let intended = false;
  let isOurKill = false;
  const listeners = new Set<(report: Report) => void>();
  child.on('message', (report: Report) => {
    for (const listener of listeners) listener(report);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<ChildExit>((resolve) => {
    const settle = (how: string, killed: boolean): void => {
      // A grandchild may hold standard error open for longer than the child lives.
      void Promise.race([closed, delay(stderrDrainMs)]).then(() => {
        const reason = words.reason();
        resolve({ detail: reason === undefined ? how : `${how}: ${reason}`, intended, killed });
      });
    };
    child.once('exit', (code, signal) => {
      settle(signal === null ? `exit code ${code}` : `signal ${signal}`, signal === 'SIGKILL' && !isOurKill);
    });
    child.once('error', (error) => settle(error.message, false));
  });
  return {
    pid: child.pid,
    exited,
    send(order) {
      // A failed send means that the process is ending: its exit tells everyone.
      child.send(order, () => undefined);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    kill(asIntended) {
      intended ||= asIntended;
      isOurKill = true;
      child.kill('SIGKILL');
      return exited;
    },
  };
}

/** The environment without a search path: given odd bytes, the runtime would start ffprobe or ffmpeg from it. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(path|node_options|vitest.*)$/i.test(name));
  const systemRoot = process.env['SystemRoot'];
  return { ...Object.fromEntries(kept), PATH: systemRoot === undefined ? '' : `${systemRoot}\\System32` };
}
