// The port to pictures: from what a cell says to a picture the model may see.
import type { EngineImage } from './engine.ts';

/** Why a picture needs a person: a closed list, put into words elsewhere. */
export type PictureFlaw = 'too-dark' | 'too-bright' | 'blurred' | 'product-too-small' | 'too-few-pixels' | 'blank';

export interface PictureRequest {
  /** The path as a cell holds it, relative to `baseDir` or absolute. */
  readonly path: string;
  /** The content of a picture that lies in no file of its own; `path` is then only what a person calls it. */
  readonly bytes?: Uint8Array;
  /** Absolute folder of the workbook. */
  readonly baseDir: string;
  /** Absolute folders in which pictures may lie; `baseDir` counts among them. */
  readonly roots: readonly string[];
  /** The picture is fitted to at most this many tokens of 28 × 28 pixels, and enlarged to at least the minimum. */
  readonly imageTokensMin: number;
  readonly imageTokensMax: number;
}

export interface PreparedPicture {
  readonly image: EngineImage;
  /** Lower-case hex SHA-256 of the picture's own bytes: the picture's identity in fingerprints and provenance. */
  readonly sourceSha256: string;
  readonly flaws: readonly PictureFlaw[];
  /** What the verdict rests on, for logs and `--json`. */
  readonly measures: Readonly<Record<string, number>>;
}

/**
 * Reads, checks and normalises pictures. No byte of a refused path is ever touched: all lexical rules come before the
 * first file-system call. Errors: `picture-none`, `picture-missing`, `picture-path-refused`, `picture-url`,
 * `picture-outside`, `picture-too-large`, `picture-pixels`, `picture-format`, `picture-broken`; the abort reason when
 * `signal` aborts. The same file with the same limits gives the same bytes.
 */
export interface Images {
  prepare(request: PictureRequest, signal?: AbortSignal): Promise<PreparedPicture>;
}
