// The Engine contract on a real llama-server with the demo model; skipped, and said so, where the program is missing.
import { describe } from 'vitest';
import { demoModel } from '../../server/engines/demo-model.ts';
import { createLlamaServerEngine } from '../../server/engines/llama-server.ts';
import { llamaServer } from '../fixtures/llama-server.ts';
import { engineContract } from './engine-contract.ts';

const create = (slots?: number) =>
  createLlamaServerEngine({ ...demoModel(), binary: llamaServer ?? '', ...(slots !== undefined && { slots }) });

describe.skipIf(llamaServer === undefined)(
  'a real llama-server (needs one: rowscribe engine build, or ROWSCRIBE_LLAMA_SERVER)',
  () => {
    engineContract('llama-server', { create, createBusy: () => create(1) });
  },
);
