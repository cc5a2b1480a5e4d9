// An error as the journal keeps it with a run.
import { inBoth } from '../domain/language.ts';
import type { RowscribeError } from '../errors.ts';
import type { RunError } from '../ports/store.ts';

export function runError(error: RowscribeError): RunError {
  return { code: error.code, message: inBoth((language) => error.text(language)) };
}
