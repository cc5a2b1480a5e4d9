// The tables that come with the program, parsed once, and the labelled sentences.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Checker } from '../../server/domain/compliance/checker.ts';
import { openCompliancePacks } from '../../server/packs/compliance.ts';

export const shippedFolder = fileURLToPath(new URL('../../templates/compliance', import.meta.url));

let checker: Promise<Checker> | undefined;

/** The check over the shipped tables. */
export function shippedChecker(): Promise<Checker> {
  checker ??= openCompliancePacks({ folder: shippedFolder }).current();
  return checker;
}

export interface Labelled {
  readonly id: string;
  readonly text: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** A second reader's verdict; either counts as right. */
  readonly second?: 'pass' | 'warn' | 'fail';
  readonly evasion?: boolean;
  readonly origin?: string;
}

/** A file of labelled sentences in test/fixtures/compliance. */
export function labelled(name: string): readonly Labelled[] {
  const text = readFileSync(new URL(`../fixtures/compliance/${name}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Labelled);
}

export function tableText(name: string): string {
  return readFileSync(`${shippedFolder}/${name}`, 'utf8');
}
