// A language model with its picture projector as what the embedded engine's child loads.
import { both, type Detail } from '../domain/language.ts';
import type { EngineInfo } from '../ports/engine.ts';
import type { Loadable, Way } from './loadable.ts';
import { readMachine } from './machine.ts';
import { readModelFacts } from './model-files.ts';
import { planLoad, withoutGpu, type LoadPlan, type LoadWishes, type ModelFacts } from './plan.ts';
import { problemOfPlan } from './plan-problem.ts';
import type { LoadedFacts } from './protocol.ts';

const blind = both('它的 mmproj 不能看图片', 'the mmproj cannot see pictures');

/** `model` and `mmproj` are absolute paths. */
export function visionModel(model: string, mmproj: string, wishes: LoadWishes): Loadable {
  const wayOf = (plan: LoadPlan, facts: ModelFacts): Way => ({
    order: { type: 'load', model, mmproj, plan },
    describe: (loaded) => (loaded.vision ? { info: describe(plan, facts, loaded) } : { detail: blind }),
  });
  return {
    program: 'llama-node-child.ts',
    model,
    async ways() {
      const facts = await readModelFacts(model, mmproj);
      const machine = await readMachine();
      const plan = planLoad(machine, facts, wishes);
      const otherwise = (reason: Detail) => wayOf(withoutGpu(plan, machine, reason), facts);
      return { first: wayOf(plan, facts), ...(plan.gpuLayers > 0 && { otherwise }) };
    },
  };
}

function describe(plan: LoadPlan, facts: ModelFacts, loaded: LoadedFacts): EngineInfo {
  const silently =
    plan.gpuLayers > 0 && loaded.devices.length === 0
      ? both(
          `${plan.build} 版本没有找到可用的显卡，改用 CPU`,
          `the ${plan.build} build found no graphics card that it can use; the CPU is used`,
        )
      : undefined;
  const fallback = silently ?? plan.note;
  return {
    engine: 'embedded',
    model: facts.name,
    isDemo: facts.demoImageTokens !== undefined,
    device: loaded.devices.length > 0 ? loaded.devices.join(', ') : 'CPU',
    ...(fallback === undefined ? {} : { fallback }),
    ...(plan.trouble && { problem: problemOfPlan(plan.trouble) }),
    contextTokens: plan.contextTokens,
    imageTokensMin: plan.imageTokensMin,
    imageTokensMax: plan.imageTokensMax,
  };
}
