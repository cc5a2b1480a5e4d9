// The local server's certificate: good for this computer alone, kept safely, trusted through the system's own tools.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { connect, createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { issueCertificate } from '../../server/certificate/issue.ts';
import { keepCertificate } from '../../server/certificate/keep.ts';
import { createTrustStore, type Computer } from '../../server/certificate/trust.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

const dayMs = 24 * 60 * 60 * 1000;
const root = fileURLToPath(new URL('../..', import.meta.url));

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rowscribe-certificate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a client that trusts the authority says of a server that shows the certificate. */
async function judge(issued: { authority: string; certificate: string; key: string }, name: string): Promise<string> {
  const server = createServer({ cert: issued.certificate, key: issued.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const servername = name.includes(':') || /^[\d.]+$/.test(name) ? undefined : name;
    const options = { host: '127.0.0.1', port, ca: issued.authority, ...(servername !== undefined && { servername }) };
    const socket = connect(options, () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.once('error', (error: Error) => resolve(error.message));
  });
}

describe('a certificate', () => {
  test('is trusted for this computer’s own names by whoever trusts its authority', async () => {
    const issued = await issueCertificate(Date.now());
    for (const name of ['localhost', '127.0.0.1']) expect(await judge(issued, name), name).toBe('trusted');
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(certificate.ca).toBe(false);
    expect(new X509Certificate(issued.authority).ca).toBe(true);
    expect(await judge(issued, 'evil.example')).toMatch(/does not match certificate/);
  });

  test('of the same authority for any other name is worth nothing, because the authority may not speak for it', async () => {
    const elsewhere = await issueCertificate(Date.now(), [{ type: 'dns', value: 'bank.example' }]);
    expect(await judge(elsewhere, 'bank.example')).toBe('permitted subtree violation');
    const address = await issueCertificate(Date.now(), [{ type: 'ip', value: '10.0.0.1' }]);
    expect(await judge(address, '10.0.0.1')).toBe('permitted subtree violation');
  });

  test('is valid for a year and differs each time, as does its authority', async () => {
    const [one, other] = await Promise.all([issueCertificate(Date.now()), issueCertificate(Date.now())]);
    const { validTo, validFrom, serialNumber } = new X509Certificate(one.certificate);
    const days = (Date.parse(validTo) - Date.now()) / dayMs;
    expect(days).toBeGreaterThan(364.9);
    expect(days).toBeLessThanOrEqual(365);
    expect(Date.parse(validFrom)).toBeLessThan(Date.now());
    expect(new X509Certificate(other.certificate).serialNumber).not.toBe(serialNumber);
    expect(other.authority).not.toBe(one.authority);
  });
});

describe('the kept certificate', () => {
  const clock = () => createManualClock(Date.now());

  test('is made once, and is the same at the next start', async () => {
    const folder = path.join(newFolder(), 'not', 'there');
    const first = await keepCertificate(folder, clock());
    expect(await keepCertificate(folder, clock())).toEqual(first);
    expect(readFileSync(first.authorityFile, 'utf8')).toBe(first.authority);
    expect(readdirSync(folder).toSorted()).toEqual(['localhost.pem', 'rowscribe-ca.crt']);
    expect(first.authority).not.toContain('PRIVATE');
  });

  test.skipIf(process.platform === 'win32')(
    'has a key that its owner alone can read, also when it was made readable',
    async () => {
      const folder = newFolder();
      await keepCertificate(folder, clock());
      const file = path.join(folder, 'localhost.pem');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      chmodSync(file, 0o644);
      await keepCertificate(folder, clock());
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  test('is renewed thirty days before its end, and not before', async () => {
    const folder = newFolder();
    const first = await keepCertificate(folder, clock());
    const at = (days: number) => createManualClock(Date.now() + days * dayMs);
    expect((await keepCertificate(folder, at(334))).certificate).toBe(first.certificate);
    const renewed = await keepCertificate(folder, at(336));
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(renewed.validUntilMs).toBeGreaterThan(Date.now() + 690 * dayMs);
    expect(readFileSync(renewed.authorityFile, 'utf8')).toBe(renewed.authority);
  });

  test('is made anew when what lies there is damaged, mixed up or gone', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'localhost.pem');
    const other = await issueCertificate(Date.now());
    let before = await keepCertificate(folder, clock());
    const whole = readFileSync(file, 'utf8');
    const foreignKey = other.key + before.certificate + before.authority;
    const foreignAuthority = before.key + before.certificate + other.authority;
    for (const text of ['', 'nonsense', whole.slice(0, -300), whole.slice(300), foreignKey, foreignAuthority]) {
      writeFileSync(file, text);
      const next = await keepCertificate(folder, clock());
      expect(next.certificate).not.toBe(before.certificate);
      expect(await judge(next, 'localhost')).toBe('trusted');
      before = next;
    }
    rmSync(before.authorityFile);
    expect(await keepCertificate(folder, clock())).toEqual(before);
    expect(readFileSync(before.authorityFile, 'utf8')).toBe(before.authority);
  });

  test('that cannot be kept is an error that names the folder', async () => {
    const folder = path.join(newFolder(), 'file');
    writeFileSync(folder, '');
    await expect(keepCertificate(folder, clock())).rejects.toMatchObject({
      code: 'certificate-failed',
      facts: { path: folder },
    });
    mkdirSync(path.join(path.dirname(folder), 'other', 'localhost.pem'), { recursive: true });
    const other = path.join(path.dirname(folder), 'other');
    await expect(keepCertificate(other, clock())).rejects.toMatchObject({ code: 'certificate-failed' });
  });
});

describe('trust', () => {
  /** A computer whose programs only write down how they were called; `answers` by a word of the command line. */
  async function computer(
    platform: NodeJS.Platform,
    answer: (line: string) => { code?: number | undefined; output?: string },
  ) {
    const lines: string[] = [];
    const run: Computer['run'] = async (program, words) => {
      const line = [program, ...words].join(' ');
      lines.push(line);
      return { code: 0, output: '', ...answer(line) };
    };
    const { authorityFile, authority } = await keepCertificate(newFolder(), createManualClock(Date.now()));
    const store = createTrustStore({ platform, home: '/home/li', systemRoot: 'C:\\Windows', run });
    return { store, lines, authorityFile, authority };
  }

  test('on Windows goes through the system’s own certutil, for this user alone', async () => {
    const { store, lines, authorityFile } = await computer('win32', (line) => ({
      code: / -store /.test(line) ? 1 : 0,
    }));
    const certutil = 'C:\\Windows\\System32\\certutil.exe -user';
    await store.install(authorityFile);
    expect(lines).toEqual([
      `${certutil} -store Root Rowscribe local CA`,
      `${certutil} -addstore Root ${authorityFile}`,
    ]);
    const there = await computer('win32', () => ({}));
    await there.store.uninstall(there.authorityFile);
    expect(there.lines).toEqual([
      `${certutil} -store Root Rowscribe local CA`,
      `${certutil} -delstore Root Rowscribe local CA`,
    ]);
  });

  test('on Windows is there when the store lists this very authority', async () => {
    let thumbprint = '';
    const { store, authority, authorityFile } = await computer('win32', () => ({
      output: `Hash(sha1): ${thumbprint}`,
    }));
    expect(await store.isTrusted(authorityFile)).toBe(false);
    thumbprint = new X509Certificate(authority).fingerprint.replaceAll(':', ' ').toLowerCase();
    expect(await store.isTrusted(authorityFile)).toBe(true);
    const without = await computer('win32', () => ({ code: 1 }));
    expect(await without.store.isTrusted(without.authorityFile)).toBe(false);
  });

  test('on macOS goes into the login keychain, and is looked up without any network', async () => {
    const { store, lines, authorityFile } = await computer('darwin', () => ({}));
    const keychain = '/home/li/Library/Keychains/login.keychain-db';
    await store.install(authorityFile);
    await store.uninstall(authorityFile);
    expect(await store.isTrusted(authorityFile)).toBe(true);
    expect(lines).toEqual([
      `/usr/bin/security delete-certificate -c Rowscribe local CA -t ${keychain}`,
      `/usr/bin/security add-trusted-cert -r trustRoot -p ssl -k ${keychain} ${authorityFile}`,
      `/usr/bin/security find-certificate -c Rowscribe local CA ${keychain}`,
      `/usr/bin/security delete-certificate -c Rowscribe local CA -t ${keychain}`,
      `/usr/bin/security verify-cert -L -l -p ssl -c ${authorityFile}`,
    ]);
  });

  test('on Linux goes into the database of Chromium, which is made when there is none', async () => {
    const answer = (line: string) => ({ code: / -L$| -D /.test(line) ? 255 : 0 });
    const { store, lines, authorityFile } = await computer('linux', answer);
    const certutil = 'certutil -d sql:/home/li/.pki/nssdb';
    await store.install(authorityFile);
    expect(lines).toEqual([
      `${certutil} -L`,
      `${certutil} -N --empty-password`,
      `${certutil} -D -n Rowscribe local CA`,
      `${certutil} -A -t C,, -n Rowscribe local CA -i ${authorityFile}`,
    ]);
    let pem = 'of an earlier year';
    const there = await computer('linux', () => ({ output: pem }));
    expect(await there.store.isTrusted(there.authorityFile)).toBe(false);
    pem = there.authority.replaceAll('\n', '\r\n');
    expect(await there.store.isTrusted(there.authorityFile)).toBe(true);
    await there.store.uninstall(there.authorityFile);
    expect(there.lines.slice(2)).toEqual([
      `${certutil} -L -n Rowscribe local CA`,
      `${certutil} -D -n Rowscribe local CA`,
    ]);
  });

  test('without the tool for it cannot be told, and installing says what to do instead', async () => {
    const { store, authorityFile } = await computer('linux', () => ({ code: undefined }));
    expect(await store.isTrusted(authorityFile)).toBeUndefined();
    const missing = { code: 'trust-tool-missing', facts: { path: authorityFile } };
    await expect(store.install(authorityFile)).rejects.toMatchObject(missing);
    await expect(store.uninstall(authorityFile)).rejects.toMatchObject(missing);
  });

  test('that the person refuses is an error that says so', async () => {
    for (const platform of ['win32', 'darwin', 'linux'] as const) {
      const no = { code: 1, output: 'first\nThe operation was canceled by the user.\n' };
      const { store, authorityFile } = await computer(platform, (line) =>
        /-addstore|add-trusted|-A /.test(line) ? no : {},
      );
      await expect(store.install(authorityFile)).rejects.toMatchObject({
        code: 'trust-refused',
        facts: { detail: 'The operation was canceled by the user.' },
      });
    }
  });
});

test('no file of the project holds a private key', () => {
  const names = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  expect(names.length).toBeGreaterThan(100);
  const key = new RegExp(`-----BEGIN [A-Z ]*${'PRIVATE'} KEY-----\\s+[A-Za-z0-9+/]{20}`);
  const holders = names.filter((name) => {
    const file = path.join(root, name);
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true && key.test(readFileSync(file, 'latin1'));
  });
  expect(holders).toEqual([]);
  expect(names.filter((name) => /\.(?:pem|key|p12|pfx)$/.test(name))).toEqual([]);
});
