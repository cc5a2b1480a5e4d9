// Listening: https on this computer's own addresses and no other.
import { createServer, type Server } from 'node:https';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { Express } from 'express';
import { asRowscribeError, isRowscribeError, RowscribeError } from '../errors.ts';
import type { ServerCertificate } from '../ports/certificate.ts';

export interface Listening {
  /** The port in use, also when any free one was asked for. */
  readonly port: number;
  /** Answers requests from now on. */
  attach(app: Express): void;
  /** Takes no more requests and ends those that are open, event streams too. */
  close(): Promise<void>;
}

type Keys = Pick<ServerCertificate, 'authority' | 'certificate' | 'key'>;

const connectionsMax = 256;
// A page sends its bodies at once; who dawdles is cut off.
const requestTimeoutMs = 60_000;
const askTimeoutMs = 3000;

/**
 * Listens on 127.0.0.1 and ::1 (where the computer has it). A port of 0 takes any free one.
 * Errors: `port-taken` when another program has the
 * port, `server-running` when that is this user's Rowscribe.
 */
export async function listen(keys: Keys, wanted: number): Promise<Listening> {
  const main = newServer(keys);
  const port = await open(main, '127.0.0.1', wanted).catch(async (error: unknown) => {
    if (!isRowscribeError(error, 'port-taken') || !(await isOurs(keys, wanted))) throw error;
    throw new RowscribeError('server-running', { address: `https://localhost:${wanted}` }, { cause: error });
  });
  const other = newServer(keys);
  const servers = [main];
  try {
    await open(other, '::1', port);
    servers.push(other);
  } catch (error) {
    const { code } = (error as RowscribeError).cause as NodeJS.ErrnoException;
    if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT' && code !== 'EINVAL') {
      await end(main);
      throw error;
    }
  }
  return {
    port,
    attach: (app) => servers.forEach((server) => server.on('request', app)),
    close: async () => void (await Promise.all(servers.map(end))),
  };
}

/** Whether the one who listens there holds this certificate's key: another Rowscribe of this user. */
function isOurs(keys: Keys, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: keys.authority,
      timeout: askTimeoutMs,
    });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(socket.authorized));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Whether a server could listen there now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createNetServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function newServer(keys: Keys): Server {
  const server = createServer({
    cert: keys.certificate + keys.authority,
    key: keys.key,
    minVersion: 'TLSv1.2',
    // A request without it is answered as one for another host.
    requireHostHeader: false,
    requestTimeout: requestTimeoutMs,
  });
  server.maxConnections = connectionsMax;
  return server;
}

function open(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(cause, port)));
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function refusal(cause: NodeJS.ErrnoException, port: number): RowscribeError {
  if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES')
    return new RowscribeError('port-taken', { port }, { cause });
  return asRowscribeError(cause);
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
