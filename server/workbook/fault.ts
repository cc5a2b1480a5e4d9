// What is wrong with a file, in words for a person, on its way to the error that names the file.
import { inLanguage, type Detail } from '../domain/language.ts';

/** Its kinds say who found it; the package layer turns each into an error for people. */
export class Fault extends Error {
  readonly detail: Detail;

  constructor(detail: Detail, options?: ErrorOptions) {
    super(inLanguage(detail, 'en-US'), options);
    this.detail = detail;
  }
}
