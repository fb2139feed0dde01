// What goes wrong with the signatures of a zone.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canSignZones, startSignedZones } from '../../support/signed-zones.ts';
import type { SignedZones } from '../../support/signed-zones.ts';

type SignatureFault = Fault<SignedZones>;

const bogus = { state: 'down', cause: 'dnssec_bogus' } as const;

const served = { mend: ({ serve, texts }: SignedZones) => serve(texts.fresh) };
const delegated = { mend: ({ delegate, pointers }: SignedZones) => delegate(pointers) };

/** A record of the text with some of its words replaced. */
const changed = (text: string, record: RegExp, replace: (found: string) => string): string => {
  const [found] = record.exec(text) ?? [];
  if (found === undefined) throw new Error(`there is no ${record}`);
  return text.replace(found, replace(found));
};

const zone: readonly SignatureFault[] = [
  {
    fault: 'nobody has signed for fifteen days, and signatures have expired',
    inject: ({ serve, texts }) => serve(texts.expired),
    ...served,
    expected: bogus,
  },
  {
    fault: 'nobody has signed for almost fourteen days, and signatures are about to expire',
    inject: ({ serve, texts }) => serve(texts.expiring),
    ...served,
    expected: { state: 'degraded', cause: 'dnssec_expiring' },
  },
  {
    fault: 'one letter of the signature of the SOA is another',
    inject: ({ serve, texts }) =>
      serve(
        changed(texts.fresh, /^.* RRSIG SOA .*$/m, (line) =>
          line.replace(/(\S)(?=\S{20}$)/, (letter) => (letter === 'A' ? 'B' : 'A')),
        ),
      ),
    ...served,
    expected: bogus,
  },
  {
    fault: 'a record changes without being signed again',
    inject: ({ serve, texts }) =>
      serve(changed(texts.fresh, / 1 3600 600 86400 60$/m, () => ' 2 3600 600 86400 60')),
    ...served,
    expected: bogus,
  },
  {
    fault: 'the zone is served without keys and signatures',
    inject: ({ serve, texts }) => serve(texts.unsigned),
    ...served,
    expected: bogus,
  },
  {
    fault: 'the zone is signed with a new key of which the zone above does not know',
    inject: ({ serve, texts }) => serve(texts.another),
    ...served,
    expected: bogus,
  },
  {
    fault: 'signatures are renewed',
    inject: async ({ serve, texts }) => serve(texts.renewed),
    ...served,
    expected: 'nothing',
  },
];

const zoneAbove: readonly SignatureFault[] = [
  {
    fault: 'the zone above means a key that is none of the zone',
    inject: ({ delegate, pointers }) =>
      delegate(pointers.map((pointer) => pointer.replaceAll(/[0-9a-f]{8}(?=\s|$)/g, '00000000'))),
    ...delegated,
    expected: bogus,
  },
  {
    fault: 'the zone above means no key any more',
    inject: ({ delegate }) => delegate([]),
    ...delegated,
    expected: { state: 'degraded', cause: 'dnssec_insecure' },
  },
  {
    fault: 'the zone above does not know the zone any more',
    inject: ({ delegate }) => delegate([], []),
    ...delegated,
    expected: { state: 'down', cause: 'dns_nxdomain' },
  },
  {
    fault: 'the zone above means another key as well, as while keys are rolled over',
    inject: ({ delegate, pointers, otherPointers }) => delegate([...pointers, ...otherPointers]),
    ...delegated,
    expected: 'nothing',
  },
];

const servers: readonly SignatureFault[] = [
  {
    fault: 'the servers of the zone are stopped',
    inject: ({ servers }) => servers.kill(),
    mend: async ({ servers, resolver }) => {
      await servers.start();
      await resolver.restart();
    },
    expected: { state: 'down', cause: 'dns_servfail' },
  },
  {
    fault: 'the servers have lost the zone',
    inject: async ({ servers, resolver }) => {
      servers.serve({});
      await resolver.restart();
    },
    ...served,
    expected: { state: 'down', cause: 'dns_servfail' },
  },
  {
    fault: 'the servers of the zone are restarted within five seconds',
    inject: ({ servers }) => servers.kill(),
    mend: async ({ servers, resolver }) => {
      await servers.start();
      await resolver.restart();
    },
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'the resolver is frozen for two probes',
    inject: ({ resolver }) => resolver.pause(),
    mend: ({ resolver }) => resolver.resume(),
    expected: 'nothing',
    probes: 2,
  },
];

describe.skipIf(!canSignZones)('Knot and Unbound', () => {
  catalogue({
    type: 'dnssec',
    start: startSignedZones,
    stop: (rig) => rig[Symbol.asyncDispose](),
    check: (rig) => ({ type: 'dnssec', ...rig.check(), every: '15s', timeout: '3s' }),
    faults: [...zone, ...zoneAbove, ...servers],
  });
});
