// What doctor says about the machine: its cards, the model that fits best, why, and the command that gets it.
import path from 'node:path';
import { estimateFor } from '../domain/capacity.ts';
import type { EnginePlan } from '../domain/engine-plan.ts';
import { inBoth, type Bilingual } from '../domain/language.ts';
import { planWords } from '../i18n/doctor-plan.ts';
import type { CliContext } from './command.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly text: Bilingual;
  /** Says more about the finding before it. */
  readonly isDetail?: true;
}

/** Troubles are findings that are not well: a driver that is too old, a card that no model fits. */
export async function checkPlan({ app, signal }: CliContext): Promise<readonly Finding[]> {
  const { hardware, plan, problems } = await app.plan(signal);
  const told = (text: Bilingual): Finding => ({ check: 'plan', ok: true, text });
  const detail = (text: Bilingual): Finding => ({ ...told(text), isDetail: true });
  const next = await nextStep(plan.choice.id, app);
  return [
    { ...told(inBoth((language) => planWords[language].hardware(hardware))), check: 'hardware' },
    ...problems.map((problem) => ({
      check: 'hardware',
      ok: false,
      text: inBoth((language) => problem.text(language)),
    })),
    told(inBoth((language) => planWords[language].plan(plan))),
    detail(inBoth((language) => planWords[language].budget(plan))),
    ...estimateOf(plan, hardware.platform).map(detail),
    ...plan.why.map(detail),
    detail(next),
  ];
}

/** Only for a model and a card whose figures are known. */
function estimateOf(plan: EnginePlan, platform: string): readonly Bilingual[] {
  const { device, backend, choice, slots, imageTokensMax } = plan;
  const shape = { pictureTokens: imageTokensMax, slots };
  const rows = estimateFor({ device, backend, modelName: choice.name }, shape, platform === 'win32');
  return rows === undefined ? [] : [inBoth((language) => planWords[language].estimate(rows))];
}

async function nextStep(id: string, { models, modelFiles }: CliContext['app']): Promise<Bilingual> {
  const place = models.placeOf(models.sourceOf([id], ''));
  if (modelFiles.model === place.model)
    return inBoth((language) => planWords[language].used(path.basename(place.model)));
  const stored = await models.stored();
  const isHere = stored.some(({ pairs }) => pairs.some(({ model }) => model === place.model));
  return inBoth((language) => planWords[language][isHere ? 'use' : 'pull'](id));
}
