// The state of the engine in one line. Pure.
import type { Language } from '../../server/domain/language.ts';
import type { EngineView } from '../../server/contract/state.ts';
import type { Words } from '../i18n/words.ts';

export interface EngineLine {
  readonly tone: 'waiting' | 'busy' | 'good' | 'bad';
  readonly text: string;
  /** What is wrong or different, in a sentence; '' when nothing is. */
  readonly more: string;
}

export function engineLine(engine: EngineView, words: Words, language: Language): EngineLine {
  const { engine: said } = words;
  const fallback = engine.fallback?.[language] ?? '';
  switch (engine.phase) {
    case 'idle':
      return { tone: 'waiting', text: withName(said.idle, engine, said.demo), more: fallback };
    case 'loading':
      return { tone: 'busy', text: said.loading(engine.percent), more: fallback };
    case 'failed':
      return { tone: 'bad', text: said.failed, more: engine.problem?.message[language] ?? fallback };
    case 'ready':
      return { tone: 'good', text: withName(said.ready, engine, said.demo), more: fallback };
  }
}

function withName(state: string, engine: EngineView, demo: string): string {
  const name = engine.isDemo ? demo : modelName(engine.model);
  return [state, name, deviceName(engine.device)].filter((part) => part !== '').join(' · ');
}

/** "CUDA0: NVIDIA GeForce RTX 4090" → "RTX 4090". */
export function deviceName(device: string): string {
  return device
    .replace(/^[^:]*:\s*/, '')
    .replace(/\b(?:NVIDIA|AMD|Intel(?:\(R\))?|GeForce|Radeon|Graphics)\s*/gi, '')
    .trim();
}

/** "Qwen2.5-VL-7B-Instruct Q4_K_M" → "Qwen2.5-VL-7B": what tells models apart for a person. */
export function modelName(model: string): string {
  return model
    .replace(/\.gguf$/i, '')
    .replace(/[-_. ](?:I?Q\d\w*|F16|BF16)$/i, '')
    .replace(/-Instruct\b/i, '');
}
