// Which addresses of a hosted domain are ours: all that is ever connected to.
import { BlockList, isIP } from 'node:net';
import type { Family } from '../../../checks/lib/contract.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import type { Resolver } from '../../../checks/lib/resolver.ts';
import type { Host, HostFacts, Lead } from '../../core/self-check/facts.ts';
import type { Asking } from './names.ts';

const addressesMax = 16;

/** A list for each family: one for both would take an IPv4 address that is mapped into IPv6 for the IPv4 address. */
export const networks = (prefixes: readonly string[]): ((address: string) => boolean) => {
  const own = { 4: new BlockList(), 6: new BlockList() };
  for (const prefix of prefixes) {
    const [network = '', bits = ''] = prefix.split('/');
    const family = isIP(network) === 4 ? 4 : 6;
    own[family].addSubnet(network, Number(bits), `ipv${family}`);
  }
  return (address) => {
    const family = isIP(address);
    return (family === 4 || family === 6) && own[family].check(address, `ipv${family}`);
  };
};

/** What may be connected to, by name: looked up once, and never again. */
export type Pinned = ReadonlyMap<string, Readonly<Record<Family, readonly string[]>>>;

interface Located {
  readonly facts: HostFacts;
  readonly ours: Readonly<Record<Family, readonly string[]>>;
}

export const locate = async (
  host: Host,
  name: string,
  isOurs: (address: string) => boolean,
  ask: Asking,
): Promise<Located> => {
  const [a, aaaa] = await Promise.all([ask({ name, record: 'A' }), ask({ name, record: 'AAAA' })]);
  const found = (reply: typeof a) => (reply?.answers ?? []).slice(0, addressesMax);
  const lead = (reply: typeof a): Lead => {
    if (reply?.rcode !== 'NOERROR' && reply?.rcode !== 'NXDOMAIN') return 'unanswered';
    const ours = found(reply).filter(isOurs).length;
    if (found(reply).length === 0) return 'none';
    return ours === 0 ? 'elsewhere' : ours === found(reply).length ? 'ours' : 'both';
  };
  return {
    facts: { host, four: lead(a), six: lead(aaaa) },
    ours: { 4: found(a).filter(isOurs), 6: found(aaaa).filter(isOurs) },
  };
};

/** Knows these names and asks nobody, so that a name server that changes its mind leads nowhere. */
export const pinnedResolver = (pinned: Pinned): Resolver => ({
  addresses: async (name, family) => {
    const [address] = pinned.get(name)?.[family] ?? [];
    if (address === undefined) throw new Failure('dns_no_address', 'no address of ours');
    return [address];
  },
  nameServers: async () => [],
});
