// Which engine the settings call for.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { RowscribeError } from '../errors.ts';
import type { Engine } from '../ports/engine.ts';
import { createEmbeddedEngine } from './llama-node.ts';
import { createLlamaServerEngine } from './llama-server.ts';
import { createOpenAiEngine } from './openai.ts';
import { createOpenAiFleet } from './openai-fleet.ts';
import { readingAhead } from './read-ahead.ts';
import { findServer, type BinaryPlaces } from './server-binary.ts';
import { smallerQuantOf } from './server-plan.ts';
import { createWriter } from './writer.ts';

/** The settings that are about the engine, as they are named there. */
export interface EngineSettings {
  readonly engine: 'auto' | 'embedded' | 'llama-server' | 'openai';
  readonly model: string;
  readonly llamaServer: string;
  readonly dataFolder: string;
  /** One address, or those of several servers with the same model. */
  readonly serverUrl: readonly string[];
  readonly serverKey: string;
  readonly serverModel: string;
  readonly slots: number;
  readonly imageTokensMax: number;
  readonly contextTokens: number;
  readonly threads: number;
  readonly loadTimeoutS: number;
  readonly requestTimeoutS: number;
}

/** The engine for these settings and model files; nothing is started. Errors: `engine-missing`. */
export function createEngine(
  settings: EngineSettings,
  modelFiles: { readonly model: string; readonly mmproj: string },
): Engine {
  const { engine, serverUrl: urls, serverKey: key, serverModel: model, llamaServer } = settings;
  const [url = ''] = urls;
  const wishes = { ...engineWishes(settings), ...(settings.slots > 0 && { slots: settings.slots }) };
  if (engine === 'openai' || (engine === 'auto' && url !== ''))
    return urls.length > 1
      ? createOpenAiFleet({ urls, key, model, ...wishes })
      : createOpenAiEngine({ url, key, model, ...wishes });
  const files = [modelFiles.model, modelFiles.mmproj];
  // The demo model starts faster in the engine that is always there.
  const isWanted = engine === 'llama-server' || (engine === 'auto' && settings.model !== '');
  const binary = isWanted ? findServer(serverPlaces(settings)) : undefined;
  if (binary === undefined) {
    if (engine === 'llama-server') throw new RowscribeError('engine-missing', { path: llamaServer });
    return readingAhead(createEmbeddedEngine({ ...modelFiles, ...wishes }), files);
  }
  const smaller = smallerQuantOf(modelFiles.model);
  const smallerModel = smaller !== undefined && existsSync(smaller) ? smaller : undefined;
  const wanted = { binary, ...modelFiles, ...(smallerModel && { smallerModel }), ...wishes };
  return readingAhead(createLlamaServerEngine(wanted), files);
}

/** The second model that writes texts, when the settings name one; nothing is started. */
export function createTextWriter(settings: EngineSettings & { readonly writer: string }): Engine | undefined {
  return settings.writer === '' ? undefined : createWriter({ model: settings.writer, ...engineWishes(settings) });
}

/** Where these settings have llama-server looked for. */
export function serverPlaces(settings: Pick<EngineSettings, 'llamaServer' | 'dataFolder'>): BinaryPlaces {
  const { llamaServer: wanted, dataFolder } = settings;
  const { platform, env } = process;
  return { wanted, folder: path.join(dataFolder, 'engine'), searchPath: env['PATH'] ?? '', platform };
}

function engineWishes(settings: EngineSettings) {
  return {
    imageTokensMax: settings.imageTokensMax,
    loadTimeoutMs: settings.loadTimeoutS * 1000,
    requestTimeoutMs: settings.requestTimeoutS * 1000,
    ...(settings.contextTokens > 0 && { contextTokens: settings.contextTokens }),
    ...(settings.threads > 0 && { threads: settings.threads }),
  };
}
