// What goes wrong with the servers of a zone.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import type { Firewall } from '../../support/firewall.ts';
import { canServeZones, delegation, places, startZoneServers } from '../../support/zone-servers.ts';
import type { ZoneServers } from '../../support/zone-servers.ts';

type ZoneFault = Fault<ZoneServers>;
type Rig = ZoneServers & { readonly firewall: Firewall };

const restored = {
  mend: async (rig: ZoneServers) => {
    rig.change();
    await rig.areWell();
  },
};
const told = {
  mend: async (rig: ZoneServers) => {
    rig.delegate();
    await rig.areWell();
  },
};
const degraded = (cause: 'timeout_reply' | 'refused' | 'bad_answer' | 'stale' | 'loss') =>
  ({ state: 'degraded', cause }) as const;
const without = (line: RegExp) => delegation.filter((record) => !line.test(record));

const servers: readonly ZoneFault[] = [
  {
    fault: 'the primary is frozen (SIGSTOP)',
    inject: ({ primary }) => primary.pause(),
    mend: ({ primary }) => primary.resume(),
    expected: degraded('timeout_reply'),
  },
  {
    fault: 'the secondary is stopped',
    inject: ({ secondary }) => secondary.stop(),
    mend: async ({ secondary, areWell }) => {
      await secondary.start();
      await areWell();
    },
    expected: degraded('refused'),
  },
  {
    fault: 'both servers are stopped',
    inject: async ({ primary, secondary }) => {
      await primary.kill();
      await secondary.stop();
    },
    mend: async ({ primary, secondary, areWell }) => {
      await primary.start();
      await secondary.start();
      await areWell();
    },
    expected: { state: 'down', cause: 'refused' },
  },
  {
    fault: 'the primary has lost the zone',
    inject: ({ primary }) => primary.serve({}),
    ...restored,
    expected: degraded('bad_answer'),
  },
  {
    fault: 'the secondary has expired the zone, and gets it from nobody',
    inject: async ({ secondary, change }) => {
      await secondary.stop();
      secondary.forget();
      change({ mayTransfer: false });
      await secondary.start();
    },
    ...restored,
    expected: { state: 'degraded', cause: 'dns_servfail' },
  },
  {
    fault: 'the primary refuses transfers, so that the secondary stays behind',
    inject: ({ change }) => change({ mayTransfer: false }),
    ...restored,
    expected: degraded('stale'),
  },
  {
    fault: 'a new serial propagates',
    inject: ({ change }) => change(),
    mend: ({ areWell }) => areWell(),
    expected: 'nothing',
  },
  {
    fault: 'a new serial takes two probes to propagate',
    inject: ({ change }) => change({ mayTransfer: false }),
    ...restored,
    expected: 'nothing',
    probes: 2,
  },
  {
    fault: 'the secondary is restarted within five seconds',
    inject: ({ secondary }) => secondary.stop(),
    mend: async ({ secondary, areWell }) => {
      await secondary.start();
      await areWell();
    },
    expected: 'nothing',
    probes: 1,
  },
];

const zoneAbove: readonly ZoneFault[] = [
  {
    fault: 'the zone above does not delegate it any more',
    inject: ({ delegate }) => delegate([]),
    ...told,
    expected: { state: 'down', cause: 'dns_nxdomain' },
  },
  {
    fault: 'the zone above names one server too few',
    inject: ({ delegate }) => delegate(without(/ns2/)),
    ...told,
    expected: degraded('bad_answer'),
  },
  {
    fault: 'the zone above gives an address at which nobody is',
    inject: ({ delegate }) => delegate([...without(/ns2.*A/), 'ns2.lab 60 A 127.0.0.99']),
    ...told,
    expected: degraded('refused'),
  },
  {
    fault: 'the zone above gives one address too many, of another server',
    inject: ({ delegate }) => delegate([...delegation, `ns2.lab 60 A ${places.primary}`]),
    ...told,
    expected: degraded('bad_answer'),
  },
  {
    fault: 'the server of the zone above is restarted within five seconds',
    inject: ({ parent }) => parent.kill(),
    mend: ({ parent }) => parent.start(),
    expected: 'nothing',
    probes: 1,
  },
];

/** For what arrives at the primary. */
const blocked = (rule: string) => ({
  inject: ({ check: { port }, firewall }: Rig) =>
    firewall.add(`ip daddr ${places.primary} ${rule.replace('PORT', String(port))}`),
  mend: ({ firewall }: Rig) => firewall.open(),
});

const network: readonly Fault<Rig>[] = [
  {
    fault: 'a firewall lets UDP to the primary through, and TCP not',
    ...blocked('tcp dport PORT reject with tcp reset'),
    expected: degraded('refused'),
  },
  {
    fault: 'every other datagram to the primary gets lost',
    ...blocked('udp dport PORT numgen inc mod 2 == 0 drop'),
    expected: degraded('loss'),
  },
  {
    fault: 'the first datagram to the primary gets lost',
    ...blocked('udp dport PORT numgen inc mod 2 == 0 drop'),
    expected: 'nothing',
    probes: 1,
  },
];

describe.skipIf(!canServeZones || !canFirewall)('Knot and NSD', () => {
  catalogue<Rig>({
    type: 'dns-zone',
    start: async () => ({ ...(await startZoneServers()), firewall: startFirewall() }),
    stop: async (rig) => {
      rig.firewall[Symbol.dispose]();
      await rig[Symbol.asyncDispose]();
    },
    check: (rig) => ({
      type: 'dns-zone',
      ...rig.check,
      families: [4],
      propagation: '30s',
      every: '15s',
      timeout: '3s',
    }),
    faults: [...servers, ...zoneAbove, ...network],
  });
});
