// Whether this computer trusts the local server's certificate, and how that is changed: the system's own tools, for this user alone.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { TrustStore } from '../ports/certificate.ts';

/** What trust stores list the authority as. */
export const authorityName = 'Rowscribe local CA';

/** Runs a program; `code` is undefined when this computer has no such program. Never throws but for the signal. */
export type RunProgram = (
  program: string,
  words: readonly string[],
  signal?: AbortSignal,
) => Promise<{ readonly code: number | undefined; readonly output: string }>;

export interface Computer {
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  /** Windows' own folder. */
  readonly systemRoot: string;
  readonly run: RunProgram;
}

export function createTrustStore(computer: Computer): TrustStore {
  if (computer.platform === 'win32') return windowsStore(computer);
  if (computer.platform === 'darwin') return keychain(computer);
  return chromiumStore(computer);
}

function windowsStore({ run, systemRoot }: Computer): TrustStore {
  // By its full path: another certutil on the path is a different program.
  const certutil = path.win32.join(systemRoot, 'System32', 'certutil.exe');
  const call = (words: readonly string[], signal?: AbortSignal) => run(certutil, ['-user', ...words], signal);
  const isListed = async (signal?: AbortSignal) => (await call(['-store', 'Root', authorityName], signal)).code === 0;
  const uninstall = async (signal?: AbortSignal) => {
    if (await isListed(signal)) check(certutil, await call(['-delstore', 'Root', authorityName], signal));
  };
  return {
    name: both('Windows 当前用户的“受信任的根证书颁发机构”', 'Windows’ trusted root certificates of this user'),
    async isTrusted(file, signal) {
      const { code, output } = await call(['-store', 'Root', authorityName], signal);
      if (code === undefined) return undefined;
      return (
        code === 0 &&
        output
          .toLowerCase()
          .replaceAll(' ', '')
          .includes(await thumbprintOf(file))
      );
    },
    async install(file, signal) {
      await uninstall(signal);
      check(certutil, await call(['-addstore', 'Root', file], signal));
    },
    uninstall: (_file, signal) => uninstall(signal),
  };
}

function keychain({ run, home }: Computer): TrustStore {
  const security = '/usr/bin/security';
  const login = path.posix.join(home, 'Library', 'Keychains', 'login.keychain-db');
  // -t takes the user's trust in it away too.
  const remove = (signal?: AbortSignal) =>
    run(security, ['delete-certificate', '-c', authorityName, '-t', login], signal);
  return {
    name: both('macOS 登录钥匙串', 'the login keychain of macOS'),
    async isTrusted(file, signal) {
      // -L: nothing is looked up on the network.
      const { code } = await run(security, ['verify-cert', '-L', '-l', '-p', 'ssl', '-c', file], signal);
      return code === undefined ? undefined : code === 0;
    },
    async install(file, signal) {
      await remove(signal);
      const words = ['add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-k', login, file];
      check(security, await run(security, words, signal));
    },
    async uninstall(_file, signal) {
      const { code } = await run(security, ['find-certificate', '-c', authorityName, login], signal);
      if (code === 0) check(security, await remove(signal));
    },
  };
}

/** Linux has no store of a user that every browser reads; Chromium, Chrome and Edge read this one. */
function chromiumStore({ run, home }: Computer): TrustStore {
  const database = `sql:${path.posix.join(home, '.pki', 'nssdb')}`;
  const call = (words: readonly string[], signal?: AbortSignal) => run('certutil', ['-d', database, ...words], signal);
  const remove = (signal?: AbortSignal) => call(['-D', '-n', authorityName], signal);
  return {
    name: both('Chromium、Chrome 和 Edge 的证书库', 'the certificates of Chromium, Chrome and Edge'),
    async isTrusted(file, signal) {
      const { code, output } = await call(['-L', '-n', authorityName, '-a'], signal);
      if (code === undefined) return undefined;
      return code === 0 && bare(output) === bare(await readFile(file, 'utf8'));
    },
    async install(file, signal) {
      const { code } = await call(['-L'], signal);
      if (code === undefined) throw missing(file);
      if (code !== 0) check('certutil', await call(['-N', '--empty-password'], signal));
      await remove(signal);
      check('certutil', await call(['-A', '-t', 'C,,', '-n', authorityName, '-i', file], signal));
    },
    async uninstall(file, signal) {
      const { code } = await call(['-L', '-n', authorityName], signal);
      if (code === undefined) throw missing(file);
      if (code === 0) check('certutil', await remove(signal));
    },
  };
}

function check(program: string, { code, output }: Awaited<ReturnType<RunProgram>>): void {
  if (code === 0) return;
  const last = output.trim().split('\n').at(-1) ?? '';
  throw new RowscribeError('trust-refused', { program, detail: last === '' ? String(code) : last.slice(0, 200) });
}

const missing = (file: string) => new RowscribeError('trust-tool-missing', { path: file });

/** The PEM's text alone, whatever its line ends. */
const bare = (pem: string): string => pem.replace(/\s/g, '');

async function thumbprintOf(file: string): Promise<string> {
  return new X509Certificate(await readFile(file)).fingerprint.replaceAll(':', '').toLowerCase();
}
