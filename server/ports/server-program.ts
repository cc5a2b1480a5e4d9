// The port to the program llama-server: which one is used, and how to get one.

export interface FoundServer {
  readonly path: string;
  /** What it says about itself, or what it was installed as. */
  readonly version: string;
}

/**
 * - `find` gives the program that the settings, our own folder or the PATH name; undefined when there is none.
 * - `build` makes it from the source that comes along with this project, into our own folder, which takes minutes; nothing is
 *   downloaded. `onStep` hears what is being done, `onLine` the last words of the tools. Errors: `engine-tool-missing`,
 *   `engine-build-failed`; the abort reason, after which nothing half-built is left.
 * - `install` downloads the official build for this machine, the only call that reaches the internet, from `mirror` when it is
 *   not empty; a download that was cut off is gone on with. Errors: `engine-no-release`, `engine-download-failed`,
 *   `engine-download-damaged`, `engine-archive-bad`, `engine-tool-missing`, `engine-build-failed`; the abort reason.
 */
export interface ServerProgram {
  find(signal?: AbortSignal): Promise<FoundServer | undefined>;
  install(
    mirror: string,
    onProgress: (progress: InstallProgress) => void,
    signal: AbortSignal,
  ): Promise<InstalledRelease>;
  build(onStep: (step: BuildStep) => void, signal: AbortSignal): Promise<FoundServer>;
}

export interface InstallProgress {
  readonly name: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface InstalledRelease extends FoundServer {
  /** Files whose checksum was not known beforehand, with what it was. */
  readonly unchecked: readonly { readonly name: string; readonly sha256: string }[];
}

export type BuildStep = 'unpack' | 'configure' | 'compile' | 'try';
