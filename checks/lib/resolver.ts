// The DNS step of a probe: its own, with its own time-out, never the system's getaddrinfo.
// `dns.lookup` runs on libuv's four threads, so one dead resolver would delay unrelated probes.
import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { Failure, Unfit } from './outcome.ts';
import type { Cause } from './outcome.ts';

/** An address family: IPv4 or IPv6. */
export type Family = 4 | 6;

export interface Resolver {
  /** Addresses of `name` in `family`, at least one. A literal address answers itself. Fails with a `dns_…` cause. Unfit when the resolver itself is dead. */
  readonly addresses: (name: string, family: Family) => Promise<readonly string[]>;
  /** Names of the servers of a zone; none when there is no zone of this name. Otherwise fails as `addresses` does. */
  readonly nameServers: (zone: string) => Promise<readonly string[]>;
}

const addressesMax = 16;
const serversMax = 16;

/** Asks these servers (`address` or `address:port`; none: the system's) once, and waits at most `timeoutMs`. */
export const createResolver = ({
  servers,
  timeoutMs,
}: {
  servers: readonly string[];
  timeoutMs: number;
}): Resolver => {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    addresses: async (name, family) => {
      const literal = isIP(name);
      if (literal === family) return [name];
      if (literal !== 0) throw new Failure('dns_no_address', `${name} is not an IPv${family} address`);
      // RFC 6761 §6.3: names of localhost are not for the DNS.
      if (name === 'localhost' || name.endsWith('.localhost')) return [family === 4 ? '127.0.0.1' : '::1'];
      const lookUp = family === 4 ? resolver.resolve4(name) : resolver.resolve6(name);
      const found = await explained(lookUp, resolver, `${name} did not resolve for IPv${family}`);
      if (found.length === 0) throw new Failure('dns_no_address', `${name} has no IPv${family} address`);
      return found.slice(0, addressesMax);
    },
    nameServers: async (zone) => {
      try {
        const found = await explained(
          resolver.resolveNs(zone),
          resolver,
          `the servers of ${zone} are unknown`,
        );
        return found.slice(0, serversMax);
      } catch (error) {
        if (error instanceof Failure && absent.has(error.cause)) return [];
        throw error;
      }
    },
  };
};

const absent: ReadonlySet<Cause> = new Set(['dns_nxdomain', 'dns_no_address']);

/** What was looked up; what the resolver's silence, or its refusal, is worth as evidence. */
const explained = async <Found>(
  lookUp: Promise<Found>,
  resolver: dns.Resolver,
  complaint: string,
): Promise<Found> => {
  try {
    return await lookUp;
  } catch (error) {
    const code = codeOf(error);
    const cause = causeOf(code);
    // A resolver that is dead says nothing about the names we ask it for.
    if (cause === 'dns_timeout' && !(await isAlive(resolver)))
      throw new Unfit('self_no_resolver', `our resolver ${resolver.getServers().join(', ')} does not answer`);
    throw new Failure(cause, `${complaint}: ${code}`);
  }
};

// Every resolver knows the servers of the root; whatever it says of them, it speaks.
const isAlive = async (resolver: dns.Resolver): Promise<boolean> => {
  try {
    await resolver.resolveNs('.');
    return true;
  } catch (error) {
    return causeOf(codeOf(error)) !== 'dns_timeout';
  }
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

const causeOf = (code: string): Cause => {
  if (code === 'ENOTFOUND') return 'dns_nxdomain';
  if (code === 'ENODATA') return 'dns_no_address';
  // A closed port is as silent as a lost packet: nobody answered.
  if (code === 'ETIMEOUT' || code === 'ECANCELLED' || code === 'ECONNREFUSED') return 'dns_timeout';
  return 'dns_servfail';
};
