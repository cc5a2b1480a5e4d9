// What a command is: its words for --help, its options, and what it may use when it runs.
import { parseArgs } from 'node:util';
import type { Checker } from '../domain/compliance/checker.ts';
import type { EnginePlan } from '../domain/engine-plan.ts';
import type { Hardware } from '../domain/hardware.ts';
import type { Bilingual, Language } from '../domain/language.ts';
import type { Recipe } from '../domain/recipe.ts';
import { RowscribeError } from '../errors.ts';
import type { fill, FillParts } from '../jobs/fill.ts';
import type { FolderEvents } from '../jobs/watch.ts';
import type { WatchParts } from '../jobs/watch-book.ts';
import type { ServerCertificate, TrustStore } from '../ports/certificate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Backups } from '../ports/backups.ts';
import type { Engine } from '../ports/engine.ts';
import type { RunHistory } from '../ports/history.ts';
import type { Images } from '../ports/images.ts';
import type { Models } from '../ports/models.ts';
import type { ServerProgram } from '../ports/server-program.ts';
import type { Journal } from '../ports/store.ts';
import type { WatchMemory } from '../ports/watch-memory.ts';
import type { Workbooks } from '../ports/workbook.ts';
import type { Settings } from '../settings.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes of every command; printed by --help. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  input: 3,
  rowsLeft: 4,
  engine: 5,
  interrupted: 130,
} as const;

export interface OptionSpec {
  readonly name: string;
  /** What stands for the value in --help; an option without it is a switch. */
  readonly value?: string;
  readonly about: Bilingual;
}

/** Folders of workbooks, as events. */
export interface Folders {
  /** Reports every workbook once. */
  scan(folders: readonly string[], events: FolderEvents, signal: AbortSignal): Promise<void>;
  /** Reports until `signal` aborts; resolves when everything that is there was reported. */
  watch(
    folders: readonly string[],
    events: FolderEvents,
    onProblem: (detail: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface ServeWishes {
  readonly port: number;
  /** Watched folders; absolute. */
  readonly folders: readonly string[];
  readonly language: Language;
  /** Receives one line about a request that failed. */
  readonly log: (line: string) => void;
}

/** The local server, running. */
export interface Serving {
  readonly address: string;
  /** As everyone in this process must use them while it runs. */
  readonly engine: Engine;
  readonly journal: Journal;
  /** Fills for a watch, and tells pages of it. */
  readonly fill: typeof fill;
  /** A workbook of a watched folder may be chosen in pages, or not any more. */
  offer(workbook: string): void;
  withdraw(workbook: string): void;
  /** Stops all runs, which go on at the next start, and listens no more. */
  close(): Promise<void>;
}

export interface MachinePlan {
  readonly hardware: Hardware;
  readonly plan: EnginePlan;
  readonly problems: readonly RowscribeError[];
}

/** What commands are given to work with; everything slow or with effects is made when it is first asked for. */
export interface App {
  readonly settings: Settings;
  readonly workbooks: Workbooks;
  /** Where the model comes from, before it is loaded. */
  readonly modelFiles: { readonly model: string; readonly mmproj: string; readonly isDemo: boolean };
  readonly demoFolder: string;
  /** Model files: what can be had and what is here. */
  readonly models: Models;
  saveSettings(changes: Partial<Settings>): void;
  /** What runs best on this machine, and what stands in its way. */
  plan(signal: AbortSignal): Promise<MachinePlan>;
  recipes(): Promise<ReadonlyMap<string, Recipe>>;
  recipe(id: string): Promise<Recipe>;
  /** The default recipe first. */
  recipesByPreference(): Promise<readonly Recipe[]>;
  checker(): Promise<Checker>;
  readonly images: Images;
  readonly clock: Clock;
  /** Opened with the first call. */
  journal(): Journal;
  backups(): Backups;
  history(): RunHistory;
  watchMemory(): WatchMemory;
  /** The model is loaded with the engine's first use. */
  engine(): Engine;
  /** The model that writes texts, where the settings name one; it is loaded with its first use. */
  readonly writer?: Engine;
  /** The program llama-server. */
  readonly serverProgram: ServerProgram;
  /** All that a watch needs. */
  watchParts(): Promise<WatchParts>;
  readonly folders: Folders;
  /** The local server's certificate; made with the first call. */
  certificate(): Promise<ServerCertificate>;
  readonly trust: TrustStore;
  /** Errors: `port-taken`, `server-running`, `certificate-failed`, those of recipes, presets and journal. */
  serve(wishes: ServeWishes): Promise<Serving>;
  isPortFree(port: number): Promise<boolean>;
  /** All that a fill needs. */
  parts(): Promise<FillParts>;
  close(): Promise<void>;
}

export interface CliContext {
  readonly app: App;
  readonly language: Language;
  readonly terminal: Terminal;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Arguments {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  has(name: string): boolean;
}

export interface Command {
  readonly name: string;
  /** The words after the command's name, e.g. "BOOK [options]". */
  readonly usage: string;
  readonly about: Bilingual;
  readonly positionalsMin: number;
  readonly positionalsMax: number;
  readonly options: readonly OptionSpec[];
  run(args: Arguments, context: CliContext): Promise<number>;
}

/** Reads the words after a command's name. Errors: `usage`. */
export function parseCommandLine(command: Command, words: readonly string[]): Arguments {
  const options = Object.fromEntries(
    command.options.map((option) => [
      option.name,
      { type: option.value === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  const parsed = parseOrRefuse(words, options);
  const count = parsed.positionals.length;
  if (count < command.positionalsMin || count > command.positionalsMax) {
    const form = `rowscribe ${command.name} ${command.usage}`;
    throw new RowscribeError('usage', { detail: { 'zh-CN': `应为：${form}。`, 'en-US': `Write: ${form}.` } });
  }
  const values = new Map(Object.entries(parsed.values));
  return {
    positionals: parsed.positionals,
    text: (name) => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    has: (name) => values.has(name),
  };
}

function parseOrRefuse(words: readonly string[], options: Record<string, { type: 'boolean' | 'string' }>) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new RowscribeError('usage', { detail: whatIsWrong(cause) }, { cause });
  }
}

/** Node's message, and the same in Chinese for the mistakes it names. */
function whatIsWrong(cause: unknown): Bilingual {
  const english = cause instanceof Error ? (cause.message.split(/[.\n]/, 1)[0] ?? '') : String(cause);
  const option = /'(-{1,2}[^' ]+)/.exec(english)?.[1] ?? '';
  const code = (cause as { code?: string }).code;
  const chinese = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `没有选项 ${option}。` : `选项 ${option} 的值不对。`;
  return { 'zh-CN': chinese, 'en-US': `${english}.` };
}

/** A whole number from an option. Errors: `usage`. */
export function countOf(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  const detail = {
    'zh-CN': `--${name} 应为 1、2、3 这样的整数，而不是 ${text}。`,
    'en-US': `--${name} must be a whole number such as 1, 2 or 3, not ${text}.`,
  };
  throw new RowscribeError('usage', { detail });
}
