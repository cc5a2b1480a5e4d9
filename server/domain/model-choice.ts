// A model that can be had: its two files, what they need, and under which licence they come.
import type { Bilingual } from './language.ts';

export interface OfferedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex; absent where only the hub knows it. Then `sizeBytes` is a round figure. */
  readonly sha256?: string;
}

/** What planning needs to know about the two files of a model. */
export interface ModelSizes {
  readonly modelBytes: number;
  readonly mmprojBytes: number;
  /** Keys and values of one token, two bytes a number. */
  readonly kvBytesPerToken: number;
}

export interface ModelChoice {
  /** What a person types: "qwen2.5-vl-7b-q8". */
  readonly id: string;
  readonly name: string;
  /** "owner/name" on the hub. */
  readonly repository: string;
  readonly model: OfferedFile;
  readonly mmproj: OfferedFile;
  readonly kvBytesPerToken: number;
  readonly licence: string;
  /** Whether copy for sale may be written with it. */
  readonly isForTrade: boolean;
  readonly about: Bilingual;
}

export const sizesOf = (choice: ModelChoice): ModelSizes => ({
  modelBytes: choice.model.sizeBytes,
  mmprojBytes: choice.mmproj.sizeBytes,
  kvBytesPerToken: choice.kvBytesPerToken,
});

/** "4.7 GB", "836 MB": decimal, as hubs and shops count. */
export function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}
