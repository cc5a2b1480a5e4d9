// The port to the local server's certificate: what the server shows, and whether this computer's user trusts it.
import type { Bilingual } from '../domain/language.ts';

export interface ServerCertificate {
  /** PEM of the authority: what is to be trusted. */
  readonly authority: string;
  /** PEM of the server's certificate. */
  readonly certificate: string;
  /** PEM (PKCS #8) of the server's key. */
  readonly key: string;
  /** File with the authority alone, to be imported into trust stores. */
  readonly authorityFile: string;
  readonly validUntilMs: number;
}

/**
 * Trust of an authority, given as a PEM file, for the user who asks. Windows and macOS ask that user before they change
 * anything. Errors: `trust-tool-missing` when the system has no tool for it, `trust-refused` when the tool or the user
 * said no; the abort reason when `signal` aborts.
 */
export interface TrustStore {
  /** Where it lies, for a person. */
  readonly name: Bilingual;
  /** undefined when it cannot be told. */
  isTrusted(authorityFile: string, signal?: AbortSignal): Promise<boolean | undefined>;
  /** Takes the place of an earlier authority of ours. */
  install(authorityFile: string, signal?: AbortSignal): Promise<void>;
  /** Takes our authority away; fine when there is none. */
  uninstall(authorityFile: string, signal?: AbortSignal): Promise<void>;
}
