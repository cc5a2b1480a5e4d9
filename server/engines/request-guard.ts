// The last check before native code: whatever could abort or wedge llama.cpp is refused or made harmless here.
import { both } from '../domain/language.ts';
import { RowscribeError } from '../errors.ts';
import type { AnswerProperty, AnswerSchema, GenerateRequest, Message, MessagePart } from '../ports/engine.ts';
import type { GuardedRequest, WireMessage, WirePart } from './protocol.ts';

const jpegBytesMax = 16 << 20;
const picturesMax = 16;
const seedModulus = 2 ** 31 - 1;
/** llama.cpp refuses a grammar with a repetition of more than 2000. */
const repetitionsMax = 2000;
const propertiesMax = 64;
const enumMax = 256;

/** The request as the child may have it. Error: `engine-rejected` for anything native code must not see. */
export function guardRequest(request: GenerateRequest): GuardedRequest {
  const { outputTokensMax, temperature, seed, schema } = request;
  if (!Number.isInteger(outputTokensMax) || outputTokensMax < 1)
    throw rejected('outputTokensMax 至少为 1', 'outputTokensMax must be 1 or more');
  if (!(temperature >= 0 && temperature <= 2))
    throw rejected('temperature 应在 0 到 2 之间', 'the temperature must be from 0 to 2');
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw rejected('seed 应为不小于 0 的整数', 'the seed must be a whole number from 0');
  if (request.messages.length === 0) throw rejected('没有消息', 'there is no message');
  const parts = request.messages.flatMap((message) => message.content);
  if (parts.filter((part) => part.type === 'image').length > picturesMax)
    throw rejected('图片太多', 'too many pictures');
  return {
    messages: request.messages.map(guardMessage),
    ...(schema ? { schema: guardSchema(schema) } : {}),
    outputTokensMax,
    temperature,
    seed: seed % seedModulus,
  };
}

function guardMessage(message: Message): WireMessage {
  if (!['system', 'user', 'assistant'].includes(message.role))
    throw rejected('有消息的角色未知', 'a message has an unknown role');
  return { role: message.role, content: message.content.map(guardPart) };
}

function guardPart(part: MessagePart): WirePart {
  if (part.type === 'text') return { type: 'text', text: disarm(part.text) };
  const { jpeg, widthPx, heightPx } = part.image;
  // Bytes of other kinds end at an external video program, or abort.
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8 || jpeg[2] !== 0xff)
    throw rejected('有图片不是 JPEG', 'a picture is not JPEG');
  if (jpeg.length > jpegBytesMax) throw rejected('有图片的字节数过多', 'a picture has too many bytes');
  if (!(widthPx >= 1 && heightPx >= 1)) throw rejected('有图片没有尺寸', 'a picture has no size');
  return { type: 'image', jpeg, widthPx, heightPx };
}

/**
 * Text without what the runtime would take for its own: the picture marker (a wrong count of it wedges the context),
 * control tokens of chat templates, NUL, which would end the text, and halves of surrogate pairs, which are not Unicode.
 */
function disarm(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('<|', '< |')
    .replaceAll('<__', '< __');
}

/** The schema, rebuilt from the known keywords only, so that nothing else reaches the grammar compiler. */
function guardSchema(schema: AnswerSchema): AnswerSchema {
  const entries = Object.entries(schema.properties);
  if (schema.type !== 'object' || schema.additionalProperties !== false)
    throw rejected('schema 没有排除其他字段', 'the schema is not closed');
  if (entries.length === 0 || entries.length > propertiesMax)
    throw rejected('schema 没有字段或字段太多', 'the schema has no or too many properties');
  const unknown = schema.required.find((name) => !Object.hasOwn(schema.properties, name));
  if (unknown !== undefined)
    throw rejected(
      `schema 要求 ${unknown}，但没有描述它`,
      `the schema requires ${unknown}, which it does not describe`,
    );
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, property]) => [guardName(name), guardProperty(property)])),
    required: [...schema.required],
    additionalProperties: false,
  };
}

function guardName(name: string): string {
  if (name === '' || name.length > 64 || /["\\\p{Cc}]/u.test(name))
    throw rejected('schema 中有字段的名称不合适', 'a property of the schema has a bad name');
  return name;
}

function guardProperty(property: AnswerProperty): AnswerProperty {
  switch (property.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string', ...guardCount('maxLength', property.maxLength), ...guardEnum(property.enum) };
    case 'array':
      // The grammar compiler never returns from an impossible range.
      if ((property.minItems ?? 0) > (property.maxItems ?? repetitionsMax))
        throw rejected('minItems 大于 maxItems', 'minItems exceeds maxItems');
      return {
        type: 'array',
        items: { type: 'string', ...guardCount('maxLength', property.items.maxLength) },
        ...guardCount('minItems', property.minItems),
        ...guardCount('maxItems', property.maxItems),
      };
    default:
      throw rejected('schema 中有字段的类型未知', 'the schema has a property of an unknown type');
  }
}

function guardCount<K extends string>(keyword: K, value: number | undefined): Partial<Record<K, number>> {
  if (value === undefined) return {};
  if (!Number.isInteger(value) || value < 0 || value > repetitionsMax) {
    throw rejected(`${keyword} 应在 0 到 ${repetitionsMax} 之间`, `${keyword} must be from 0 to ${repetitionsMax}`);
  }
  return { [keyword]: value } as Record<K, number>;
}

function guardEnum(values: readonly string[] | undefined): { enum?: readonly string[] } {
  if (values === undefined) return {};
  if (values.length === 0 || values.length > enumMax || values.some((value) => typeof value !== 'string')) {
    throw rejected('enum 应有 1 到 256 个文本', 'an enum must have 1 to 256 texts');
  }
  return { enum: [...values] };
}

function rejected(zh: string, en: string): RowscribeError<'engine-rejected'> {
  return new RowscribeError('engine-rejected', { detail: both(zh, en) });
}
