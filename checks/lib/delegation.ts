// What the zone above says of a zone: the names of its servers, and the addresses of those that nobody else can tell.
import type { Probe } from './contract.ts';
import { askWhole } from './dns-exchange.ts';
import type { Reply } from './dns-message.ts';
import { Failure, orFailure } from './outcome.ts';

export interface Delegation {
  readonly servers: readonly string[];
  /** Of both families, by the name of the server. */
  readonly glue: ReadonlyMap<string, readonly string[]>;
}

interface Above {
  /** A server of the zone above; without it, those that the resolver finds. */
  readonly parent?: string | undefined;
  readonly port: number;
}

/** So many servers of the zone above are asked before it is said to be silent. */
const parentsMax = 2;

/**
 * Fails with `dns_nxdomain` or `bad_answer` when the zone is not delegated. That the zone above is silent, or refuses to
 * say, is none of the zone's faults, and only a warning.
 */
export const delegationOf = async (zone: string, above: Above, probe: Probe): Promise<Delegation> => {
  const parents = above.parent === undefined ? await parentsOf(zone, probe) : [above.parent];
  const failures: string[] = [];
  for (let index = 0; index < Math.min(parentsMax, parents.length) && !probe.signal.aborted; index += 1) {
    const parent = parents[(probe.turn + index) % parents.length] ?? '';
    const reply = await orFailure(ask(parent, zone, above.port, probe));
    if (!(reply instanceof Failure)) return read(reply, zone, parent);
    failures.push(reply.message);
  }
  throw new Failure('timeout_reply', `the zone above says nothing: ${failures.join('; ')}`, { kind: 'warn' });
};

/** The servers of the nearest zone above. */
const parentsOf = async (zone: string, { resolver }: Probe): Promise<readonly string[]> => {
  const labels = zone.replace(/\.$/, '').split('.');
  for (let above = 1; above < labels.length; above += 1) {
    const found = await resolver.nameServers(labels.slice(above).join('.'));
    if (found.length > 0) return found;
  }
  return resolver.nameServers('.');
};

const ask = async (parent: string, zone: string, port: number, probe: Probe): Promise<Reply> => {
  const [host = parent] = await probe.resolver.addresses(parent, probe.family);
  const reply = await askWhole({ host, port }, { name: zone, record: 'NS', recursion: false }, probe);
  if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') return reply;
  throw new Failure('bad_answer', `${parent} says ${reply.rcode}`);
};

const read = (
  { rcode, delegatedTo, answers, addresses }: Reply,
  zone: string,
  parent: string,
): Delegation => {
  if (rcode === 'NXDOMAIN') throw new Failure('dns_nxdomain', `${parent} knows no ${zone}`);
  // A server that has both zones answers from the lower one.
  const servers = delegatedTo.length > 0 ? delegatedTo : answers;
  if (servers.length === 0) throw new Failure('bad_answer', `${parent} delegates ${zone} to nobody`);
  return { servers, glue: addresses };
};
