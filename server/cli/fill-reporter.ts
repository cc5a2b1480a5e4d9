// What a fill tells the terminal while it runs: progress, a JSON line or a table row for each row, the summary.
import type { Language } from '../domain/language.ts';
import { headerOf } from '../domain/recipe.ts';
import type { ProductRow } from '../domain/row.ts';
import type { RowscribeError } from '../errors.ts';
import { cliWords } from '../i18n/cli.ts';
import type { FillBegin, FillObserver, RowReport } from '../jobs/fill.ts';
import type { SheetView } from '../jobs/ingest.ts';
import { RunMeter } from '../jobs/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { StoredAnswer } from '../ports/store.ts';
import { answerTable, rowJson } from './answer-table.ts';
import type { Terminal } from './terminal.ts';

export interface ReporterOptions {
  readonly json: boolean;
  /** Rows of the table at the end; a long run shows its last ones. */
  readonly tableRowsMax: number;
  readonly language: Language;
  readonly terminal: Terminal;
  readonly clock: Clock;
}

export class FillReporter implements FillObserver {
  readonly #options: ReporterOptions;
  readonly #words;
  readonly #reports: RowReport[] = [];
  readonly #startedAtMs: number;
  #meter: RunMeter;
  #header = (key: string) => key;
  #total = 0;
  #kept = 0;
  #outdated = 0;
  #lastFailure: string | undefined;
  lastDeliveryError: RowscribeError | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#words = cliWords[options.language];
    this.#startedAtMs = options.clock.now();
    this.#meter = new RunMeter(0, this.#startedAtMs);
  }

  onLoading(): void {
    this.#options.terminal.note(this.#words.loading);
  }

  onModel(info: EngineInfo): void {
    noteModel(info, this.#options.terminal, this.#options.language);
    // Loading is no part of the pace.
    this.#meter = new RunMeter(this.#total, this.#options.clock.now());
  }

  onBegin({ total, resumed, view }: FillBegin): void {
    this.#total = total;
    this.#meter = new RunMeter(total, this.#options.clock.now());
    this.#header = (key) => view.map.outputs.get(key)?.header ?? key;
    noteAbsent(view, this.#options.terminal, this.#options.language);
    if (resumed && total > 0) this.#options.terminal.note(this.#words.resumed(total));
  }

  /** The status of the row that made the run stop because the first ones all failed in the same way. */
  get alikeFailure(): string | undefined {
    return this.#lastFailure;
  }

  onAnswer(answer: StoredAnswer): void {
    if (answer.outcome === 'failed') this.#lastFailure = answer.status;
    this.#meter.add(answer.outcome, this.#options.clock.now());
    this.#progress(false);
  }

  onDelivered(report: RowReport): void {
    this.#kept += report.refused.length;
    this.#reports.push(report);
    // The table needs the last rows only; a run of 100,000 must not keep them all.
    if (this.#reports.length > this.#options.tableRowsMax) this.#reports.shift();
    if (this.#options.json) this.#options.terminal.json(rowJson(report));
    this.lastDeliveryError = undefined;
  }

  onOutdated(rows: readonly ProductRow[]): void {
    this.#outdated += rows.length;
    this.#options.terminal.note(this.#words.outdated(rows.map((row) => row.label)));
  }

  onDeliveryError(error: RowscribeError, retryAtMs: number): void {
    this.lastDeliveryError = error;
    const seconds = Math.ceil((retryAtMs - this.#options.clock.now()) / 1000);
    this.#options.terminal.note(this.#words.deliveryRetry(error.text(this.#options.language), seconds));
  }

  /** The table and the summary; true when every row is done. */
  end(): boolean {
    const { terminal, clock, json } = this.#options;
    this.#progress(true);
    const { counts } = this.#meter.status();
    if (!json) for (const line of this.#table()) terminal.line(line);
    const seconds = (clock.now() - this.#startedAtMs) / 1000;
    const { done, failed, 'needs-person': needsPerson } = counts;
    terminal.note(this.#words.summary({ done, needsPerson, failed }, seconds));
    if (this.#kept > 0) terminal.note(this.#words.keptCells(this.#kept));
    return needsPerson === 0 && failed === 0 && this.#outdated === 0;
  }

  #progress(isLast: boolean): void {
    const { finished, total, rowsPerMinute, secondsLeft } = this.#meter.status();
    const left = isLast ? undefined : secondsLeft;
    this.#options.terminal.progress(this.#words.progress(finished, total, rowsPerMinute, left), isLast);
  }

  #table(): string[] {
    return answerTable(
      this.#reports.toSorted((a, b) => a.row.number - b.row.number),
      this.#header,
      this.#options.language,
    );
  }
}

/** Says which columns of the recipe the sheet lacks. */
export function noteAbsent(view: SheetView, terminal: Terminal, language: Language): void {
  const { absent } = view.map;
  if (absent.length === 0) return;
  terminal.note(cliWords[language].absentColumns(absent.map((column) => headerOf(column, view.map.language))));
}

/** Names the model in use; for the demo model also says how to get a real one. */
export function noteModel(info: EngineInfo, terminal: Terminal, language: Language): void {
  const words = cliWords[language];
  terminal.note(words.model(info));
  if (info.problem) terminal.note(info.problem.text(language));
  if (info.isDemo) terminal.note(words.howToGetRealModel());
}
