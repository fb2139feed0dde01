// For every check type, options that point it at a peer: what the contract of all check types is tried with.
import type { checkTypes } from '../../checks/index.ts';
import { Secret } from '../../config/secret.ts';

export interface Peer {
  readonly host: string;
  readonly port: number;
}

export type Written = Readonly<Record<string, unknown>>;

/** What every sample's secret is, so that it can be looked for where it must not be. */
export const canary = 'canary-that-nobody-may-see';

/** Several where a type has several ways to speak. */
export const sampleOptions: Readonly<Record<keyof typeof checkTypes, (peer: Peer) => readonly Written[]>> = {
  bgp: ({ host, port }) => [
    { source: { birdwatcher: `http://${host}:${port}/protocols/bgp` }, sessions: ['transit1'] },
    {
      source: { frr: `https://${host}:${port}/summary.json` },
      sessions: ['192.0.2.1', '2001:db8::1'],
      basic: { user: 'vigie', password: new Secret(canary) },
    },
    {
      source: {
        ripestat: { prefix: '192.0.2.0/24', origin: 64_500, url: `http://${host}:${port}/data.json` },
      },
    },
  ],
  dns: ({ host, port }) => [
    { server: host, port, name: 'www.example.org' },
    { server: host, port, name: 'www.example.org', transport: 'tcp' },
    {
      server: host,
      port,
      name: 'www.example.org',
      recursion: { uncached: 'probe.example.org', elsewhere: ['example.org', 'example.net', 'example.fr'] },
    },
  ],
  dnssec: ({ host, port }) => [{ zone: 'example.org', resolver: host, port }],
  'dns-zone': ({ host, port }) => [{ zone: 'example.org', parent: host, port }],
  ftp: ({ host, port }) => [
    { host, port, tls: false },
    { host, port, user: 'probe', password: new Secret(canary) },
  ],
  dnsbl: ({ host, port }) => [
    { server: host, port, hosts: ['192.0.2.25', '2001:db8::25'], lists: ['bl.lab.test', 'other.lab.test'] },
  ],
  heartbeat: () => [
    { token: new Secret(canary), expect: { every: '1d' } },
    { token: new Secret(canary), expect: { cron: '0 4 * * *', timezone: 'Europe/Paris' }, lasts: '2h' },
  ],
  http: ({ host, port }) => [
    { url: `http://${host}:${port}/` },
    { url: `https://${host}:${port}/` },
    {
      url: `http://${host}:${port}/`,
      expect: { body: { contains: 'welcome' } },
      basic: { user: 'vigie', password: new Secret(canary) },
    },
  ],
  imap: (peer) => mailboxes(peer),
  'mail-loop': ({ host, port }) => {
    const account = { host, port, user: 'vigie', password: new Secret(canary) };
    return ['implicit', 'starttls'].map((tls) => ({
      submit: { host, port, from: 'probe@lab.test' },
      to: 'probe@lab.test',
      read: { ...account, tls },
    }));
  },
  mariadb: (peer) => databases(peer),
  path: ({ host }) => [{ host, count: 2, period: '10ms' }],
  ping: ({ host }) => [{ host, count: 2, period: '10ms' }],
  pop3: (peer) => mailboxes(peer),
  postgresql: (peer) => databases(peer),
  radius: ({ host, port }) => [
    { host, port, secret: new Secret(canary) },
    { host, port, secret: new Secret(canary), user: 'probe@check.test', password: new Secret(canary) },
  ],
  sip: ({ host, port }) => [
    { host, port },
    { host, port, transport: 'tcp', domain: 'sip.test' },
  ],
  ssh: ({ host, port }) => [{ host, port }],
  smtp: ({ host, port }) => [
    { host, port, tls: 'none', to: 'probe@lab.test' },
    { host, port, tls: 'starttls', user: 'vigie', password: new Secret(canary) },
    { host, port, tls: 'implicit', user: 'vigie', password: new Secret(canary), to: 'probe@lab.test' },
  ],
  snmp: ({ host, port }) => [
    { host, port, community: new Secret(canary), interface: { name: 'eth0' } },
    {
      host,
      port,
      user: 'vigie',
      auth: { key: new Secret(canary) },
      privacy: { key: new Secret(canary) },
      interface: { alias: 'Gitoyen' },
    },
  ],
  tcp: ({ host, port }) => [
    { host, port },
    { host, port, dialogue: [{ expect: '^250 ' }, { send: 'QUIT' }] },
    { host, port, dialogue: [{ starttls: true }] },
  ],
  tls: ({ host, port }) => [
    { host, port },
    ...['smtp', 'imap', 'pop3', 'ftp', 'postgresql'].map((starttls) => ({ host, port, starttls })),
  ],
  uplink: () => [{}],
  value: ({ host, port }) => [
    { url: `http://${host}:${port}/`, read: { json: '/open' } },
    { url: `http://${host}:${port}/`, read: { prometheus: { metric: 'requests_open' } } },
  ],
};

const databases = ({ host, port }: Peer): readonly Written[] =>
  [false, true].map((tls) => ({
    host,
    port,
    user: 'vigie',
    password: new Secret(canary),
    database: 'vigie',
    tls,
  }));

const mailboxes = ({ host, port }: Peer): readonly Written[] => [
  { host, port, tls: 'none' },
  ...['implicit', 'starttls'].map((tls) => ({
    host,
    port,
    tls,
    user: 'vigie',
    password: new Secret(canary),
  })),
];
