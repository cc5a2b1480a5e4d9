// The shape of an answer as JSON schema: flat, no references, no patterns, so that every engine's grammar supports it.

export interface AnswerSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, AnswerProperty>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

export type AnswerProperty =
  | { readonly type: 'string'; readonly maxLength?: number; readonly enum?: readonly string[] }
  | { readonly type: 'boolean' }
  | {
      readonly type: 'array';
      readonly items: { readonly type: 'string'; readonly maxLength?: number };
      readonly minItems?: number;
      readonly maxItems?: number;
    };
