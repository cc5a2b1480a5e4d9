// What a person at the window is asked and told while the server starts, with a computer whose store is a fake.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { App, Arguments, Serving } from '../../server/cli/command.ts';
import { serveCommand } from '../../server/cli/serve.ts';
import { Terminal } from '../../server/cli/terminal.ts';
import type { Language } from '../../server/domain/language.ts';
import { both } from '../../server/domain/language.ts';
import { RowscribeError } from '../../server/errors.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createScriptedEngine } from '../fakes/scripted-engine.ts';

interface Situation {
  readonly isTrusted: boolean | undefined;
  /** What the person types; undefined when nobody is at a terminal. */
  readonly answer?: string;
  readonly open?: boolean;
  readonly language?: Language;
  readonly refuses?: boolean;
}

/** Starts the server with nothing real behind it, and ends it when it says how to. */
async function startIn({ isTrusted, answer, open = true, language = 'en-US', refuses = false }: Situation) {
  const ending = new AbortController();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let said = '';
  const hear = (piece: Buffer) => {
    said += piece.toString();
    if (said.endsWith('[Y/n] ') && answer !== undefined) stdin.write(`${answer}\n`);
    if (/Ctrl-C/.test(said)) ending.abort();
  };
  stdout.on('data', hear);
  stderr.on('data', hear);
  const isTTY = answer !== undefined;
  const installed: string[] = [];
  const trust: App['trust'] = {
    name: both('证书库', 'the store'),
    isTrusted: async () => isTrusted,
    install: async (file) => {
      if (refuses) throw new RowscribeError('trust-refused', { program: 'certutil', detail: 'no' });
      installed.push(file);
    },
    uninstall: async () => undefined,
  };
  const closed = { count: 0 };
  const serving = {
    ...{ address: 'https://localhost:1', engine: createScriptedEngine(() => 'ok') },
    close: async () => void (closed.count += 1),
  } as unknown as Serving;
  const app = {
    ...{ settings: { watchFolders: [], port: 1 }, clock: createManualClock(), trust },
    certificate: async () => ({ authorityFile: '/home/li/ca.crt' }),
    serve: async () => serving,
  } as unknown as App;
  const args: Arguments = { positionals: [], text: () => undefined, has: (name) => open && name === 'open' };
  const terminal = new Terminal({
    stdin: Object.assign(stdin, { isTTY }),
    stdout,
    stderr: Object.assign(stderr, { isTTY }),
  });
  const code = await serveCommand.run(args, { app, language, terminal, signal: ending.signal });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, said, installed, closed: closed.count };
}

describe('a start', () => {
  test.each(['', 'y', 'Yes', ' Y '])('installs the certificate for whoever answers “%s”', async (answer) => {
    const { code, said, installed, closed } = await startIn({ isTrusted: false, answer });
    expect([code, installed, closed]).toEqual([0, ['/home/li/ca.crt'], 1]);
    expect(said).toContain('Done: the store trust the local page now');
  });

  test.each(['是', '好', ''])('understands the answer “%s” in Chinese', async (answer) => {
    const { installed, said } = await startIn({ isTrusted: false, answer, language: 'zh-CN' });
    expect(installed).toHaveLength(1);
    expect(said).toContain('现在安装吗？');
  });

  test.each(['n', 'no', 'what?'])(
    'changes nothing for whoever answers “%s”, and says how to do it later',
    async (answer) => {
      const { said, installed } = await startIn({ isTrusted: false, answer });
      expect(installed).toEqual([]);
      expect(said).toContain('rowscribe cert install');
    },
  );

  test('asks nobody when nobody is there, when it was not double-clicked, or when the system has no tool for it', async () => {
    const unasked: Situation[] = [
      { isTrusted: false },
      { isTrusted: false, answer: 'y', open: false },
      { isTrusted: undefined, answer: 'y' },
    ];
    for (const situation of unasked) {
      const { said, installed } = await startIn(situation);
      expect(installed).toEqual([]);
      expect(said).not.toContain('[Y/n]');
      expect(said).toContain('rowscribe cert install');
    }
  });

  test('says nothing of certificates where ours is trusted', async () => {
    const { said, installed } = await startIn({ isTrusted: true, answer: 'y' });
    expect(installed).toEqual([]);
    expect(said).not.toMatch(/\[Y\/n\]|cert install/);
  });

  test('goes on when the system refuses, and says so', async () => {
    const { code, said } = await startIn({ isTrusted: false, answer: 'y', refuses: true });
    expect(code).toBe(0);
    expect(said).toContain('The certificate was not changed (certutil: no)');
    expect(said).toMatch(/The model is ready/);
  });
});
