// The Engine contract on the writer's real child, with the language part of the demo model.
import { demoModel } from '../../server/engines/demo-model.ts';
import { createWriter } from '../../server/engines/writer.ts';
import { engineContract } from './engine-contract.ts';

const create = () => createWriter({ model: demoModel().model });

engineContract('the writer', { create, createBusy: create, isTextOnly: true });
