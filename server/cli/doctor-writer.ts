// What doctor says about the writer: whether there is one, where it runs, and a line it wrote.
import { both, inBoth } from '../domain/language.ts';
import { asRowscribeError } from '../errors.ts';
import type { GenerateRequest } from '../ports/engine.ts';
import type { CliContext } from './command.ts';
import type { Finding } from './doctor-plan.ts';

const selfTest: GenerateRequest = {
  messages: [{ role: 'user', content: [{ type: 'text', text: '红色连衣裙，圆领，中长款。写一个标题。' }] }],
  ...{ outputTokensMax: 40, temperature: 0, seed: 1 },
};

/** Loads the writer and lets it write; without one it says so. */
export async function checkWriter({ app, signal }: CliContext): Promise<readonly Finding[]> {
  if (app.writer === undefined) return [{ check: 'writer', ok: true, text: none }];
  try {
    const { model, device, fallback } = await app.writer.start(signal);
    const { text: answer, promptMs, outputMs } = await app.writer.generate(selfTest, signal);
    const line = answer.replace(/\s+/g, ' ').trim();
    const seconds = ((promptMs + outputMs) / 1000).toFixed(1);
    const text = both(
      `写作模型：${model}，运行于 ${device}${fallback ? `（${fallback['zh-CN']}）` : ''}；${seconds} 秒写出：${line}`,
      `Writer: ${model}, running on ${device}${fallback ? ` (${fallback['en-US']})` : ''}; wrote in ${seconds} s: ${line}`,
    );
    return [{ check: 'writer', ok: true, text }];
  } catch (error) {
    const known = asRowscribeError(error);
    return [{ check: 'writer', ok: false, text: inBoth((language) => known.text(language)) }];
  }
}

const none = both(
  '写作模型：未设置，全部文案由视觉模型撰写（可在设置的 writer 中指定）',
  'Writer: none is set; the vision model writes everything (writer in the settings names one)',
);
