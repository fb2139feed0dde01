// Do all name servers of a zone answer for it, over UDP and TCP, with the same data, and as the zone above says?
import { z } from 'zod';
import { domain, duration, host, port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { delegationOf } from './lib/delegation.ts';
import { isOlder } from './lib/dns-message.ts';
import { Failure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';
import { interview, locate } from './lib/zone-servers.ts';
import type { Interview } from './lib/zone-servers.ts';

const options = z.strictObject({
  zone: domain().describe('Name of the zone.'),
  parent: host()
    .optional()
    .describe(
      'Name or address of a server of the zone above, which says who the servers are; without it, two of those that our resolver finds, in turn.',
    ),
  port: port().default(53).describe('Port of all these servers.'),
  propagation: duration()
    .prefault('30m')
    .describe('How long a server may have an older serial than another before it is degraded.'),
  'may-recurse': z
    .boolean()
    .default(false)
    .describe('The servers may offer us recursion, as those do that are resolvers as well.'),
});

export default defineCheck({
  title: 'DNS zone',
  summary:
    'Asks every name server of a zone, at each of its addresses, over UDP and TCP, and compares what they say with one another and with the zone above.',
  options,
  defaults: { everyMs: 60_000, timeoutMs: 20_000 },
  phases: ['delegation', 'udp', 'tcp'],
  slowMs: { udp: 1_000, tcp: 2_000 },
  target: ({ zone }) => zone,
  run: async ({ zone: name, parent, port, propagation, 'may-recurse': mayRecurse }, probe) => {
    const asking = { ...probe, timing: probe.timing.beside() };
    const delegation = await delegationOf(name, { parent, port }, asking);
    probe.timing.lap('delegation');
    const zone = { name, port, delegation, mayRecurse };
    const { servers, problems } = await locate(zone, probe);
    const interviews = await Promise.all(servers.map((server) => interview(server, zone, probe)));
    recordSlowest(interviews, probe);
    const working = interviews.filter(({ failure }) => failure === undefined);
    const [first] = interviews;
    if (first?.unfit !== undefined && interviews.every(({ unfit }) => unfit !== undefined)) throw first.unfit;
    const { facts, complaints } = compareSerials(working, propagation, probe);
    return conclude(
      [
        ...interviews.flatMap(({ failure }) => failure ?? []),
        ...problems,
        ...complaints,
        ...working.flatMap(({ flaws }) => flaws),
      ],
      { servers: servers.length, serversAnswering: working.length, ...facts },
    );
  },
});

/** A zone is as slow as a reader's resolver is unlucky: the slowest server counts. */
const recordSlowest = (interviews: readonly Interview[], { timing }: Probe): void => {
  for (const phase of ['udp', 'tcp'] as const) {
    const measured = interviews.flatMap((one) => one[`${phase}Us`] ?? []);
    if (measured.length > 0) timing.record(phase, Math.max(...measured));
  }
};

/**
 * A serial that propagates is no fault. The facts carry from probe to probe since when the oldest one is outdated: a
 * server that follows, however far behind, starts anew.
 */
const compareSerials = (
  working: readonly Interview[],
  propagationMs: number,
  { before, now }: Probe,
): { facts: Facts; complaints: readonly Failure[] } => {
  const serials = working.flatMap(({ serial }) => serial ?? []);
  if (serials.length === 0) return { facts: {}, complaints: [] };
  const newest = serials.reduce((a, b) => (isOlder(a, b) ? b : a));
  const oldest = serials.reduce((a, b) => (isOlder(b, a) ? b : a));
  if (newest === oldest) return { facts: { serial: newest }, complaints: [] };
  const known = before['oldestSerial'] === oldest ? before['outdatedSinceAt'] : undefined;
  const since = typeof known === 'number' ? known : now();
  const facts = { serial: newest, oldestSerial: oldest, outdatedSinceAt: since };
  const ageMs = now() - since;
  if (ageMs < propagationMs) return { facts, complaints: [] };
  const complaints = working
    .filter(({ serial = newest }) => isOlder(serial, newest))
    .map(({ server: { name, address }, serial }) => {
      const text = `${name}: ${address} has serial ${serial}, others ${newest} for ${Math.round(ageMs / 1_000)} s`;
      return new Failure('stale', text);
    });
  return { facts, complaints };
};

const conclude = (complaints: readonly Failure[], facts: Facts): Seen => {
  const [first] = complaints;
  if (facts['serversAnswering'] === 0) {
    const { cause, message } =
      first ?? new Failure('dns_no_address', 'no server has an address of this family');
    throw new Failure(cause, `none of ${String(facts['servers'])} servers answers; ${message}`, { facts });
  }
  if (first === undefined) return { facts };
  const more = complaints.length > 1 ? `; and ${complaints.length - 1} more` : '';
  return { facts, warning: new Failure(first.cause, `${first.message}${more}`) };
};
