// Runs the system's own tools for certificates.
import { execFile } from 'node:child_process';
import type { RunProgram } from './trust.ts';

// Windows and macOS may ask the person first.
const timeoutMs = 5 * 60_000;

export const runProgram: RunProgram = (program, words, signal) =>
  new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, windowsHide: true, ...(signal !== undefined && { signal }) };
    execFile(program, words, options, (error, stdout, stderr) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const output = `${stdout}${stderr}`;
      if (error === null) return resolve({ code: 0, output });
      // A word for a program that is not there, a number for one that said no.
      const { code } = error;
      resolve({ code: (code as unknown) === 'ENOENT' ? undefined : typeof code === 'number' ? code : 1, output });
    });
  });
