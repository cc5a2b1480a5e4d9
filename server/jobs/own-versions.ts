// Versions of a workbook that came from our own writing alone: a file that nobody else touched is not read again for it.
import type { Workbooks } from '../ports/workbook.ts';

/** Follows what is written through `workbooks` into a file whose version was `first`, by its SHA-256. */
export class OwnVersions {
  readonly workbooks: Workbooks;
  #newest: string | undefined;

  constructor(workbooks: Workbooks, first: string) {
    this.#newest = first;
    this.workbooks = {
      ...workbooks,
      patch: async (file, edits, options) => {
        const report = await workbooks.patch(file, edits, options);
        if (report.written.length > 0) {
          this.#newest = options?.base !== undefined && options.base === this.#newest ? report.sha256 : undefined;
        }
        return report;
      },
    };
  }

  /** The newest version, when each one was made from the one before; undefined when somebody else changed the file. */
  get newest(): string | undefined {
    return this.#newest;
  }
}
