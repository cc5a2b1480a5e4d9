// What model servers send, however it is cut: events, error bodies, waits, JSON within text, slots.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectIn, PieceGate } from '../../server/engines/openai-answer.ts';
import { isOwnAddress, isThisComputer } from '../../server/engines/openai-address.ts';
import { kindOfFault, readFault } from '../../server/engines/openai-faults.ts';
import { retryDefaults, retryWaitMs } from '../../server/engines/openai-retry.ts';
import { EventSplitter, readChunk } from '../../server/engines/openai-stream.ts';
import { baseUrl } from '../../server/engines/openai.ts';
import { createSlots } from '../../server/engines/slots.ts';
import { formSchema } from '../fixtures/requests.ts';

describe('events', () => {
  test('come out the same wherever the bytes are cut, with either line end', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify({ value }));
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat(400)), fc.constantFrom('\n', '\r\n'), (events, cuts, lineEnd) => {
        const stream = events.map((event) => `: ping${lineEnd}data: ${event}${lineEnd}${lineEnd}`).join('');
        const bytes = Buffer.from(stream);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const splitter = new EventSplitter();
        const found = places.slice(1).flatMap((to, index) => splitter.push(bytes.subarray(places[index], to)) ?? []);
        expect([...found, ...splitter.end()]).toEqual(events);
      }),
    );
  });

  test('and error bodies are read without ever throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.nat(599), (text, status) => {
        expect(typeof readChunk(text).text).toBe('string');
        expect(kindOfFault(readFault(status, '', text))).not.toBe('');
      }),
    );
  });

  test('counts come from usage, else from the timings of a llama-server', () => {
    const timings = { cache_n: 20, prompt_n: 5, predicted_n: 3 };
    expect(readChunk(JSON.stringify({ choices: [], timings })).usage).toEqual({
      ...{ promptTokens: 25, cachedTokens: 20, outputTokens: 3 },
    });
    const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: null };
    expect(readChunk(JSON.stringify({ choices: [], usage, timings })).usage?.cachedTokens).toBe(0);
  });
});

describe('waits', () => {
  test('double, spread over their second half, and end at their limit', () => {
    const waits = [1, 2, 3, 10].map((attempt) => retryWaitMs(attempt, undefined, 0, 0));
    expect(waits).toEqual([250, 500, 1000, 7500]);
    expect(retryWaitMs(1, undefined, 0, 1)).toBe(500);
  });

  test('a Retry-After counts in seconds or as a date, up to a minute', () => {
    expect(retryWaitMs(1, '3', 0, 0)).toBe(3000);
    expect(retryWaitMs(1, new Date(5000).toUTCString(), 1000, 0)).toBe(4000);
    expect(retryWaitMs(1, '86400', 0, 0)).toBe(retryDefaults.retryAfterMsMax);
    expect(retryWaitMs(1, 'soon', 0, 0)).toBe(250);
  });
});

describe('an object within text', () => {
  const answer = { description: '裙 {长}', title_a: 'A', keywords: ['x'], compliant: false, category: '鞋子' };
  test.each([
    ['alone', (json: string) => json],
    ['in a fence', (json: string) => `\`\`\`json\n${json}\n\`\`\``],
    ['between sentences with braces', (json: string) => `Here {is}: ${json} done {x}.`],
    ['after a draft', (json: string) => `{"description": "draft"} ${json}`],
  ])('is found %s', (_, wrap) => {
    expect(objectIn(wrap(JSON.stringify(answer)), formSchema)).toBe(JSON.stringify(answer));
  });

  test('is not searched for ever among braces', () => {
    expect(objectIn('{'.repeat(20_000) + '}'.repeat(20_000), formSchema)).toBeUndefined();
  });

  test('what was told is always the beginning of the text', () => {
    const json = JSON.stringify(answer);
    const spoken = fc.constantFrom('', '好的：', '```json\n', '  ', '{"a":1} ');
    fc.assert(
      fc.property(spoken, spoken, fc.integer({ min: 1, max: 30 }), (before, after, size) => {
        const told: string[] = [];
        const gate = new PieceGate(formSchema, (piece) => told.push(piece));
        const whole = before + json + after;
        for (let from = 0; from < whole.length; from += size) gate.push(whole.slice(from, from + size));
        expect(gate.end('stop').startsWith(told.join(''))).toBe(true);
      }),
    );
  });
});

describe('addresses', () => {
  test('are our own on this computer and in the own network only', () => {
    const own = ['127.0.0.1', '10.2.3.4', '172.31.0.1', '192.168.1.9', '100.100.1.1', '169.254.3.3', '::1', 'fd00::5'];
    const foreign = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1', '::ffff:8.8.8.8', 'example'];
    expect(own.filter((address) => !isOwnAddress(address))).toEqual([]);
    expect(foreign.filter(isOwnAddress)).toEqual([]);
    expect(['localhost', '127.0.0.5', '[::1]'].filter((host) => !isThisComputer(host))).toEqual([]);
    expect(['192.168.1.9', 'gpu-box', 'localhost.example'].filter(isThisComputer)).toEqual([]);
  });

  test.each(['http://h:1', 'http://h:1/', 'http://h:1/v1', 'http://h:1/v1/', 'http://h:1/v1/chat/completions?x=1'])(
    '%s is the address of one server',
    (url) => expect(baseUrl(url)).toBe('http://h:1/v1'),
  );
});

describe('slots', () => {
  test('a person goes before bulk work that waits, and into one slot more', async () => {
    const slots = createSlots(2, 9);
    const order: string[] = [];
    const take = (name: string, isUrgent: boolean) =>
      slots.take(isUrgent).then((release) => (order.push(name), release));
    const [first] = await Promise.all([take('a', false), take('b', false), take('person', true)]);
    const waiting = [take('c', false), take('person again', true)];
    expect(slots.busy).toBe(3);
    first?.();
    await waiting[1];
    expect(order).toEqual(['a', 'b', 'person', 'person again']);
  });

  test('never more bulk work than slots, and every slot comes back, in any order of taking and giving up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), fc.nat(4), async (abandons, size) => {
        const slots = createSlots(size + 1, 99);
        let most = 0;
        const jobs = abandons.map(async (isAbandoned) => {
          const stop = new AbortController();
          const taking = slots.take(false, stop.signal);
          if (isAbandoned) stop.abort(new Error('gone'));
          const release = await taking.catch(() => undefined);
          most = Math.max(most, slots.busy);
          await Promise.resolve();
          release?.();
          release?.();
        });
        await Promise.all(jobs);
        expect(most).toBeLessThanOrEqual(size + 1);
        expect(slots.busy).toBe(0);
      }),
    );
  });
});
