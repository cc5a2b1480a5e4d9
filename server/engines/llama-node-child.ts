// The child process that holds the model: takes orders over IPC, one request at a time. Run only by child-process.ts.
import { both } from '../domain/language.ts';
import { hearOrders, messageOf, Refusal, report } from './child-side.ts';
import { imageGrid } from './image-tokens.ts';
import {
  loadNative,
  pictureMark,
  type NativeContext,
  type NativeMessage,
  type NativeTokens,
  type ResponseFormat,
} from './native.ts';
import type { LoadPlan } from './plan.ts';
import type { ChildAnswer, GenerateOrder, GuardedRequest, LoadOrder, WirePart } from './protocol.ts';

let loaded: { readonly context: NativeContext; readonly plan: LoadPlan } | undefined;
let running: { readonly id: number; stopAsked: boolean; completing: boolean } | undefined;

hearOrders((order) => {
  if (order.type === 'load') void load(order);
  else if (order.type === 'generate') void generate(order);
  else if (order.type === 'stop') stop(order.id);
});

async function load({ model, mmproj, plan }: LoadOrder): Promise<void> {
  try {
    const native = loadNative();
    const context = await native.loadModel({
      model,
      lib_variant: plan.build,
      n_ctx: plan.contextTokens,
      n_parallel: 1,
      n_batch: plan.batchTokens,
      n_ubatch: plan.microBatchTokens,
      n_gpu_layers: plan.gpuLayers,
      n_threads: plan.threads,
      flash_attn_type: plan.flashAttention,
    });
    context.initMultimodal({
      path: mmproj,
      use_gpu: plan.gpuLayers > 0,
      image_min_tokens: plan.imageTokensMin,
      image_max_tokens: plan.imageTokensMax,
    });
    const used = context.getUsedDevices();
    const gpus = (await native.getBackendDevicesInfo(plan.build)).filter((device) => device.type !== 'cpu');
    const devices = used.map((device, index) => {
      const name = gpus[index]?.deviceName;
      return name === undefined || name === device ? device : `${device}: ${name}`;
    });
    loaded = { context, plan };
    report({ type: 'loaded', facts: { devices, vision: context.getMultimodalSupport().vision } });
  } catch (error) {
    report({ type: 'load-failed', detail: messageOf(error) });
  }
}

async function generate({ id, request }: GenerateOrder): Promise<void> {
  const startMs = performance.now();
  const turn = { id, stopAsked: false, completing: false };
  running = turn;
  report({ type: 'begun', id });
  let usable = true;
  try {
    if (!loaded) throw new Refusal(both('模型尚未加载', 'no model is loaded'));
    const { context, plan } = loaded;
    const chat = chatOf(request);
    // Counting first also shows an undecodable picture while the context can still be used afterwards.
    const tokens = await promptTokens(context, plan, chat, request);
    const tokensMax = Math.max(0, plan.contextTokens - request.outputTokensMax);
    if (tokens > tokensMax) return report({ type: 'too-long', id, tokens, tokensMax });
    if (turn.stopAsked) return report({ type: 'stopped', id });
    usable = false;
    turn.completing = true;
    const answer = await complete(context, chat, request, tokens, turn, startMs);
    report(answer ? { type: 'done', id, answer } : { type: 'stopped', id });
  } catch (error) {
    report({ type: 'failed', id, detail: error instanceof Refusal ? error.detail : messageOf(error), usable });
  } finally {
    running = undefined;
  }
}

function stop(id: number): void {
  if (running?.id !== id) return;
  running.stopAsked = true;
  if (running.completing) loaded?.context.stopCompletion();
}

interface Chat {
  readonly messages: NativeMessage[];
  /** The pictures as data URLs, in the order of their marks in the messages. */
  readonly media_paths: string[];
  readonly response_format?: ResponseFormat;
}

function chatOf(request: GuardedRequest): Chat {
  const parts = request.messages.flatMap((message) => message.content);
  const media_paths = parts.flatMap((part) => (part.type === 'image' ? [dataUrl(part)] : []));
  const messages = request.messages.map(({ role, content }) => ({ role, content: textOf(content) }));
  if (!request.schema) return { messages, media_paths };
  const json_schema = { strict: true, schema: request.schema } as const;
  return { messages, media_paths, response_format: { type: 'json_schema', json_schema } };
}

/**
 * Texts on lines of their own, nothing between a picture and what is beside it: what the model's own template writes, and
 * llama-server sends. The runtime would put a line break there too when it is given parts.
 */
function textOf(content: readonly WirePart[]): string {
  return content
    .map((part, index) => {
      if (part.type === 'image') return pictureMark;
      return content[index - 1]?.type === 'text' ? `\n${part.text}` : part.text;
    })
    .join('');
}

function dataUrl({ jpeg }: Extract<WirePart, { type: 'image' }>): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
}

/** All tokens of the prompt, pictures in tokens and not in positions. */
async function promptTokens(
  context: NativeContext,
  plan: LoadPlan,
  chat: Chat,
  request: GuardedRequest,
): Promise<number> {
  const format = chat.response_format ? { response_format: chat.response_format } : {};
  const { prompt } = context.getFormattedChat(chat.messages, undefined, format);
  const { media_paths } = chat;
  const counted = await context.tokenize(prompt, media_paths.length > 0 ? { media_paths } : {});
  if (!plan.gridPositions) return counted.tokens.length;
  const positions = picturePositions(counted);
  const pictures = request.messages.flatMap((message) => message.content).filter((part) => part.type === 'image');
  let tokens = counted.tokens.length;
  for (const [index, picture] of pictures.entries()) {
    const grid = imageGrid(picture.widthPx, picture.heightPx, plan);
    if (Math.max(grid.columns, grid.rows) !== positions[index])
      throw new Refusal(both('有图片的尺寸与标明的不符', 'a picture is not of the stated size'));
    tokens += grid.columns * grid.rows - Math.max(grid.columns, grid.rows);
  }
  return tokens;
}

/** How many positions each picture of the prompt takes. */
function picturePositions({ tokens, chunk_pos = [], chunk_pos_media = [] }: NativeTokens): readonly number[] {
  return chunk_pos_media.map((start) => {
    const next = chunk_pos[chunk_pos.indexOf(start) + 1] ?? tokens.length;
    return next - start;
  });
}

/** Runs the model; undefined when it was stopped. */
async function complete(
  context: NativeContext,
  chat: Chat,
  request: GuardedRequest,
  tokens: number,
  turn: { readonly id: number; readonly stopAsked: boolean },
  startMs: number,
): Promise<ChildAnswer | undefined> {
  let firstMs: number | undefined;
  let sent = '';
  let ended = false;
  const options = { ...chat, ...sampling(request), n_predict: request.outputTokensMax };
  const result = await context.completion(options, ({ token }) => {
    firstMs ??= performance.now();
    if (ended || token === '') return;
    sent += token;
    report({ type: 'piece', id: turn.id, text: token });
  });
  const endMs = performance.now();
  // Pieces come from another thread; any that are still on their way are replaced by the rest of the text.
  ended = true;
  if (turn.stopAsked) return undefined;
  const rest = result.text.startsWith(sent) ? result.text.slice(sent.length) : '';
  if (rest !== '') report({ type: 'piece', id: turn.id, text: rest });
  if (result.context_full) throw new Refusal(both('上下文已满', 'the context is full'));
  if (result.interrupted) throw new Refusal(both('推理中途停止', 'the runtime stopped in the middle'));
  // `prompt_n` counts tokens that were really evaluated, pictures included; at least 1.
  return {
    text: result.text,
    finish: result.stopped_limited ? 'length' : 'stop',
    promptTokens: tokens,
    cachedTokens: Math.max(0, tokens - result.timings.prompt_n),
    outputTokens: result.tokens_predicted,
    promptMs: (firstMs ?? endMs) - startMs,
    outputMs: endMs - (firstMs ?? endMs),
  };
}

/** Neutral sampling, all of it stated: the runtime's own defaults make even temperature 0 random (XTC). */
function sampling({ temperature, seed }: GuardedRequest): object {
  return {
    temperature,
    seed,
    top_k: temperature === 0 ? 1 : 40,
    top_p: 0.95,
    min_p: 0.05,
    xtc_probability: 0,
    dry_multiplier: 0,
    penalty_repeat: 1,
  };
}
