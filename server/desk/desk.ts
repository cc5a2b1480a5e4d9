// Everything that pages see and steer, in one place: runs, workbooks, the engine, settings.
import type { DocumentRequest, LinkAnswer } from '../contract/links.ts';
import type { AppState, PresetView, RecipeView, ServerEvent, WorkbookView } from '../contract/state.ts';
import type { Recipe } from '../domain/recipe.ts';
import type { Checker } from '../domain/compliance/checker.ts';
import type { Backups } from '../ports/backups.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { PictureFiles } from '../ports/picture-files.ts';
import type { RunHistory } from '../ports/history.ts';
import type { Images } from '../ports/images.ts';
import type { Journal } from '../ports/store.ts';
import type { Workbooks } from '../ports/workbook.ts';
import type { Settings } from '../settings.ts';
import type { OpenDocuments } from './documents.ts';
import { EngineMonitor } from './engine-monitor.ts';
import { recipeView } from './recipe-view.ts';
import { RunDesk } from './run-desk.ts';
import { RunSettings } from './run-settings.ts';
import { shareClaims } from './shared-claims.ts';
import { WorkbookShelf } from './shelf.ts';
import type { TargetParts } from './targets.ts';
import { Thumbnails } from './thumbnails.ts';

export interface DeskParts {
  readonly version: string;
  readonly settings: Settings;
  /** Puts changed settings into the person's file. */
  readonly saveSettings: (changes: Partial<Settings>) => void;
  readonly files: Workbooks;
  readonly documents: OpenDocuments;
  readonly journal: Journal;
  readonly history: RunHistory;
  readonly backups: () => Backups;
  readonly images: Images;
  readonly pictureFiles: PictureFiles;
  readonly engine: Engine;
  readonly writer?: Engine;
  readonly checker: () => Promise<Checker>;
  readonly clock: Clock;
  readonly recipes: () => Promise<ReadonlyMap<string, Recipe>>;
  readonly presets: () => Promise<readonly PresetView[]>;
}

/** Workbooks on the shelf besides the watched ones. */
const entriesMax = 200;

/** Reads recipes and presets once; `refresh` reads them again. */
export async function createDesk(parts: DeskParts): Promise<Desk> {
  const desk = new Desk(parts);
  await desk.refresh();
  return desk;
}

export class Desk {
  readonly #parts: DeskParts;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  readonly #monitor: EngineMonitor;
  readonly shelf: WorkbookShelf;
  readonly runs: RunDesk;
  readonly settings: RunSettings;
  readonly thumbnails: Thumbnails;
  /** What a job on a target is made of. */
  readonly targets: TargetParts;
  #recipes: readonly RecipeView[] = [];
  #presets: readonly PresetView[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { journal, clock } = parts;
    const publish = (event: ServerEvent) => this.#publish(event);
    this.#monitor = new EngineMonitor(parts.engine, journal.pace(undefined), (engine) =>
      publish({ type: 'engine', engine }),
    );
    this.settings = new RunSettings(parts.settings, parts.saveSettings, (settings) =>
      publish({ type: 'settings', settings }),
    );
    const { watchFolders, pictureRoots } = parts.settings;
    this.shelf = new WorkbookShelf({
      roots: [...watchFolders, ...pictureRoots],
      onChange: () => publish({ type: 'workbooks', workbooks: this.shelf.views() }),
      entriesMax,
    });
    this.targets = {
      ...{ shelf: this.shelf, files: parts.files, documents: parts.documents.workbooks, images: parts.images, clock },
      ...{ backups: parts.backups, checker: parts.checker, recipes: parts.recipes },
      ...{ journal: shareClaims(journal), engine: this.#monitor.engine, settings: () => this.settings.now },
      ...(parts.writer && { writer: parts.writer }),
    };
    this.thumbnails = new Thumbnails(this.targets, parts.pictureFiles);
    this.runs = new RunDesk({
      ...this.targets,
      ...{ history: parts.history, publish },
      onPace: (seconds) => this.#monitor.notePace(seconds),
      secondsPerRow: () => this.#monitor.view().secondsPerRow,
    });
    parts.documents.onRequest((workbook, request) => publish({ type: 'link', workbook, request }));
  }

  /** The engine and the journal as everyone in this process must use them: a watch, chats. */
  get shared(): { readonly engine: Engine; readonly journal: Journal } {
    return this.targets;
  }

  /** Seconds that a row of the model takes, as far as that is known. */
  get secondsPerRow(): number | undefined {
    return this.#monitor.view().secondsPerRow;
  }

  /** What happens from now on; gives the function that ends it. A listener must not throw. */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  state(): AppState {
    return {
      version: this.#parts.version,
      engine: this.#monitor.view(),
      settings: this.settings.view(),
      recipes: this.#recipes,
      presets: this.#presets,
      workbooks: this.shelf.views(),
      runs: this.runs.views(),
    };
  }

  /** Reads recipes and presets again: a team may have edited theirs. Errors: those of their files. */
  async refresh(): Promise<void> {
    const recipes = await this.#parts.recipes();
    this.#recipes = [...recipes.values()].map(recipeView);
    this.#presets = await this.#parts.presets();
  }

  /** A document is open in Excel; what waits for it goes on at once. */
  async attach(document: DocumentRequest): Promise<WorkbookView> {
    const entry = await this.shelf.attach(document);
    this.#parts.documents.attach(entry);
    this.shelf.setWaiting(entry, undefined);
    this.runs.hurry(entry);
    // What cannot be read of the journal now is told where it is needed.
    void this.runs.deliverLeft(entry).catch(() => undefined);
    return this.shelf.view(entry);
  }

  /** What the pane of a document answers to a request; false when nobody waits for it any more. */
  answer(workbook: string, request: string, answer: LinkAnswer): boolean {
    return this.#parts.documents.answer(this.shelf.entry(workbook).key, request, answer);
  }

  /** Stops all runs; resolves when they have ended. The parts stay open. */
  close(): Promise<void> {
    return this.runs.close();
  }

  #publish(event: ServerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
