// What goes wrong with a resolver that has a cache: what it knows says nothing of what it can find out.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canKnot, startKnot } from '../../support/knot.ts';
import { canUnbound, startUnbound } from '../../support/unbound.ts';

const zone = (name: string, ttlSeconds: number) => `
$ORIGIN ${name}.
@ 3600 SOA ns hostmaster 1 3600 600 86400 60
@ 3600 NS ns
ns 3600 A 192.0.2.1
www ${ttlSeconds} A 192.0.2.10
*.probe 60 A 192.0.2.11
`;
const ours = { 'lab.test': zone('lab.test', 3_600) };
/** Nobody keeps what they say. */
const others = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, zone(name, 0)]));

const startResolver = async () => {
  const primary = await startKnot(ours);
  const strangers = await startKnot(others('alpha', 'beta', 'gamma'));
  const { port } = strangers;
  const resolver = await startUnbound({
    upstreams: { 'lab.test': primary.port, alpha: port, beta: port, gamma: port },
    lines: ['cache-max-ttl: 86400', 'outbound-msg-retry: 2', 'infra-cache-max-rtt: 600'],
  });
  return { primary, strangers, resolver };
};
type Rig = Awaited<ReturnType<typeof startResolver>>;

// Whom it could not ask, a resolver does not ask again for a while: it begins anew.
const gone = (...left: readonly string[]) => ({
  inject: ({ strangers }: Rig) => strangers.serve(others(...left)),
  mend: ({ strangers, resolver }: Rig) => {
    strangers.serve(others('alpha', 'beta', 'gamma'));
    return resolver.restart();
  },
});

describe.skipIf(!canKnot || !canUnbound)('Unbound with a cache', () => {
  catalogue<Rig>({
    type: 'dns',
    start: startResolver,
    stop: async ({ primary, strangers, resolver }) => {
      for (const daemon of [resolver, primary, strangers]) await daemon[Symbol.asyncDispose]();
    },
    check: ({ resolver }) => ({
      type: 'dns',
      server: '127.0.0.1',
      port: resolver.port,
      name: 'www.lab.test',
      recursion: { uncached: 'probe.lab.test', elsewhere: ['www.alpha', 'www.beta', 'www.gamma'] },
      every: '20s',
      timeout: '5s',
    }),
    faults: [
      {
        fault: 'our name servers are out of reach, and what is in the cache is still told',
        inject: ({ primary }) => primary.kill(),
        mend: async ({ primary, resolver }) => {
          await primary.start();
          await resolver.restart();
        },
        expected: { state: 'degraded', cause: 'dns_servfail' },
      },
      {
        fault: 'all name servers are out of reach, and what is in the cache is still told',
        inject: async ({ primary, strangers }) => {
          await primary.kill();
          await strangers.kill();
        },
        mend: async ({ primary, strangers, resolver }) => {
          await primary.start();
          await strangers.start();
          await resolver.restart();
        },
        expected: { state: 'down', cause: 'dns_servfail' },
      },
      {
        fault: 'two of three names of others are not found',
        ...gone('alpha'),
        expected: { state: 'degraded', cause: 'dns_servfail' },
      },
      {
        fault: 'one of three names of others is not found',
        ...gone('alpha', 'beta'),
        expected: 'nothing',
      },
    ],
  });
});
