// Where llama-server is: as set, in our own folder, or in the PATH.
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface BinaryPlaces {
  /** The setting `llamaServer`; when given nothing else is tried. */
  readonly wanted: string;
  /** The folder that `rowscribe engine` keeps. */
  readonly folder: string;
  readonly searchPath: string;
  readonly platform: NodeJS.Platform;
}

/** What `rowscribe engine` installed or built last. */
export interface InstalledServer {
  readonly binary: string;
  /** E.g. "b6123 cuda-12.4", "v0.4.0 built here". */
  readonly version: string;
}

/** The file in our folder that names the program to use. */
export const currentFile = 'current.json';

/** The program's absolute path; undefined when there is none. */
export function findServer({ wanted, folder, searchPath, platform }: BinaryPlaces): string | undefined {
  if (wanted !== '') return isProgram(wanted) ? wanted : undefined;
  const installed = installedServer(folder)?.binary;
  if (installed !== undefined && isProgram(installed)) return installed;
  const name = programName(platform);
  const folders = searchPath.split(path.delimiter).filter((place) => path.isAbsolute(place));
  return folders.map((place) => path.join(place, name)).find(isProgram);
}

export function programName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'llama-server.exe' : 'llama-server';
}

/** What our folder names; undefined when nothing was installed or the file is damaged. */
export function installedServer(folder: string): InstalledServer | undefined {
  try {
    const value = JSON.parse(readFileSync(path.join(folder, currentFile), 'utf8')) as Partial<InstalledServer>;
    const { binary, version } = value;
    return typeof binary === 'string' && typeof version === 'string' ? { binary, version } : undefined;
  } catch {
    return undefined;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
