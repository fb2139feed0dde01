// The name servers of a zone: where they are, what each of them says over UDP and TCP, and what is wrong with that.
import { isIP } from 'node:net';
import type { Family, Probe } from './contract.ts';
import type { Delegation } from './delegation.ts';
import { askOverTcp, askOverUdp } from './dns-exchange.ts';
import { causeOf, normalizeName } from './dns-message.ts';
import type { Reply } from './dns-message.ts';
import { Failure, Unfit, orFailure } from './outcome.ts';

export interface NameServer {
  readonly name: string;
  readonly address: string;
}

export interface Interview {
  readonly server: NameServer;
  /** Why it is of no use to anybody who asks it. */
  readonly failure?: Failure;
  /** We have no way to it: its own fault if we have one to others. */
  readonly unfit?: Unfit;
  /** What is wrong with it though it answers. */
  readonly flaws: readonly Failure[];
  readonly serial: number | undefined;
  readonly udpUs: number | undefined;
  readonly tcpUs: number | undefined;
}

export interface Zone {
  readonly name: string;
  readonly port: number;
  readonly delegation: Delegation;
  readonly mayRecurse: boolean;
}

const serversMax = 16;
const addressesMax = 4;

/** The addresses of the servers in the probe's family. A server that has none in it is left out; one that nobody can find is a problem. */
export const locate = async (
  { name: zone, delegation: { servers, glue } }: Zone,
  probe: Probe,
): Promise<{ servers: readonly NameServer[]; problems: readonly Failure[] }> => {
  const found = await Promise.all(
    servers.slice(0, serversMax).map(async (name) => {
      const addresses = isInside(name, zone) ? fromGlue(name, glue, probe) : await fromResolver(name, probe);
      if (addresses instanceof Failure) return addresses;
      return addresses.slice(0, addressesMax).map((address) => ({ name, address }));
    }),
  );
  return {
    servers: found.flatMap((one) => (one instanceof Failure ? [] : one)),
    problems: found.filter((one) => one instanceof Failure),
  };
};

const isInside = (name: string, zone: string): boolean => {
  const apex = normalizeName(zone);
  return apex === '.' || name === apex || name.endsWith(`.${apex}`);
};

const fromGlue = (name: string, glue: Delegation['glue'], { family }: Probe): readonly string[] | Failure => {
  const addresses = glue.get(name);
  return addresses === undefined
    ? new Failure('dns_no_address', `${name}: the zone above gives no address of it, so nobody finds it`)
    : addresses.filter((address) => isIP(address) === family);
};

const fromResolver = async (
  name: string,
  { resolver, family }: Probe,
): Promise<readonly string[] | Failure> => {
  const found = await orFailure(resolver.addresses(name, family));
  return found instanceof Failure && found.cause === 'dns_no_address' ? [] : found;
};

/**
 * Two questions, which no rate limit minds: the serial over UDP, the servers over TCP. A server that fails over UDP fails
 * whoever asks it; with every other fault it is of some use.
 */
export const interview = async (server: NameServer, zone: Zone, probe: Probe): Promise<Interview> => {
  const at = { host: server.address, port: zone.port };
  const about = { name: zone.name, recursion: false } as const;
  const [datagrams, stream] = [probe.timing.beside(), probe.timing.beside()];
  const [udp, tcp] = await Promise.all([
    reach(askOverUdp(at, { ...about, record: 'SOA' }, { ...probe, timing: datagrams })),
    reach(askOverTcp(at, { ...about, record: 'NS' }, { ...probe, timing: stream })),
  ]);
  if (udp instanceof Unfit) return unreachable(server, udp);
  if (tcp instanceof Unfit) return unreachable(server, tcp);
  const failures = failuresOf(udp, tcp, server.address);
  const flaws = [
    failures.tcp && new Failure(failures.tcp.cause, `over TCP: ${failures.tcp.message}`),
    ...(tcp instanceof Failure ? [] : contradictions(tcp, zone, probe.family)),
    ...(udp instanceof Failure ? [] : manners(udp, server.address, zone)),
  ].filter((flaw) => flaw !== undefined);
  const named = ({ cause, message }: Failure) => new Failure(cause, `${server.name}: ${message}`);
  return {
    ...(failures.udp && { failure: named(failures.udp) }),
    flaws: flaws.map(named),
    server,
    serial: udp instanceof Failure ? undefined : udp.reply.serial,
    udpUs: datagrams.phasesUs['reply'],
    tcpUs: tcp instanceof Failure ? undefined : stream.totalUs,
  };
};

const reach = async <Value>(asked: Promise<Value>): Promise<Value | Failure | Unfit> => {
  try {
    return await orFailure(asked);
  } catch (error) {
    if (error instanceof Unfit) return error;
    throw error;
  }
};

const unreachable = (server: NameServer, unfit: Unfit): Interview => ({
  server,
  failure: new Failure('unreachable', `${server.name}: ${unfit.message}`),
  unfit,
  flaws: [],
  serial: undefined,
  udpUs: undefined,
  tcpUs: undefined,
});

type Asked = Awaited<ReturnType<typeof askOverUdp>>;

const failuresOf = (udp: Asked | Failure, tcp: Reply | Failure, address: string) => {
  const failure = tcp instanceof Failure ? tcp : refusal(tcp, address);
  if (udp instanceof Failure) return { udp, tcp: failure };
  // A server that is asked by too many says so: come over TCP.
  return { udp: udp.reply.truncated ? failure : refusal(udp.reply, address), tcp: failure };
};

const refusal = ({ rcode, authoritative, answers }: Reply, address: string): Failure | undefined => {
  if (rcode !== 'NOERROR') return new Failure(causeOf(rcode), `${address} says ${rcode}`);
  if (!authoritative) return new Failure('bad_answer', `${address} answers from no zone of its own`);
  return answers.length === 0 ? new Failure('bad_answer', `${address} knows nothing of the zone`) : undefined;
};

/** What the zone says of its servers and the zone above does not, or the other way round. */
const contradictions = (
  { answers, addresses }: Reply,
  { name, delegation }: Zone,
  family: Family,
): readonly Failure[] => {
  if (answers.length === 0) return [];
  const own = new Set(answers);
  const above = new Set(delegation.servers);
  const complaints = [
    complaintOf('the zone above lacks the server', own.difference(above)),
    complaintOf('the zone lacks the server', above.difference(own)),
  ];
  for (const [server, glue] of delegation.glue) {
    const known = addresses.get(server);
    if (known === undefined || !isInside(server, name) || !own.has(server)) continue;
    const [given, right] = [glue, known].map((all) => new Set(all.filter((one) => isIP(one) === family)));
    if (given === undefined || right === undefined || given.symmetricDifference(right).size === 0) continue;
    const text = `is at ${listed(right)}, the zone above says ${listed(given)}`;
    complaints.push(`${server} ${text}`);
  }
  return complaints
    .filter((complaint) => complaint !== undefined)
    .map((complaint) => new Failure('bad_answer', complaint));
};

const complaintOf = (what: string, names: ReadonlySet<string>): string | undefined =>
  names.size === 0 ? undefined : `${what} ${listed(names)}`;

const listed = (texts: ReadonlySet<string>): string => [...texts].join(', ') || 'no address';

const manners = (
  { reply, tries }: Asked,
  address: string,
  { mayRecurse }: Zone,
): readonly (Failure | undefined)[] => [
  // Of a truncated reply nothing but the question is read.
  reply.edns || reply.truncated ? undefined : new Failure('protocol', `${address} does not speak EDNS`),
  reply.recursive && !mayRecurse
    ? new Failure('bad_answer', `${address} is a resolver as well: it offers us recursion`)
    : undefined,
  tries > 1 ? new Failure('loss', `${address} replied to question ${tries} only`) : undefined,
];
