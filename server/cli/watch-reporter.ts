// What a watch tells the terminal: one line an event, for people or for programs.
import type { Language } from '../domain/language.ts';
import { isRowscribeError, type RowscribeError } from '../errors.ts';
import { cliWords } from '../i18n/cli.ts';
import { watchWords } from '../i18n/watch.ts';
import type { RowCounts, WatchObserver } from '../jobs/watch-book.ts';
import type { EngineInfo } from '../ports/engine.ts';
import { noteModel } from './fill-reporter.ts';
import type { Terminal } from './terminal.ts';

export class WatchReporter implements WatchObserver {
  readonly #json: boolean;
  readonly #language: Language;
  readonly #terminal: Terminal;
  readonly #words;
  #isModelNoted = false;
  /** Something was left that a person has to see to. */
  isLeft = false;

  constructor(json: boolean, language: Language, terminal: Terminal) {
    this.#json = json;
    this.#language = language;
    this.#terminal = terminal;
    this.#words = watchWords[language];
  }

  onLoading(): void {
    if (!this.#isModelNoted) this.#terminal.note(cliWords[this.#language].loading);
  }

  /** One engine serves all workbooks: it is named once. */
  onModel(info: EngineInfo): void {
    if (!this.#isModelNoted) noteModel(info, this.#terminal, this.#language);
    this.#isModelNoted = true;
  }

  onFilling(workbook: string, rows: number): void {
    this.#say({ event: 'filling', workbook, rows }, this.#words.filling(workbook, rows));
  }

  onRestored(workbook: string, labels: readonly string[]): void {
    this.#say({ event: 'restored', workbook, rows: labels }, this.#words.restored(workbook, labels));
  }

  onStale(workbook: string, labels: readonly string[]): void {
    this.isLeft = true;
    this.#say({ event: 'stale', workbook, rows: labels }, this.#words.stale(workbook, labels));
  }

  onDone(workbook: string, counts: RowCounts): void {
    const { done, failed, 'needs-person': needsPerson } = counts;
    this.isLeft ||= failed + needsPerson > 0;
    const line = this.#words.done(workbook, done, needsPerson, failed);
    this.#say({ event: 'done', workbook, done, needsPerson, failed }, line);
  }

  onWaiting(workbook: string, error: RowscribeError): void {
    const line = isRowscribeError(error, 'workbook-open')
      ? this.#words.waitingOpen(workbook, error.facts.by)
      : this.#words.waiting(workbook, error.text(this.#language));
    this.#say({ event: 'waiting', workbook, code: error.code, message: error.text(this.#language) }, line);
  }

  /** A shared folder holds workbooks of all kinds: one without the columns is nobody's mistake. */
  onError(workbook: string, error: RowscribeError): void {
    if (isRowscribeError(error, 'columns-missing')) {
      this.#say({ event: 'skipped', workbook }, this.#words.skipped(workbook));
      return;
    }
    this.isLeft = true;
    const message = error.text(this.#language);
    this.#say({ event: 'error', workbook, code: error.code, message }, this.#words.error(workbook, message));
  }

  #say(event: Readonly<Record<string, unknown>>, line: string): void {
    if (this.#json) this.#terminal.json(event);
    else this.#terminal.line(line);
  }
}
