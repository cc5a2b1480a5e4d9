// The official builds of llama-server that can be installed: names and checksums as data, and which of them fits a machine.

export interface ReleaseFile {
  readonly name: string;
  /** As published with the release; absent where it is not known here. */
  readonly sha256?: string;
}

export interface ReleaseChoice {
  /** What the folder and the version are called, e.g. "b11146-cuda-12.4". */
  readonly version: string;
  readonly files: readonly ReleaseFile[];
}

/** llama.cpp v0.5.0. */
export const releaseTag = 'b11146';
export const releaseUrl = 'https://github.com/ggml-org/llama.cpp/releases/download';

const file = (name: string, sha256?: string): ReleaseFile => ({ name, ...(sha256 !== undefined && { sha256 }) });
const build = (name: string, sha256?: string) => file(`llama-${releaseTag}-bin-${name}`, sha256);

const releases = {
  'win32-x64-nvidia': {
    version: `${releaseTag}-cuda-12.4`,
    files: [
      build('win-cuda-12.4-x64.zip', '3c806a6ceccc3dae1c743ceb1a1fb2cce5b76f40bfbd4c6b7b8afb6ef45a5807'),
      file(
        'cudart-llama-bin-win-cuda-12.4-x64.zip',
        '8c79a9b226de4b3cacfd1f83d24f962d0773be79f1e7b75c6af4ded7e32ae1d6',
      ),
    ],
  },
  'win32-x64': { version: `${releaseTag}-vulkan`, files: [build('win-vulkan-x64.zip')] },
  'darwin-arm64': {
    version: `${releaseTag}-metal`,
    files: [build('macos-arm64.tar.gz', '1ad3f9eff80edb9dbef4259ad564d1720612ef7eea48fa4afed0e54f5f3d5711')],
  },
  'darwin-x64': { version: `${releaseTag}-cpu`, files: [build('macos-x64.tar.gz')] },
  'linux-x64-nvidia': { version: `${releaseTag}-vulkan`, files: [build('ubuntu-vulkan-x64.tar.gz')] },
  'linux-x64': {
    version: `${releaseTag}-cpu`,
    files: [build('ubuntu-x64.tar.gz', 'c150306eb16b5ab696f76a8bdf810c35fd98a24e82158742e6fa28f420ff8410')],
  },
} as const satisfies Readonly<Record<string, ReleaseChoice>>;

/** The build for a machine; undefined when there is none. On Linux NVIDIA's own is had by building. */
export function chooseRelease(platform: string, arch: string, hasNvidia: boolean): ReleaseChoice | undefined {
  const table: Readonly<Record<string, ReleaseChoice>> = releases;
  return (hasNvidia ? table[`${platform}-${arch}-nvidia`] : undefined) ?? table[`${platform}-${arch}`];
}
