// The child process that holds the writer: takes orders over IPC, as many requests at once as there are sequences. Run only by child-process.ts.
import {
  getLlama,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  resolveChatWrapper,
  type ChatHistoryItem,
  type ChatWrapper,
  type Llama,
  type LlamaContextSequence,
  type LlamaGrammar,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import { both } from '../domain/language.ts';
import type { AnswerSchema } from '../ports/engine.ts';
import { hearOrders, messageOf, Refusal, report } from './child-side.ts';
import type { ChildAnswer, GenerateOrder, GuardedRequest, LoadWriterOrder } from './protocol.ts';
import type { WriterPlan } from './writer-plan.ts';

interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly chat: ChatWrapper;
  /** Those that no request has; the one that was used last is first. */
  readonly free: LlamaContextSequence[];
  readonly plan: WriterPlan;
}

interface Turn {
  readonly id: number;
  stopAsked: boolean;
}

/** Schemas are few and come back with every row. */
const grammarsMax = 64;
/** Tokens that decide how the next one is written, such as whether a blank goes before it. */
const contextOfTokenMax = 4;

let loaded: Loaded | undefined;
const running = new Map<number, Turn>();
const grammars = new Map<string, LlamaGrammar>();

hearOrders((order) => {
  if (order.type === 'load-writer') void load(order);
  else if (order.type === 'generate') void generate(order);
  else if (order.type === 'stop') {
    const turn = running.get(order.id);
    if (turn) turn.stopAsked = true;
  }
});

async function load({ model: modelPath, plan }: LoadWriterOrder): Promise<void> {
  let lastError = '';
  // The runtime tries its binary in a child of its own, which inherits this list and needs no TypeScript.
  process.execArgv = [];
  try {
    const llama = await getLlama({
      gpu: plan.useGpu ? 'auto' : false,
      // What npm installed is used; nothing is built or fetched.
      ...{ build: 'never', skipDownload: true, progressLogs: false },
      maxThreads: plan.threads,
      logLevel: LlamaLogLevel.error,
      logger: (_level, message) => void (lastError = message.trim()),
    });
    const model = await llama.loadModel({ modelPath, gpuLayers: plan.useGpu ? 'auto' : 0 });
    const context = await model.createContext({
      ...{ contextSize: plan.contextTokens, batchSize: plan.batchTokens, threads: plan.threads, sequences: plan.slots },
    });
    // Thoughts would come before the answer, and the grammar leaves no room for them.
    const customWrapperSettings = { qwen: { thoughts: 'discourage' } } as const;
    const chat = resolveChatWrapper(model, { customWrapperSettings, warningLogs: false });
    const free = Array.from({ length: plan.slots }, () => context.getSequence());
    loaded = { llama, model, chat, free, plan };
    const devices = llama.gpu !== false && model.gpuLayers > 0 ? await llama.getGpuDeviceNames() : [];
    report({ type: 'loaded', facts: { devices, vision: false } });
  } catch (error) {
    const reason = messageOf(error);
    report({ type: 'load-failed', detail: lastError === '' ? reason : `${reason}: ${messageOf(lastError)}` });
  }
}

async function generate({ id, request }: GenerateOrder): Promise<void> {
  const startMs = performance.now();
  const turn: Turn = { id, stopAsked: false };
  running.set(id, turn);
  report({ type: 'begun', id });
  let usable = true;
  try {
    if (!loaded) throw new Refusal(both('模型尚未加载', 'no model is loaded'));
    const prompt = promptOf(loaded, request);
    const tokensMax = Math.max(0, loaded.plan.contextTokens - request.outputTokensMax);
    if (prompt.length > tokensMax) return report({ type: 'too-long', id, tokens: prompt.length, tokensMax });
    const grammar = request.schema && (await grammarOf(loaded, request.schema));
    usable = false;
    const sequence = loaded.free.shift();
    if (!sequence) throw new Refusal(both('没有空位', 'there is no free place'));
    const answer = await complete(loaded.model, sequence, prompt, grammar, request, turn, startMs);
    loaded.free.unshift(sequence);
    report(answer ? { type: 'done', id, answer } : { type: 'stopped', id });
  } catch (error) {
    report({ type: 'failed', id, detail: error instanceof Refusal ? error.detail : messageOf(error), usable });
  } finally {
    running.delete(id);
  }
}

/** The conversation in the model's own form, ready for its answer. */
function promptOf({ chat, model }: Loaded, request: GuardedRequest): Token[] {
  const chatHistory = request.messages.map(({ role, content }): ChatHistoryItem => {
    const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
    return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text };
  });
  chatHistory.push({ type: 'model', response: [] });
  return chat.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
}

async function grammarOf({ llama }: Loaded, schema: AnswerSchema): Promise<LlamaGrammar> {
  const key = JSON.stringify(schema);
  const known = grammars.get(key);
  if (known) return known;
  const grammar = await llama.createGrammarForJsonSchema(schema);
  if (grammars.size >= grammarsMax) grammars.clear();
  grammars.set(key, grammar);
  return grammar;
}

/** Runs the model; undefined when it was stopped. */
async function complete(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  prompt: Token[],
  grammar: LlamaGrammar | undefined,
  request: GuardedRequest,
  turn: Turn,
  startMs: number,
): Promise<ChildAnswer | undefined> {
  // The last token is always evaluated: the answer grows from it.
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const cachedTokens = sequence.nextTokenIndex;
  const grammarEvaluationState = grammar && new LlamaGrammarEvaluationState({ model, grammar });
  const options = { ...sampling(request), ...(grammarEvaluationState && { grammarEvaluationState }) };
  const text = textOf(model, turn.id);
  let firstMs: number | undefined;
  let outputTokens = 0;
  if (turn.stopAsked) return undefined;
  for await (const token of sequence.evaluate(prompt.slice(cachedTokens), options)) {
    firstMs ??= performance.now();
    if (turn.stopAsked) return undefined;
    text.add(token);
    outputTokens += 1;
    if (outputTokens >= request.outputTokensMax) break;
  }
  const endMs = performance.now();
  return {
    text: text.end(),
    finish: outputTokens >= request.outputTokensMax ? 'length' : 'stop',
    ...{ promptTokens: prompt.length, cachedTokens, outputTokens },
    promptMs: (firstMs ?? endMs) - startMs,
    outputMs: endMs - (firstMs ?? endMs),
  };
}

/** Collects tokens and reports the text as it grows, never half a character. */
function textOf(model: LlamaModel, id: number) {
  let text = '';
  let told: Token[] = [];
  let pending: Token[] = [];
  const tell = (piece: string): void => {
    text += piece;
    told = [...told, ...pending].slice(-contextOfTokenMax);
    pending = [];
    if (piece !== '') report({ type: 'piece', id, text: piece });
  };
  const read = (): string => model.detokenize(pending, false, told);
  return {
    add(token: Token): void {
      pending.push(token);
      const piece = read();
      if (!piece.endsWith('\uFFFD')) tell(piece);
    },
    /** The whole text; a character that was cut off by the limit is left out. */
    end(): string {
      if (pending.length > 0) tell(read().replace(/\uFFFD+$/, ''));
      return text;
    },
  };
}

/** The same sampling as of the engine that looks at the pictures. */
function sampling({ temperature, seed }: GuardedRequest) {
  return { temperature, seed, topK: temperature === 0 ? 1 : 40, topP: 0.95, minP: 0.05 } as const;
}
