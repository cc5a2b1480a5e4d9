// Installs an official build of llama-server: downloaded, checked, unpacked into a folder of its own, tried, then made current.
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { InstalledRelease, InstallProgress } from '../ports/server-program.ts';
import { checkFile, downloadTo } from './release-download.ts';
import { currentFile, programName } from './server-binary.ts';
import type { ReleaseChoice } from './server-releases.ts';
import type { RunTool } from './run-tool.ts';

export interface InstallOptions {
  readonly folder: string;
  readonly platform: NodeJS.Platform;
  /** Where the files of the release lie. */
  readonly url: string;
  readonly release: ReleaseChoice;
  readonly run: RunTool;
}

/** Errors: see the port. Whatever fails, what was current before stays so. */
export async function installServer(
  options: InstallOptions,
  onProgress: (progress: InstallProgress) => void,
  signal: AbortSignal,
): Promise<InstalledRelease> {
  const { folder, url, release, run } = options;
  await mkdir(folder, { recursive: true });
  const parts: { readonly name: string; readonly path: string; readonly sha256: string }[] = [];
  for (const { name, sha256 } of release.files) {
    const part = path.join(folder, `${name}.part`);
    await downloadTo(
      `${url}/${name}`,
      part,
      (done, total) => onProgress({ name, doneBytes: done, totalBytes: total }),
      signal,
    );
    parts.push({ name, path: part, sha256: await checkFile(part, name, sha256, signal) });
  }
  const place = await mkdtemp(path.join(folder, `${release.version}-`));
  const dropParts = () => Promise.all(parts.map((part) => rm(part.path, { force: true })));
  let isUnpacked = false;
  try {
    const [first, ...others] = parts;
    if (first === undefined) throw unsafe(release.version, '—');
    await unpack(first, place, options, signal);
    const binary = await findProgram(place, programName(options.platform));
    // Libraries are found beside the program, wherever its archive put it.
    for (const part of others) await unpack(part, path.dirname(binary), options, signal);
    isUnpacked = true;
    await chmod(binary, 0o755);
    await run(binary, ['--version'], signal);
    await writeFile(path.join(folder, currentFile), JSON.stringify({ binary, version: release.version }));
    await dropParts();
    const unchecked = parts.filter(
      ({ name }) => release.files.find((file) => file.name === name)?.sha256 === undefined,
    );
    return { path: binary, version: release.version, unchecked };
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    // What cannot be unpacked is fetched anew the next time; what merely does not run here is kept.
    if (!isUnpacked && !signal.aborted) await dropParts();
    throw error;
  }
}

/** The system's tar reads .tar.gz everywhere, and .zip on Windows. No entry may lead out of the folder. */
async function unpack(
  part: { readonly name: string; readonly path: string },
  place: string,
  { platform, run }: Pick<InstallOptions, 'platform' | 'run'>,
  signal: AbortSignal,
): Promise<void> {
  const tar = tarOf(platform);
  const listing = await run(tar, ['-tf', part.path], signal);
  const outside = listing.split(/\r?\n/).find((entry) => /^(?:[/\\]|[a-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/i.test(entry));
  if (outside !== undefined) throw unsafe(part.name, outside);
  await run(tar, ['-xf', part.path, '-C', place], signal);
  const root = await realpath(place);
  for (const entry of await readdir(place, { recursive: true })) {
    const target = await realpath(path.join(place, entry)).catch(() => '');
    if (target !== '' && target !== root && !target.startsWith(root + path.sep)) throw unsafe(part.name, entry);
  }
}

/** On Windows the one of the system: another one in the path, such as Git's, reads no .zip and takes "C:" for a computer. */
function tarOf(platform: NodeJS.Platform): string {
  if (platform !== 'win32') return 'tar';
  return path.win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'tar.exe');
}

async function findProgram(place: string, name: string): Promise<string> {
  const entry = (await readdir(place, { recursive: true })).find((one) => path.basename(one) === name);
  if (entry === undefined) throw unsafe(name, '—');
  return path.join(place, entry);
}

const unsafe = (name: string, entry: string) => new RowscribeError('engine-archive-bad', { name, entry });
