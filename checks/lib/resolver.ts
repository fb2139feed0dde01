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
}

const addressesMax = 16;

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
      const found = await ask(resolver, name, family);
      if (found.length === 0) throw new Failure('dns_no_address', `${name} has no IPv${family} address`);
      return found.slice(0, addressesMax);
    },
  };
};

const ask = async (resolver: dns.Resolver, name: string, family: Family): Promise<readonly string[]> => {
  try {
    return family === 4 ? await resolver.resolve4(name) : await resolver.resolve6(name);
  } catch (error) {
    const code = codeOf(error);
    const cause = causeOf(code);
    // A resolver that is dead says nothing about the names we ask it for.
    if (cause === 'dns_timeout' && !(await isAlive(resolver)))
      throw new Unfit('self_no_resolver', `our resolver ${resolver.getServers().join(', ')} does not answer`);
    throw new Failure(cause, `${name} did not resolve for IPv${family}: ${code}`);
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
