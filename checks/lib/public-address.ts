// Which addresses belong to the Internet at large, and not to this machine, its network or a tunnel into them.
import { BlockList, isIPv4 } from 'node:net';

// IANA special-purpose registries (RFC 6890), with the ranges that carry an IPv4 address inside an IPv6 one.
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}

/** `address` must be one, not a name. An IPv4 address mapped into IPv6 is judged as the IPv4 address. */
export const isPublic = (address: string): boolean =>
  !special.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
