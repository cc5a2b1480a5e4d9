// Which addresses a model server may have: this computer and the own network, never the internet.
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { RowscribeError } from '../errors.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** RFC 1918, link-local, RFC 6598 (overlay networks use it), IPv6 unique local and link-local. */
const ownNetwork = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  ownNetwork.addSubnet(net, prefix, 'ipv4');
}
ownNetwork.addAddress('::1', 'ipv6');
ownNetwork.addSubnet('fc00::', 7, 'ipv6');
ownNetwork.addSubnet('fe80::', 10, 'ipv6');

/** Whether an IP address belongs to this computer or the own network. */
export function isOwnAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && ownNetwork.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a URL's host is this computer, by its name. */
export function isThisComputer(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost');
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Refuses a literal address outside; names are looked at when they are resolved. Error: `engine-address-public`. */
export function refuseForeignAddress(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isOwnAddress(host)) throw new RowscribeError('engine-address-public', { host });
}

/** Resolves a name for a socket, and refuses it when any of its addresses is outside. */
export const ownLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error || first === undefined) return callback(error ?? new Error(`no address for ${host}`), '');
    if (addresses.some(({ address }) => !isOwnAddress(address))) {
      return callback(new RowscribeError('engine-address-public', { host }), '');
    }
    if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
