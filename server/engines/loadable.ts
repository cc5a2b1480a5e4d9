// What a supervised child is given to load: its program, the ways of loading, and what each comes to.
import type { Detail } from '../domain/language.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { ChildProgram } from './child-process.ts';
import type { LoadedFacts, LoadOrder, LoadWriterOrder } from './protocol.ts';

export interface Loadable {
  readonly program: ChildProgram;
  /** Absolute path of the model, for messages. */
  readonly model: string;
  /** Looks at the files and the machine. Errors: `model-missing`, `model-corrupt`, `model-mismatch`. */
  ways(): Promise<Ways>;
}

export interface Ways {
  readonly first: Way;
  /** The way to try after the first failed for this reason; absent when there is none. */
  readonly otherwise?: (reason: Detail) => Way;
}

export interface Way {
  readonly order: LoadOrder | LoadWriterOrder;
  /** What the loaded model is, or why it is of no use. */
  readonly describe: (loaded: LoadedFacts) => { readonly info: EngineInfo } | { readonly detail: Detail };
}
