// The port to model files: what can be had, what is here, and how it gets here.
import type { ModelChoice } from '../domain/model-choice.ts';

/** Absolute paths of the two files of a model. */
export interface ModelPair {
  readonly model: string;
  readonly mmproj: string;
}

/** Where one file comes from on the network. */
export interface FileSource {
  readonly url: string;
  readonly name: string;
  /** What is known about it beforehand. */
  readonly sha256?: string;
}

/** The two files of a model on the network, and the folder, below that of all models, they belong into. */
export interface PairSource {
  readonly folder: string;
  readonly model: FileSource;
  readonly mmproj: FileSource;
}

/**
 * Where a checksum is from: `known` by the catalogue, told by the `hub`, part of the file's own `name` (Ollama), or
 * `recorded` when it was first read, and compared with nothing then; `unknown` for a file elsewhere.
 */
export type ChecksumOrigin = 'known' | 'hub' | 'name' | 'recorded' | 'unknown';

export interface FileReport {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly origin: ChecksumOrigin;
}

export type FetchStep = 'download' | 'verify' | 'copy';

export interface FetchProgress {
  readonly step: FetchStep;
  /** The file's name. */
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface StoredModel {
  /** The folder's name below that of all models. */
  readonly folder: string;
  readonly pairs: readonly (ModelPair & { readonly name: string })[];
  /** Downloads that were stopped, as file names. */
  readonly unfinished: readonly string[];
}

/**
 * The models of this computer. Nothing but `pull` reaches the network, and only when it is called.
 *
 * - `pull` downloads both files, goes on with a part that is there, and gives them only when checksum and header are right.
 *   Errors: `download-refused`, `download-unreachable`, `download-missing`, `download-failed`, `download-damaged` (the file is
 *   deleted), `disk-space`, `model-corrupt`, `model-mismatch`; the abort reason, and then the part stays.
 * - `adopt` takes files that are on this computer: a link where the disk allows it, else a copy.
 * - `verify` reads both files to the end. Errors: `model-missing`, `model-corrupt`, `model-mismatch`, `download-damaged`.
 */
export interface Models {
  readonly folder: string;
  readonly catalogue: readonly ModelChoice[];
  /** The source of a model of the catalogue, or of two addresses. Errors: `model-unknown`, `usage`. */
  sourceOf(words: readonly string[], mirror: string): PairSource;
  /** Where the files of a source lie, or will. */
  placeOf(source: PairSource): ModelPair;
  stored(): Promise<readonly StoredModel[]>;
  pull(source: PairSource, onProgress: (progress: FetchProgress) => void, signal: AbortSignal): Promise<ModelPair>;
  adopt(
    paths: readonly string[],
    onProgress: (progress: FetchProgress) => void,
    signal: AbortSignal,
  ): Promise<Partial<ModelPair>>;
  verify(
    pair: ModelPair,
    onProgress: (progress: FetchProgress) => void,
    signal: AbortSignal,
  ): Promise<readonly FileReport[]>;
  /** Reads the headers of both files. Errors: `model-missing`, `model-corrupt`, `model-mismatch`. */
  check(pair: ModelPair): Promise<void>;
}
