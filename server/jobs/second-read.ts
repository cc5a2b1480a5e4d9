// Asks the engine for implied claims in a row's finished copy; off unless the settings switch it on.
import { secondReaderFindings, secondReaderPrompt, secondReaderSchema } from '../domain/compliance/second-reader.ts';
import type { Finding } from '../domain/compliance/types.ts';
import type { Engine } from '../ports/engine.ts';
import { isAnswerError } from './answer-error.ts';
import { requestOf } from './look.ts';
import type { MendTask } from './mend-texts.ts';

export interface SecondRead {
  /** Further warnings, by column key. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly promptMs: number;
  readonly outputMs: number;
}

export const notRead: SecondRead = { findings: new Map(), promptMs: 0, outputMs: 0 };

const outputTokensMax = 320;

/** One text question after the row's own prefix. An answer of no use adds nothing. */
export async function secondRead(
  texts: ReadonlyMap<string, string>,
  task: MendTask,
  engine: Engine,
  signal: AbortSignal,
): Promise<SecondRead> {
  const known = new Map([...texts].map(([key, text]) => [key, task.checker.check(text, task.checkOptions).findings]));
  const prompt = {
    system: task.system,
    user: secondReaderPrompt(texts, task.language),
    schema: secondReaderSchema(),
    outputTokensMax,
  };
  try {
    const result = await engine.generate(requestOf(prompt, task.look, 0, task.seed), signal);
    const { promptMs, outputMs } = result;
    return { findings: secondReaderFindings(result.text, texts, known), promptMs, outputMs };
  } catch (error) {
    if (!isAnswerError(error, signal)) throw error;
    return notRead;
  }
}
