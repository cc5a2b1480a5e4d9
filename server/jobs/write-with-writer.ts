// A row's texts from two models: one looks at the pictures and describes, the other writes from the description.
import { seenKey, withDescription, writerKeys } from '../domain/writer-columns.ts';
import { RowscribeError } from '../errors.ts';
import type { Engine, EngineInfo } from '../ports/engine.ts';
import type { Look } from './look.ts';
import { writeColumns, type WriteTask, type Written } from './write-columns.ts';

export interface Engines {
  readonly engine: Engine;
  /** Writes what can be written without looking; without one the engine writes everything. */
  readonly writer?: Engine;
}

/** Loads the model, then the writer into the memory that is left. Errors: those of `Engine.start`. */
export async function startEngines({ engine, writer }: Engines, signal: AbortSignal): Promise<EngineInfo> {
  const info = await engine.start(signal);
  return writer === undefined ? info : { ...info, writer: await writer.start(signal) };
}

/** Who works on texts that need no look any more: the writer with the words alone, else the engine with its prefix. */
export function forTextsOnly<T extends { readonly look: Look }>(task: T, engines: Engines): readonly [T, Engine] {
  return engines.writer === undefined ? [task, engines.engine] : [withoutPictures(task), engines.writer];
}

/** As `writeColumns`; the recipe says which columns are the writer's. Errors: also `engine-empty` for no description. */
export async function writeRow(task: WriteTask, { engine, writer }: Engines, signal: AbortSignal): Promise<Written> {
  const keys = writerKeys(task.recipe, task.keys);
  if (writer === undefined || keys.length === 0) return writeColumns(task, engine, signal);
  const known = knownDescription(task, keys);
  const look = known === undefined ? await lookFor(task, keys, engine, signal) : blank;
  const seen = known ?? look.texts.get(seenKey) ?? '';
  if (seen === '') throw new RowscribeError('engine-empty', {});
  const copy = await writeColumns({ ...withoutPictures(part(task, keys)), seen }, writer, signal);
  const isWanted = (key: string) => task.keys.includes(key);
  return {
    texts: new Map([...look.texts, ...copy.texts].filter(([key]) => isWanted(key))),
    remarks: [...look.remarks, ...copy.remarks].filter((one) => !('column' in one) || isWanted(one.column)),
    cachedTokens: known === undefined ? look.cachedTokens : copy.cachedTokens,
    promptMs: look.promptMs + copy.promptMs,
    outputMs: look.outputMs + copy.outputMs,
  };
}

const blank: Written = { texts: new Map(), remarks: [], cachedTokens: 0, promptMs: 0, outputMs: 0 };

/** A cell that is written anew stands in a row that was described before: nobody need look again. */
function knownDescription({ row, rewrites, keys: all }: WriteTask, keys: readonly string[]): string | undefined {
  const described = row.outputs.get(seenKey)?.trim() ?? '';
  return rewrites.length > 0 && keys.length === all.length && described !== '' ? described : undefined;
}

/** The description, and every column that is not the writer's. */
function lookFor(task: WriteTask, keys: readonly string[], engine: Engine, signal: AbortSignal): Promise<Written> {
  const own = task.keys.filter((key) => !keys.includes(key));
  const recipe = withDescription(task.recipe);
  return writeColumns({ ...part(task, [...new Set([seenKey, ...own])]), recipe }, engine, signal);
}

function part(task: WriteTask, keys: readonly string[]): WriteTask {
  return { ...task, keys, rewrites: task.rewrites.filter(({ key }) => keys.includes(key)) };
}

function withoutPictures<T extends { readonly look: Look }>(task: T): T {
  return { ...task, look: { ...task.look, images: [] } };
}
