// Which of several model servers gets a request: the one that knows its picture, else the least busy. Pure rules.
import { createHash } from 'node:crypto';

export interface ServerLoad {
  readonly url: string;
  /** Requests that it works on now. */
  readonly busy: number;
  /** Requests that it can work on at once. */
  readonly slots: number;
}

/**
 * The server for a request about `picture` (a SHA-256; undefined when there is none): where the picture was last, else its
 * home, as long as that has a free slot; else the least busy one, so that no slot is idle while requests wait. Undefined
 * when there are no servers.
 */
export function chooseServer<Server extends ServerLoad>(
  servers: readonly Server[],
  picture: string | undefined,
  lastUrl: string | undefined,
): Server | undefined {
  const ranked = picture === undefined ? servers : byRendezvous(servers, picture);
  const home = picture === undefined ? undefined : (ranked.find(({ url }) => url === lastUrl) ?? ranked[0]);
  if (home && home.busy < home.slots) return home;
  const [least] = ranked.toSorted((one, other) => one.busy / one.slots - other.busy / other.slots);
  return least && least.busy < least.slots ? least : (home ?? least);
}

/**
 * Rendezvous hashing: every client ranks the servers for a picture in the same way, and a server that goes away moves its
 * own pictures only.
 */
function byRendezvous<Server extends ServerLoad>(servers: readonly Server[], picture: string): readonly Server[] {
  const weight = ({ url }: Server) => createHash('sha256').update(`${url}\n${picture}`).digest('hex');
  const weighed = servers.map((server) => [weight(server), server] as const);
  return weighed.toSorted(([one], [other]) => (one < other ? 1 : -1)).map(([, server]) => server);
}
