// Whether a request fits what the model reads: as far as it can be known before, and by what came back after.
import { RowscribeError } from '../errors.ts';
import type { EngineInfo, GenerateResult } from '../ports/engine.ts';
import { imageGrid } from './image-tokens.ts';
import type { GuardedRequest } from './protocol.ts';

/** Qwen2.5-VL's pictures; other models take tokens of the same order. */
const tokenSidePx = 28;

/** Refuses what cannot fit: pictures and the answer's room alone. Texts are counted by the server. Error: `prompt-too-long`. */
export function refuseTooLong(request: GuardedRequest, info: EngineInfo): void {
  const pictures = request.messages.flatMap((message) => message.content).filter((part) => part.type === 'image');
  const tokens = pictures.reduce((sum, { widthPx, heightPx }) => {
    const grid = imageGrid(widthPx, heightPx, { ...info, tokenSidePx });
    return sum + grid.columns * grid.rows;
  }, 1);
  const tokensMax = Math.max(0, info.contextTokens - request.outputTokensMax);
  if (tokens > tokensMax) throw new RowscribeError('prompt-too-long', { tokens, tokensMax });
}

/** An answer that was cut before its own limit was cut by the end of the context. Error: `prompt-too-long`. */
export function refuseTruncated(result: GenerateResult, request: GuardedRequest): GenerateResult {
  const { finish, promptTokens, outputTokens } = result;
  if (finish === 'stop' || outputTokens >= request.outputTokensMax) return result;
  const tokensMax = Math.max(0, promptTokens + outputTokens - request.outputTokensMax);
  throw new RowscribeError('prompt-too-long', { tokens: promptTokens, tokensMax });
}
