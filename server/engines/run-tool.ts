// Runs a program of the machine to its end, and puts its failure into our words.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import { hearLastWords } from './last-words.ts';

/** Runs a program to its end; gives what it printed. Errors: `engine-tool-missing`, `engine-build-failed`; the abort reason. */
export type RunTool = (tool: string, args: readonly string[], signal?: AbortSignal) => Promise<string>;

/** A listing of a release has some hundred names. */
const printedCharsMax = 1 << 20;

/** The real tools of this machine. */
export const runTool: RunTool = (tool, args, signal) =>
  new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal && { signal }),
    });
    const words = hearLastWords(child.stdout, child.stderr);
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => void (printed = (printed + chunk.toString()).slice(-printedCharsMax)));
    }
    const name = path.basename(tool);
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (error.code === 'ENOENT') return reject(new RowscribeError('engine-tool-missing', { tool: name }));
      reject(new RowscribeError('engine-build-failed', { tool: name, detail: error.message }, { cause: error }));
    });
    child.once('close', (code, ended) => {
      if (code === 0) return resolve(printed);
      const detail = words.reason() ?? `exit code ${code ?? ended}`;
      reject(new RowscribeError('engine-build-failed', { tool: name, detail }));
    });
  });
