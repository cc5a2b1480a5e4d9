// Loads the ready-made questions that come with the program and a team's own after them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePresets, type Preset } from '../domain/preset.ts';
import { RowscribeError } from '../errors.ts';

export interface PresetsOptions {
  /** The file that comes with the program. */
  readonly file: string;
  /** Folder in which a team keeps its own presets.yaml; '' for none. The file may be missing. */
  readonly teamFolder: string;
}

const teamFile = 'presets.yaml';

/**
 * The team's own first, then the shipped ones; one of the team takes the place of the shipped one with its id. Read anew at
 * every call. Errors: `presets-invalid` with every fault of the first faulty file, "line 12: …".
 */
export async function loadPresets({ file, teamFolder }: PresetsOptions): Promise<readonly Preset[]> {
  const shipped = await read(file, false);
  const own = teamFolder === '' ? [] : await read(join(teamFolder, teamFile), true);
  const taken = new Set(own.map(({ id }) => id));
  return [...own, ...shipped.filter(({ id }) => !taken.has(id))];
}

async function read(path: string, mayBeMissing: boolean): Promise<readonly Preset[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (mayBeMissing && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new RowscribeError('presets-invalid', { path, faults: [detail] }, { cause });
  });
  const { presets, faults } = parsePresets(text);
  if (faults.length > 0) throw new RowscribeError('presets-invalid', { path, faults });
  return presets;
}
