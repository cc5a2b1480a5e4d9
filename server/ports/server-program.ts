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
 *   `engine-build-failed`, `disk-full`; the abort reason, after which nothing half-built is left.
 */
export interface ServerProgram {
  find(signal?: AbortSignal): Promise<FoundServer | undefined>;
  build(onStep: (step: BuildStep) => void, signal: AbortSignal): Promise<FoundServer>;
}

export type BuildStep = 'unpack' | 'configure' | 'compile' | 'try';
