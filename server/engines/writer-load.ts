// A language model without eyes as what the writer's child loads.
import { both, inLanguage, type Bilingual, type Detail } from '../domain/language.ts';
import type { Loadable, Way } from './loadable.ts';
import { readMachine } from './machine.ts';
import { readWriterFacts } from './model-files.ts';
import { planWriter, type WriterFacts, type WriterPlan, type WriterWishes } from './writer-plan.ts';

/** `model` is an absolute path. */
export function writerModel(model: string, wishes: WriterWishes): Loadable {
  return {
    program: 'writer-child.ts',
    model,
    async ways() {
      const facts = await readWriterFacts(model);
      const plan = planWriter(await readMachine(), facts, wishes);
      const otherwise = (reason: Detail) => wayOf(model, { ...plan, useGpu: false }, facts, onCpu(reason));
      return { first: wayOf(model, plan, facts), ...(plan.useGpu && { otherwise }) };
    },
  };
}

function wayOf(model: string, plan: WriterPlan, facts: WriterFacts, fallback?: Bilingual): Way {
  return {
    order: { type: 'load-writer', model, plan },
    describe: ({ devices }) => ({
      info: {
        engine: 'writer',
        model: facts.name,
        isDemo: false,
        device: devices.length > 0 ? devices.join(', ') : 'CPU',
        ...(fallback && { fallback }),
        ...(plan.slots > 1 && { slots: plan.slots }),
        contextTokens: plan.contextTokens,
        ...{ imageTokensMin: 0, imageTokensMax: 0 },
      },
    }),
  };
}

const onCpu = (reason: Detail): Bilingual =>
  both(
    `在显卡上加载失败（${inLanguage(reason, 'zh-CN')}），改用 CPU`,
    `loading on the graphics card failed (${inLanguage(reason, 'en-US')}); the CPU is used`,
  );
