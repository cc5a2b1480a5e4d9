// Tells pages about runs: every row at once, the run itself not more often than they can draw it.
import type { RunRowView } from '../contract/runs.ts';
import type { Problem, ServerEvent } from '../contract/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeskRun, DeskRunEvents } from './desk-run.ts';
import type { ShelfEntry } from './shelf.ts';

/** Between two events about the same run. */
const pauseMs = 100;

interface Told {
  atMs: number;
  /** Something is to be told when the pause is over. */
  isDue: boolean;
}

export class RunTeller implements DeskRunEvents {
  readonly #clock: Clock;
  readonly #publish: (event: ServerEvent) => void;
  readonly #setWaiting: (entry: ShelfEntry, problem: Problem | undefined) => void;
  readonly #told = new Map<string, Told>();

  constructor(
    clock: Clock,
    publish: (event: ServerEvent) => void,
    setWaiting: (entry: ShelfEntry, problem: Problem | undefined) => void,
  ) {
    this.#clock = clock;
    this.#publish = publish;
    this.#setWaiting = setWaiting;
  }

  onRun(run: DeskRun): void {
    if (run.isOver) {
      this.#told.delete(run.id);
      // Whether a file can be written is not known any more; a closed document stays closed until its pane says otherwise.
      if (run.job.entry.source !== 'excel') this.#setWaiting(run.job.entry, undefined);
      this.#publish({ type: 'run', run: run.view() });
      return;
    }
    const nowMs = this.#clock.now();
    const told = this.#told.get(run.id);
    if (told?.isDue === true) return;
    if (told === undefined || nowMs >= told.atMs + pauseMs) {
      this.#told.set(run.id, { atMs: nowMs, isDue: false });
      this.#publish({ type: 'run', run: run.view() });
      return;
    }
    told.isDue = true;
    void this.#later(run, told.atMs + pauseMs - nowMs);
  }

  onRow(run: DeskRun, row: RunRowView): void {
    this.#publish({ type: 'row', run: run.id, row });
  }

  onWaiting(run: DeskRun, problem: Problem | undefined): void {
    this.#setWaiting(run.job.entry, problem);
  }

  async #later(run: DeskRun, ms: number): Promise<void> {
    await this.#clock.sleep(ms, run.over).catch(() => {});
    const told = this.#told.get(run.id);
    // The end of a run was told at once.
    if (told?.isDue !== true) return;
    told.isDue = false;
    told.atMs = this.#clock.now();
    this.#publish({ type: 'run', run: run.view() });
  }
}
