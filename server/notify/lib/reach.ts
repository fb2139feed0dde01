// How a receiver is reached: by the same dialling as a probe, over IPv4 or else over IPv6, so that one dead family loses no word.
import { isIP } from 'node:net';
import type { Probe } from '../../../checks/lib/contract.ts';
import { Failure, Unfit } from '../../../checks/lib/outcome.ts';
import type { Cause, SelfCause } from '../../../checks/lib/outcome.ts';
import type { Family } from '../../../checks/lib/resolver.ts';
import { Stopwatch } from '../../../checks/lib/timing.ts';
import type { Errand } from '../contract.ts';

/** Ends of a conversation that had not begun: nothing was said, so that it may be said elsewhere. */
const unsaid: ReadonlySet<Cause | SelfCause> = new Set<Cause | SelfCause>([
  'dns_nxdomain',
  'dns_servfail',
  'dns_timeout',
  'dns_no_address',
  'refused',
  'unreachable',
  'timeout_connect',
  'self_no_network',
]);

/** Lets `converse` over the one family, and over the other if no connection came about. Fails with what the first had to say. */
export const reach = async <Result>(
  host: string,
  errand: Errand,
  converse: (probe: Probe) => Promise<Result>,
): Promise<Result> => {
  const literal = isIP(host);
  if (literal === 4 || literal === 6) return converse(probeOver(literal, errand));
  try {
    return await converse(probeOver(4, errand));
  } catch (error) {
    if (!isUnsaid(error) || errand.signal.aborted) throw error;
    try {
      return await converse(probeOver(6, errand));
    } catch (second) {
      // Most hosts have no IPv6: that this fails too says nothing about why the first did.
      throw isUnsaid(second) && error.cause !== 'dns_no_address' ? error : second;
    }
  }
};

const isUnsaid = (error: unknown): error is Failure | Unfit =>
  (error instanceof Failure || error instanceof Unfit) && unsaid.has(error.cause);

const probeOver = (family: Family, { signal, resolver, clock }: Errand): Probe => ({
  family,
  signal,
  resolver,
  timeoutMs: Number.POSITIVE_INFINITY,
  timing: new Stopwatch(clock.monotonicMs),
  turn: 0,
  before: {},
  now: clock.now,
});
