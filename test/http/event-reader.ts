// A reader of the event stream as a browser is one: whole events only, and it can be cut off in the middle of any byte.
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { ServerEvent } from '../../server/contract/state.ts';
import type { TestServer } from './local-server.ts';

export interface Received {
  readonly id: string;
  readonly event: ServerEvent;
}

export interface Reading {
  readonly status: number;
  readonly response: IncomingMessage;
  /** Everything but whole events: comments and the like. */
  readonly other: string[];
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  cut(): void;
}

interface ReadOptions {
  readonly cookie: string;
  readonly lastId?: string;
  /** The connection is cut after this many bytes. */
  readonly bytesMax?: number;
  readonly onEvent: (received: Received) => void;
}

export function readEvents({ port, certificate }: TestServer, options: ReadOptions): Promise<Reading> {
  const { cookie, lastId, bytesMax = Infinity, onEvent } = options;
  const headers = { cookie, ...(lastId !== undefined && { 'last-event-id': lastId }) };
  const target = { host: 'localhost', port, ca: certificate.authority, path: '/api/events', agent: false, headers };
  return new Promise((resolve, reject) => {
    const asked = request(target, (response) => {
      const other: string[] = [];
      let [pending, bytes] = ['', 0];
      response.on('data', (piece: Buffer) => {
        const taken = piece.subarray(0, bytesMax - bytes);
        bytes += taken.length;
        // Frames are ASCII in these tests, so that any byte may end a piece.
        const parts = (pending + taken.toString('latin1')).split('\n\n');
        pending = parts.pop() ?? '';
        for (const part of parts) take(part, other, onEvent);
        if (bytes >= bytesMax) response.destroy();
      });
      response.on('error', () => undefined);
      const ended = new Promise<void>((end) => response.once('close', end));
      resolve({ status: response.statusCode ?? 0, response, other, ended, cut: () => void response.destroy() });
    });
    asked.on('error', reject);
    asked.end();
  });
}

function take(part: string, other: string[], onEvent: (received: Received) => void): void {
  const [, id, data] = /^id: (\S+)\ndata: (.*)$/.exec(part) ?? [];
  if (id === undefined || data === undefined) other.push(part);
  else onEvent({ id, event: JSON.parse(data) as ServerEvent });
}
