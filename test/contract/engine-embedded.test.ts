// The Engine contract on the real child process with the demo model.
import { demoModel } from '../../server/engines/demo-model.ts';
import { createEmbeddedEngine } from '../../server/engines/llama-node.ts';
import { engineContract } from './engine-contract.ts';

const create = () => createEmbeddedEngine(demoModel());

engineContract('the embedded engine', { create, createBusy: create });
