// The port between us and a llama-server: chosen free, and proof that what answers there is ours.
import { createServer } from 'node:net';
import type { ChatClient } from './openai-client.ts';
import { readModels } from './openai-models.ts';

/** What a llama-server, or the system, says of a port that somebody else has. */
export const portTakenPattern = /couldn['’]t bind|failed to bind|EADDRINUSE|address already in use/i;

/** A port of this computer that is free now; another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Whether the server calls its one model by the name that only ours was given. Errors: the abort reason. */
export async function answersAs(alias: string, client: ChatClient, signal: AbortSignal): Promise<boolean> {
  const models = await client.json('/models', signal).then(readModels, () => []);
  signal.throwIfAborted();
  return models.some(({ id }) => id === alias);
}
