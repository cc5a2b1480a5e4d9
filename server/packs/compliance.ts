// Loads the advertising tables of a folder, and a team's own beside them; reads them again when a file changed.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createChecker, type Checker } from '../domain/compliance/checker.ts';
import { parseExemptions } from '../domain/compliance/exemptions.ts';
import { parseLexicon } from '../domain/compliance/lexicon.ts';
import { parseOwnWords } from '../domain/compliance/own-words.ts';
import type { Part } from '../domain/compliance/pattern.ts';
import { parseClasses, parseForms, parseSpellings } from '../domain/compliance/tables.ts';
import type { Fault } from '../domain/compliance/types.ts';
import { RowscribeError } from '../errors.ts';

export interface ComplianceOptions {
  /** Folder of the tables that come with the program. */
  readonly folder: string;
  /** Folder of a team's own tables, any of: lexicon.tsv, exemptions.tsv, own.tsv, allow.txt. It may be missing. */
  readonly teamFolder?: string;
}

export interface CompliancePacks {
  /**
   * The check over the tables as they are now: the same object until a file changes. Errors: `pack-invalid` with every
   * fault of the first faulty file, "line 12: …".
   */
  current(): Promise<Checker>;
  /** Lets go of what was read; `current` reads it again. */
  forget(): void;
}

const SHIPPED = ['classes.tsv', 'lexicon.tsv', 'english.tsv', 'exemptions.tsv', 'characters.tsv', 'spellings.tsv'];
const OWN = ['lexicon.tsv', 'exemptions.tsv', 'own.tsv', 'allow.txt'];

/** Opens the tables lazily: nothing is read before `current` is called. */
export function openCompliancePacks(options: ComplianceOptions): CompliancePacks {
  let loaded: { readonly stamp: string; readonly checker: Checker } | undefined;
  return {
    async current(): Promise<Checker> {
      const paths = await files(options);
      const stamp = await stampOf(paths);
      if (loaded?.stamp !== stamp) loaded = { stamp, checker: await load(options, paths) };
      return loaded.checker;
    },
    forget() {
      loaded = undefined;
    },
  };
}

async function files(options: ComplianceOptions): Promise<readonly string[]> {
  const team = options.teamFolder;
  const present = team === undefined ? [] : await readdir(team).catch(() => []);
  const own = OWN.filter((name) => present.includes(name)).map((name) => join(team ?? '', name));
  return [...SHIPPED.map((name) => join(options.folder, name)), ...own];
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    const { mtimeMs, size } = await stat(path).catch((error: unknown) => unreadable(path, error));
    return `${path} ${mtimeMs} ${size}`;
  });
  return (await Promise.all(stamps)).join('\n');
}

async function load(options: ComplianceOptions, paths: readonly string[]): Promise<Checker> {
  const texts = new Map<string, string>();
  for (const path of paths) {
    texts.set(path, await readFile(path, 'utf8').catch((error: unknown) => unreadable(path, error)));
  }
  const at = (folder: string | undefined, name: string): readonly [string, string | undefined] => {
    const path = join(folder ?? '', name);
    return [path, folder === undefined ? undefined : texts.get(path)];
  };
  const read = <T extends { readonly faults: readonly Fault[] }>(
    [path, text]: readonly [string, string | undefined],
    parse: (text: string) => T,
  ): T | undefined => (text === undefined ? undefined : sound(path, parse(text)));

  const { folder, teamFolder } = options;
  const classes = read(at(folder, 'classes.tsv'), parseClasses)?.map ?? new Map<string, Part>();
  const rules = (where: string | undefined, name: string) =>
    read(at(where, name), (text) => parseLexicon(text, classes))?.rows ?? [];
  const excuses = (where: string | undefined) =>
    read(at(where, 'exemptions.tsv'), (text) => parseExemptions(text, classes))?.rows ?? [];
  const lexicon = [...rules(folder, 'lexicon.tsv'), ...rules(folder, 'english.tsv')];
  return createChecker({
    lexicon: [
      ...lexicon,
      ...rules(teamFolder, 'lexicon.tsv'),
      ...(read(at(teamFolder, 'own.tsv'), parseOwnWords)?.rows ?? []),
    ],
    exemptions: [...excuses(folder), ...excuses(teamFolder)],
    forms: read(at(folder, 'characters.tsv'), parseForms)?.map ?? new Map<string, string>(),
    spellings: read(at(folder, 'spellings.tsv'), parseSpellings)?.map ?? new Map<string, string>(),
    allow: (at(teamFolder, 'allow.txt')[1] ?? '').split(/\r?\n/u).map((line) => line.trim()),
    date: lexicon.reduce((latest, entry) => (entry.date > latest ? entry.date : latest), ''),
  });
}

function sound<T extends { readonly faults: readonly Fault[] }>(path: string, parsed: T): T {
  if (parsed.faults.length === 0) return parsed;
  throw new RowscribeError('pack-invalid', {
    path,
    faults: parsed.faults.map(({ line, text }) => `line ${line}: ${text}`),
  });
}

function unreadable(path: string, cause: unknown): never {
  const detail = cause instanceof Error ? cause.message : String(cause);
  throw new RowscribeError('pack-invalid', { path, faults: [detail] }, { cause });
}
