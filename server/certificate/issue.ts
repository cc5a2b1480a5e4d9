// Makes the certificate of the local server: an authority that signs once and is thrown away, and what it signed.
import './reflect-metadata.ts';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type JsonGeneralNames,
} from '@peculiar/x509';
import type { ServerCertificate } from '../ports/certificate.ts';
import { authorityName } from './trust.ts';

export type Issued = Pick<ServerCertificate, 'authority' | 'certificate' | 'key'>;

const validDays = 365;
const dayMs = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const ownNames: JsonGeneralNames = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
];

/**
 * A certificate for localhost, 127.0.0.1 and ::1, valid for a year from `nowMs` on. The authority's key never leaves this
 * function, and what it signs is good for these names alone (RFC 5280, 4.2.1.10), so trusting it trusts nothing else.
 */
export async function issueCertificate(nowMs: number, names: JsonGeneralNames = ownNames): Promise<Issued> {
  const [authorityKeys, serverKeys] = await Promise.all([newKeys(), newKeys()]);
  const validity = { notBefore: new Date(nowMs - dayMs), notAfter: new Date(nowMs + validDays * dayMs) };
  const subject = `CN=${authorityName}`;
  const authority = await X509CertificateGenerator.create({
    ...{ ...validity, subject, issuer: subject, serialNumber: newSerial() },
    ...{ publicKey: authorityKeys.publicKey, signingKey: authorityKeys.privateKey, signingAlgorithm: algorithm },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      new Extension('2.5.29.30', true, onlyThisComputer()),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    ...{ ...validity, subject: 'CN=localhost, O=Rowscribe', issuer: subject, serialNumber: newSerial() },
    ...{ publicKey: serverKeys.publicKey, signingKey: authorityKeys.privateKey, signingAlgorithm: algorithm },
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    authority: `${authority.toString('pem')}\n`,
    certificate: `${certificate.toString('pem')}\n`,
    key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** 127 random bits: positive, and never twice. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** NameConstraints ::= SEQUENCE { permittedSubtrees [0] { dNSName [2] | iPAddress [7] with its mask, … } } in DER. */
function onlyThisComputer(): Uint8Array<ArrayBuffer> {
  const ones = (count: number) => Array.from({ length: count }, () => 255);
  const loopback6 = [...Array.from({ length: 15 }, () => 0), 1];
  const permitted = [
    tagged(0x82, [...Buffer.from('localhost')]),
    tagged(0x87, [127, 0, 0, 1, ...ones(4)]),
    tagged(0x87, [...loopback6, ...ones(16)]),
  ];
  const subtrees = permitted.flatMap((name) => tagged(0x30, name));
  return Uint8Array.from(tagged(0x30, tagged(0xa0, subtrees)));
}

/** Lengths below 128 take one byte. */
const tagged = (tag: number, bytes: readonly number[]): number[] => [tag, bytes.length, ...bytes];
