// The Engine contract on the scripted fake, so that what the other tests rest on is true.
import { answerAnything, createScriptedEngine, hangAfter } from '../fakes/scripted-engine.ts';
import { longSchema } from '../fixtures/requests.ts';
import { engineContract } from './engine-contract.ts';

engineContract('the scripted engine', {
  create: () => createScriptedEngine(),
  createBusy: () =>
    createScriptedEngine((request) => (request.schema === longSchema ? hangAfter('{') : answerAnything(request))),
});
