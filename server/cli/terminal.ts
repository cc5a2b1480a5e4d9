// Where commands write: lines for a person, JSON lines for a program, one line of progress that rewrites itself.
import { createInterface } from 'node:readline/promises';
import stringWidth from 'string-width';

export interface TerminalStreams {
  /** Where answers to questions come from, if anybody is there. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

export class Terminal {
  readonly #streams: TerminalStreams;
  #progressWidth = 0;

  constructor(streams: TerminalStreams) {
    this.#streams = streams;
  }

  /** A line of the result, on stdout. */
  line(text: string): void {
    this.#clear();
    this.#streams.stdout.write(`${text}\n`);
  }

  /** A line of the result that a person must not miss: red where that can be shown. */
  alarm(text: string): void {
    const isRed = this.#streams.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
    this.line(isRed ? `\u001B[31m${text}\u001B[39m` : text);
  }

  json(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** A line about the work, on stderr, so that it never mixes with results. */
  note(text: string): void {
    this.#clear();
    this.#streams.stderr.write(`${text}\n`);
  }

  /** Rewrites the line of progress; where nobody watches a terminal, `isLast` alone is written. */
  progress(text: string, isLast: boolean): void {
    if (this.#streams.stderr.isTTY !== true) {
      if (isLast) this.#streams.stderr.write(`${text}\n`);
      return;
    }
    this.#clear();
    const shown = clip(text, (this.#streams.stderr.columns ?? 80) - 1);
    this.#streams.stderr.write(isLast ? `${shown}\n` : shown);
    this.#progressWidth = isLast ? 0 : stringWidth(shown);
  }

  /** Asks the person at the terminal; undefined when nobody is there. Rejects when `signal` aborts. */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    const { stdin, stderr } = this.#streams;
    if (stdin?.isTTY !== true || stderr.isTTY !== true) return undefined;
    this.#clear();
    // Without a terminal of its own, so that Ctrl-C still ends the program.
    const lines = createInterface({ input: stdin, output: stderr, terminal: false });
    try {
      return await lines.question(question, { signal });
    } finally {
      lines.close();
    }
  }

  #clear(): void {
    if (this.#progressWidth > 0) this.#streams.stderr.write(`\r${' '.repeat(this.#progressWidth)}\r`);
    this.#progressWidth = 0;
  }
}

/** Columns of text side by side; a Chinese character is two columns wide. The last column is not padded. */
export function table(rows: readonly (readonly string[])[], widthsMax: readonly number[]): string[] {
  const clipped = rows.map((row) => row.map((text, index) => clip(text.replace(/\s+/g, ' '), widthsMax[index] ?? 40)));
  const widths = (clipped[0] ?? []).map((_, index) => Math.max(...clipped.map((row) => stringWidth(row[index] ?? ''))));
  return clipped.map((row) =>
    row
      .map((text, index) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(text))))
      .join('  ')
      .trimEnd(),
  );
}

/** Shortens to a number of terminal columns, with "…" where something is left out. */
function clip(text: string, widthMax: number): string {
  if (stringWidth(text) <= widthMax) return text;
  let shown = '';
  for (const character of text) {
    if (stringWidth(shown + character) > widthMax - 1) break;
    shown += character;
  }
  return `${shown}…`;
}
