// What lies in the folder of models: whole pairs, and downloads that were stopped.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { StoredModel } from '../ports/models.ts';
import type { GgufIdentity } from './adopt.ts';

/** One entry a folder, by name. A file that cannot be read as GGUF is left out. */
export async function storedModels(
  folder: string,
  identify: (file: string) => Promise<GgufIdentity>,
): Promise<readonly StoredModel[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(folders.toSorted().map((name) => storedIn(folder, name, identify)));
}

async function storedIn(
  folder: string,
  name: string,
  identify: (file: string) => Promise<GgufIdentity>,
): Promise<StoredModel> {
  const place = path.join(folder, name);
  const names = (await readdir(place)).toSorted();
  const files = names.filter((one) => /\.gguf$/i.test(one)).map((one) => path.join(place, one));
  const kinds = await Promise.all(
    files.map((file) =>
      identify(file).then(
        ({ kind }) => kind,
        () => undefined,
      ),
    ),
  );
  const mmproj = files.find((_, index) => kinds[index] === 'mmproj');
  const models = files.filter((_, index) => kinds[index] === 'model');
  return {
    folder: name,
    pairs: mmproj === undefined ? [] : models.map((model) => ({ model, mmproj, name: stemOf(model) })),
    unfinished: names.filter((one) => one.endsWith('.ipull')).map((one) => one.replace(/\.ipull$/, '')),
  };
}

const stemOf = (file: string): string => path.basename(file).replace(/\.gguf$/i, '');
