// Keeps the server's certificate on this computer: made when there is none, renewed before it ends, readable by its owner alone.
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServerCertificate } from '../ports/certificate.ts';
import type { Issued } from './issue.ts';

const renewBeforeMs = 30 * 24 * 60 * 60 * 1000;
const section = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----\n?/g;

/**
 * The certificate of a folder. Key and certificates lie in one file (mode 0600), so that they always belong together.
 * Errors: `certificate-failed` when the folder cannot be used.
 */
export async function keepCertificate(folder: string, clock: Clock): Promise<ServerCertificate> {
  const files = { own: path.join(folder, 'localhost.pem'), authority: path.join(folder, 'rowscribe-ca.crt') };
  try {
    const kept = await readKept(files.own);
    const isGood = kept !== undefined && endOf(kept.certificate) - clock.now() > renewBeforeMs;
    const issued = isGood ? kept : await issue(clock.now());
    if (!isGood) await put(files.own, issued.key + issued.certificate + issued.authority, 0o600);
    if (!isGood || !(await holds(files.authority, issued.authority)))
      await put(files.authority, issued.authority, 0o644);
    const validUntilMs = endOf(issued.certificate);
    return { ...issued, authorityFile: files.authority, validUntilMs };
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new RowscribeError('certificate-failed', { path: folder, detail }, { cause });
  }
}

/** What makes certificates is large, and needed once a year. */
async function issue(nowMs: number): Promise<Issued> {
  const { issueCertificate } = await import('./issue.ts');
  return issueCertificate(nowMs);
}

/** What the file holds; undefined when there is none or it is not whole. */
async function readKept(file: string): Promise<Issued | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  if ((found.mode & 0o077) !== 0) await chmod(file, 0o600);
  const [key, certificate, authority] = (await readFile(file, 'utf8')).match(section) ?? [];
  if (key === undefined || certificate === undefined || authority === undefined) return undefined;
  return belongTogether(key, certificate, authority) ? { key, certificate, authority } : undefined;
}

function belongTogether(key: string, certificate: string, authority: string): boolean {
  try {
    const own = new X509Certificate(certificate);
    return own.checkPrivateKey(createPrivateKey(key)) && own.verify(new X509Certificate(authority).publicKey);
  } catch {
    return false;
  }
}

const endOf = (certificate: string): number => Date.parse(new X509Certificate(certificate).validTo);

async function holds(file: string, text: string): Promise<boolean> {
  return (await readFile(file, 'utf8').catch(() => '')) === text;
}

/** A reader finds the old file or the new one, complete. */
async function put(file: string, text: string, mode: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeFile(beside, text, { mode, flag: 'wx', flush: true });
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
}
