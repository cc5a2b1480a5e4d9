// The port to picture files as they lie on the disk, before anything of them is decoded.

export interface PicturePlace {
  /** The path as a cell holds it, relative to `baseDir` or absolute. */
  readonly path: string;
  /** Absolute folder of the workbook. */
  readonly baseDir: string;
  /** Absolute folders in which pictures may lie; `baseDir` counts among them. */
  readonly roots: readonly string[];
}

export interface PictureFile {
  readonly sizeBytes: number;
  /** When its bytes, its name or its rights last changed, milliseconds since the Unix epoch. */
  readonly changedAtMs: number;
  /** Lower-case hex SHA-256 of the bytes it holds now. */
  sha256(): Promise<string>;
}

/**
 * Tells whether a picture is another one than before. The rules about paths are those of the pictures port: no byte of a
 * refused path is touched. Errors: those of finding and reading a picture; the abort reason when `signal` aborts.
 */
export interface PictureFiles {
  find(place: PicturePlace, signal?: AbortSignal): Promise<PictureFile>;
}
