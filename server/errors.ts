// The one error class: a code from the closed catalogue, the facts of this case, the cause kept.
import type { Language } from './domain/language.ts';
import { catalogue, type ErrorCode, type ErrorFacts } from './i18n/errors.ts';

export type { ErrorCode } from './i18n/errors.ts';

/**
 * Something a person has to know about. The text comes from the catalogue in both languages and says what happened,
 * to what, and what to do next; `retryable` is decided there too, at the source.
 */
export class RowscribeError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'RowscribeError';
  readonly code: C;
  readonly facts: ErrorFacts[C];
  readonly retryable: boolean;

  constructor(code: C, facts: ErrorFacts[C], options: { cause?: unknown } = {}) {
    super(render(code, facts, 'en-US'), options);
    this.code = code;
    this.facts = facts;
    this.retryable = catalogue[code].retryable;
  }

  /** The sentence for a person, in their language. */
  text(language: Language): string {
    return render(this.code, this.facts, language);
  }
}

/** Whether `value` is one of our errors, optionally of one code. */
export function isRowscribeError<C extends ErrorCode>(value: unknown, code?: C): value is RowscribeError<C> {
  return value instanceof RowscribeError && (code === undefined || value.code === code);
}

/** Any thrown value as a RowscribeError: ours unchanged, everything else as `internal` with the cause kept. */
export function asRowscribeError(value: unknown): RowscribeError {
  if (value instanceof RowscribeError) return value;
  const detail = value instanceof Error ? value.message : String(value);
  return new RowscribeError('internal', { detail }, { cause: value });
}

function render<C extends ErrorCode>(code: C, facts: ErrorFacts[C], language: Language): string {
  return catalogue[code][language](facts as never);
}
