// How many rows an hour a graphics card may do: a model of the three things that take time, fed with data-sheet figures.
// Nothing in it was measured on a card; what it is good for is comparing cards, pictures and slots.

/** What one row is made of, in tokens. */
export interface RowShape {
  readonly pictureTokens: number;
  /** Text before and after the picture. */
  readonly promptTokens: number;
  /** Of the text: known from earlier rows and not read again. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Rows at once on one card. */
  readonly slots: number;
}

/** What a model costs, from its sizes. */
export interface ModelCost {
  /** Weights that one step of decoding reads. */
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
  /** Operations to read one token of prompt, or to write one. */
  readonly tokenFlop: number;
  /** Operations to look at a picture of n tokens: `pictureFlop` × n + `attentionFlop` × n². */
  readonly pictureFlop: number;
  readonly attentionFlop: number;
}

/** What a machine reaches, per second, and what it spends besides. */
export interface Rates {
  readonly bytesPerS: number;
  readonly promptFlopPerS: number;
  readonly pictureFlopPerS: number;
  /** Of the part of looking that grows with the square. */
  readonly attentionFlopPerS: number;
  /** Once per step of decoding, however many rows take part. */
  readonly stepS: number;
  /** Once per row and step, such as choosing the word. */
  readonly tokenS: number;
  /** Once per row. */
  readonly rowS: number;
}

/** A card by its data sheet: memory bandwidth, and dense 16-bit operations with 32-bit sums. */
export interface Card {
  readonly name: string;
  /** Recognises it in a driver's name, and not its weaker or stronger sisters. */
  readonly device: RegExp;
  readonly gigabytesPerS: number;
  readonly teraflopPerS: number;
}

export const cards: readonly Card[] = [
  { name: 'RTX 3090', device: /RTX 3090(?! ?Ti)/, gigabytesPerS: 936, teraflopPerS: 71 },
  { name: 'RTX 4090', device: /RTX 4090(?! ?(?:D\b|Laptop))/, gigabytesPerS: 1008, teraflopPerS: 165 },
  { name: 'RTX 5090', device: /RTX 5090(?! ?(?:D\b|Laptop))/, gigabytesPerS: 1792, teraflopPerS: 209 },
  { name: 'L40S', device: /\bL40S\b/, gigabytesPerS: 864, teraflopPerS: 362 },
  { name: 'A100 80GB', device: /A100.*80GB/, gigabytesPerS: 2039, teraflopPerS: 312 },
  { name: 'H100 SXM', device: /H100.*80GB HBM3/, gigabytesPerS: 3350, teraflopPerS: 989 },
];

/**
 * Qwen2.5-VL-7B: 28 layers of 6.53 billion weights and an output head of 0.55; its picture part has 0.632 billion weights
 * used by four patches a token, 32 layers 1280 wide, and a merger of 0.045.
 */
const qwen25of7b = {
  kvBytesPerToken: 57_344,
  tokenFlop: 13.05e9,
  pictureFlop: 4 * 2 * 0.632e9 + 2 * 0.045e9,
  attentionFlop: 4 * 4 ** 2 * 1280 * 32,
};

/** By the quantisation in a file's name. */
export const modelCosts = {
  Q4_K_M: { ...qwen25of7b, weightBytes: 4.4e9 },
  Q8_0: { ...qwen25of7b, weightBytes: 7.5e9 },
  BF16: { ...qwen25of7b, weightBytes: 14.1e9 },
} satisfies Readonly<Record<string, ModelCost>>;

/** Of a data sheet's figures; each from what others published of one card, an RTX 4090. */
const reached = { bandwidth: 0.6, prompt: 0.7, picture: 0.4 } as const;

/** What to expect of a card. `share`: what is left of it on a slower way to the card. */
export function ratesOf(
  { gigabytesPerS, teraflopPerS }: Pick<Card, 'gigabytesPerS' | 'teraflopPerS'>,
  share = 1,
): Rates {
  return {
    bytesPerS: gigabytesPerS * 1e9 * reached.bandwidth * share,
    promptFlopPerS: teraflopPerS * 1e12 * reached.prompt * share,
    pictureFlopPerS: teraflopPerS * 1e12 * reached.picture * share,
    attentionFlopPerS: teraflopPerS * 1e12 * reached.picture * share,
    ...{ stepS: 0, tokenS: 0, rowS: 0 },
  };
}

/**
 * Seconds a row takes of a card that has all its slots at work. Looking and reading stop everybody else; a step of decoding
 * reads the weights once for all slots, and each slot's own context.
 */
export function rowSeconds(shape: RowShape, model: ModelCost, rates: Rates): number {
  const { pictureTokens, promptTokens, cachedTokens, outputTokens, slots } = shape;
  const pictureS =
    (pictureTokens * model.pictureFlop) / rates.pictureFlopPerS +
    (pictureTokens ** 2 * model.attentionFlop) / rates.attentionFlopPerS;
  const promptS = ((pictureTokens + promptTokens - cachedTokens) * model.tokenFlop) / rates.promptFlopPerS;
  const contextTokens = pictureTokens + promptTokens + outputTokens / 2;
  const stepBytes = model.weightBytes + slots * contextTokens * model.kvBytesPerToken;
  const eachS = rates.tokenS + model.tokenFlop / rates.promptFlopPerS;
  const stepS = rates.stepS + stepBytes / rates.bytesPerS + slots * eachS;
  return rates.rowS + pictureS + promptS + (outputTokens * stepS) / slots;
}

/** Rows an hour of one card, to two digits: more would be a promise. */
export function rowsPerHour(shape: RowShape, model: ModelCost, rates: Rates): number {
  return Number((3600 / rowSeconds(shape, model, rates)).toPrecision(2));
}

/** A usual row: the standard recipe's constant text is known after the first one. */
export const usualRow = { promptTokens: 600, cachedTokens: 400, outputTokens: 250 } as const;

/** Of a card's speed, what is left on each way to it: from a few comparisons that others published. */
const shareOf = (backend: 'cuda' | 'vulkan', isWindows: boolean) => (backend === 'vulkan' ? 0.6 : isWindows ? 0.75 : 1);

/** Rows an hour of a machine that was planned for; undefined when its card or model is not known here. */
export function estimateFor(
  { device, backend, modelName }: { readonly device: string; readonly backend: string; readonly modelName: string },
  shape: Pick<RowShape, 'pictureTokens' | 'slots'>,
  isWindows: boolean,
): number | undefined {
  if (backend !== 'cuda' && backend !== 'vulkan') return undefined;
  const card = cards.find((one) => one.device.test(device));
  const quantisation = /\b(Q4_K_M|Q8_0|BF16)\b/.exec(modelName)?.[1];
  if (!card || !isKnown(quantisation) || !/^qwen2\.5-vl.7b\b/i.test(modelName)) return undefined;
  return rowsPerHour({ ...usualRow, ...shape }, modelCosts[quantisation], ratesOf(card, shareOf(backend, isWindows)));
}

const isKnown = (name: string | undefined): name is keyof typeof modelCosts =>
  name !== undefined && Object.hasOwn(modelCosts, name);
