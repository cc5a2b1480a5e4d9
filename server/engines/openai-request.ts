// A guarded request as the body that every OpenAI-compatible server takes.
import type { AnswerSchema } from '../ports/engine.ts';
import type { GuardedRequest, WireMessage, WirePart } from './protocol.ts';

/** `native`: the server holds the answer to the schema. `in-text`: it cannot, so the schema is part of the task. */
export type SchemaMode = 'native' | 'in-text';

type BodyPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** The JSON body of a streamed chat completion. Pictures are data URLs: no server is made to fetch anything. */
export function chatBody(model: string, request: GuardedRequest, mode: SchemaMode): string {
  const { schema, outputTokensMax, temperature, seed } = request;
  const isInText = schema !== undefined && mode === 'in-text';
  return JSON.stringify({
    model,
    messages: (isInText ? withSchema(request.messages, schema) : request.messages).map(messageOf),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: outputTokensMax,
    temperature,
    top_p: 0.95,
    seed,
    ...(schema && !isInText && { response_format: { type: 'json_schema', json_schema: strictly(schema) } }),
  });
}

const strictly = (schema: AnswerSchema) => ({ name: 'answer', strict: true, schema });

/** Texts stand alone or beside pictures; a text alone is a plain string, which the oldest servers know too. */
function messageOf({ role, content }: WireMessage): object {
  const isText = content.every((part) => part.type === 'text');
  return { role, content: isText ? content.map((part) => part.text).join('\n') : content.map(partOf) };
}

function partOf(part: WirePart): BodyPart {
  if (part.type === 'text') return part;
  const base64 = Buffer.from(part.jpeg).toString('base64');
  return { type: 'image_url', image_url: { url: `data:image/jpeg;base64,${base64}` } };
}

/** At the very end, so that everything before it stays the same and cached. */
function withSchema(messages: readonly WireMessage[], schema: AnswerSchema): readonly WireMessage[] {
  const text = `只输出一个 JSON 对象，不要解释，须符合这个 JSON Schema：\n${JSON.stringify(schema)}`;
  const last = messages.at(-1);
  if (last === undefined) return messages;
  return [...messages.slice(0, -1), { ...last, content: [...last.content, { type: 'text', text }] }];
}
