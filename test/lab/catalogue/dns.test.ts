// What goes wrong with name servers, and with resolvers.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import { canKnot, startKnot } from '../../support/knot.ts';
import { canUnbound, startUnbound } from '../../support/unbound.ts';

const zone = ({ serial = 2026112201, www = 'www 60 A 192.0.2.10' } = {}) => ({
  'lab.test': `
$ORIGIN lab.test.
@ 60 SOA ns1.lab.test. hostmaster.lab.test. ${serial} 3600 600 86400 60
@ 60 NS ns1.lab.test.
ns1 60 A 192.0.2.1
${www}
${Array.from({ length: 120 }, (_, index) => `www 60 TXT "a text too much for a datagram, number ${index}"`).join('\n')}
`,
});

const startAuthority = async () => ({ knot: await startKnot(zone()), firewall: startFirewall() });
type Authority = Awaited<ReturnType<typeof startAuthority>>;

const serving = (zones: Readonly<Record<string, string>>) => ({
  inject: ({ knot }: Authority) => knot.serve(zones),
  mend: ({ knot }: Authority) => knot.serve(zone()),
});
const blocked = (rule: string) => ({
  inject: ({ knot, firewall }: Authority) => firewall.add(rule.replace('PORT', String(knot.port))),
  mend: ({ firewall }: Authority) => firewall.open(),
});
const dead = {
  inject: ({ knot }: Authority) => knot.kill(),
  mend: ({ knot }: Authority) => knot.start(),
};

describe.skipIf(!canKnot || !canFirewall)('Knot', () => {
  catalogue<Authority>({
    type: 'dns',
    start: startAuthority,
    stop: async ({ knot, firewall }) => {
      firewall[Symbol.dispose]();
      await knot[Symbol.asyncDispose]();
    },
    // The texts do not fit into a datagram, and are asked for over TCP too.
    check: ({ knot }) => ({
      type: 'dns',
      server: '127.0.0.1',
      port: knot.port,
      name: 'www.lab.test',
      record: 'TXT',
      expect: { authoritative: true, contains: ['a text too much for a datagram, number 7'] },
      every: '20s',
      timeout: '3s',
    }),
    faults: [
      { fault: 'the name server has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      {
        fault: 'the name server hangs',
        inject: ({ knot }) => knot.pause(),
        mend: ({ knot }) => knot.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'the name server has lost the zone',
        ...serving({ 'other.test': zone()['lab.test'].replaceAll('lab.test', 'other.test') }),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'the name is no longer in the zone',
        ...serving({ 'lab.test': zone()['lab.test'].replaceAll('\nwww', '\nwww2') }),
        expected: { state: 'down', cause: 'dns_nxdomain' },
      },
      {
        fault: 'another record than was agreed',
        ...serving({ 'lab.test': zone()['lab.test'].replace('number 7', 'number seven') }),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'the name has no such record any more',
        ...serving({ 'lab.test': zone()['lab.test'].replaceAll(/^www 60 TXT .*$/gm, '') }),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'a firewall drops what comes over UDP',
        ...blocked('udp dport PORT drop'),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'a firewall refuses what comes over TCP',
        ...blocked('tcp dport PORT reject with tcp reset'),
        expected: { state: 'down', cause: 'refused' },
      },
      {
        fault: 'every other datagram is lost',
        ...blocked('udp dport PORT numgen inc mod 2 == 0 drop'),
        expected: { state: 'degraded', cause: 'loss' },
      },
      { fault: 'the name server is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      {
        fault: 'one question is lost',
        ...blocked('udp dport PORT numgen inc mod 2 == 0 drop'),
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'a new zone with a new serial',
        ...serving(zone({ serial: 2026112202, www: 'www 60 A 192.0.2.11' })),
        expected: 'nothing',
      },
    ],
  });
});

const resolverLines = ['outbound-msg-retry: 2', 'infra-cache-min-rtt: 400', 'infra-cache-max-rtt: 600'];

const startResolver = async () => {
  const knot = await startKnot(zone());
  const unbound = await startUnbound({ upstreams: { 'lab.test': knot.port }, lines: resolverLines });
  return { knot, unbound, firewall: startFirewall() };
};
type Resolver = Awaited<ReturnType<typeof startResolver>>;

const configured = (...lines: readonly string[]) => ({
  inject: ({ unbound }: Resolver) => unbound.restart([...resolverLines, ...lines]),
  mend: ({ unbound }: Resolver) => unbound.restart(),
});
const upstream = (rule: string) => ({
  inject: ({ knot, firewall }: Resolver) => firewall.add(rule.replace('PORT', String(knot.port))),
  mend: ({ firewall }: Resolver) => firewall.open(),
});
const restarted = {
  inject: ({ unbound }: Resolver) => unbound.kill(),
  mend: ({ unbound }: Resolver) => unbound.start(),
};
const authorityDead = {
  inject: ({ knot }: Resolver) => knot.kill(),
  // What it could not reach, a resolver does not ask again for a while.
  mend: async ({ knot, unbound }: Resolver) => {
    await knot.start();
    await unbound.restart();
  },
};

describe.skipIf(!canKnot || !canUnbound || !canFirewall)('Unbound', () => {
  catalogue<Resolver>({
    type: 'dns',
    start: startResolver,
    stop: async ({ knot, unbound, firewall }) => {
      firewall[Symbol.dispose]();
      await unbound[Symbol.asyncDispose]();
      await knot[Symbol.asyncDispose]();
    },
    check: ({ unbound }) => ({
      type: 'dns',
      server: '127.0.0.1',
      port: unbound.port,
      name: 'www.lab.test',
      expect: { answers: ['192.0.2.10'] },
      every: '20s',
      timeout: '1900ms',
      slow: { reply: '250ms' },
    }),
    faults: [
      { fault: 'the resolver has crashed', ...restarted, expected: { state: 'down', cause: 'refused' } },
      {
        fault: 'the resolver hangs',
        inject: ({ unbound }) => unbound.pause(),
        mend: ({ unbound }) => unbound.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'the name server that the resolver asks is dead',
        ...authorityDead,
        expected: { state: 'down', cause: 'dns_servfail' },
      },
      {
        fault: 'the resolver does not serve us',
        ...configured('access-control: 127.0.0.0/8 refuse'),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'the resolver denies the name',
        ...configured('local-zone: "lab.test" always_nxdomain'),
        expected: { state: 'down', cause: 'dns_nxdomain' },
      },
      {
        fault: 'the resolver sends everybody to an address of its own',
        ...configured('local-zone: "lab.test" redirect', 'local-data: "lab.test A 203.0.113.80"'),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'every other packet to the name server is lost',
        ...upstream('udp dport PORT numgen inc mod 2 == 0 drop'),
        expected: { state: 'degraded', cause: 'slow' },
      },
      {
        fault: 'the resolver is restarted within five seconds',
        ...restarted,
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'one packet to the name server is lost',
        ...upstream('udp dport PORT numgen inc mod 2 == 0 drop'),
        expected: 'nothing',
        probes: 1,
      },
      {
        fault: 'the zone gets other records, and a new serial',
        inject: ({ knot }) => knot.serve(zone({ serial: 2026112202, www: 'www 30 A 192.0.2.10' })),
        mend: ({ knot }) => knot.serve(zone()),
        expected: 'nothing',
      },
    ],
  });
});
