// Whatever the name or the pages of a hosted site say, nothing is connected to but our own web servers.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Site } from '../../../server/app/self-check.ts';
import { networks, pinnedResolver } from '../../../server/prober/site/addresses.ts';
import { examine } from '../../../server/prober/site/examine.ts';
import { visit } from '../../../server/prober/site/visit.ts';
import type { Web } from '../../../server/prober/site/visit.ts';
import { freePort } from '../../support/daemon.ts';
import { forbiddenHosts, forbiddenUrls } from '../../support/forbidden.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { makeProbe } from '../../support/probe.ts';

const [ours, forbidden] = ['127.0.1.1', '127.0.2.1'];
const domain = 'ok.example.org';
const welcome = 'HTTP/1.1 200 OK\r\nX-Canary: canary\r\nContent-Length: 6\r\nConnection: close\r\n\r\ncanary';

let serve: (socket: Socket) => void = (socket) => socket.end(welcome);
let forbiddenCount = 0;
let servers: readonly Server[];
let web: Web;

beforeAll(async () => {
  const open = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => serve(socket));
  });
  // None of those that a kernel deals out: at another address it might have an owner.
  const port = await freePort();
  await once(open.listen(port, ours), 'listening');
  const count = () => (forbiddenCount += 1);
  const closed = [forbidden, '127.0.0.1'].map((host) => createServer(count).listen(port, host));
  await Promise.all(closed.map((server) => once(server, 'listening')));
  servers = [open, ...closed];
  web = { ports: { 'http:': String(port), 'https:': String(port) }, timeoutMs: 5_000 };
});
afterAll(() => servers.forEach((server) => server.close()));

/** Looks at a site of which a name server says this; the count tells which question it is. */
const look = async (
  say: (type: string, count: number) => readonly Answer[],
  circumstances: Partial<Web> = {},
) => {
  await using server = await startNameServer((asked, count) => [
    replyTo(asked, { answers: [...say(asked.questions?.[0]?.type ?? '', count)] }),
  ]);
  const site: Site = {
    domain,
    prefixes: ['127.0.1.0/24', '192.0.2.0/24', '2001:db8::/32'],
    nameServers: [],
    mailServers: [],
    resolvers: [`127.0.0.1:${server.port}`],
  };
  const facts = await examine(site, Date.now, { ...web, ...circumstances });
  // A connection that the kernel has made is accepted within a turn of the loop.
  await nextTurn();
  await nextTurn();
  return facts;
};

const records = (type: 'A' | 'AAAA', ...addresses: readonly string[]): readonly Answer[] =>
  addresses.flatMap((data) => [
    { type, name: domain, data },
    { type, name: `www.${domain}`, data },
  ]);

const isOurs = networks(['192.0.2.0/24', '2001:db8::/32']);

test.for([
  ['192.0.2.1', true],
  ['192.0.2.255', true],
  ['192.0.3.1', false],
  ['2001:db8::1', true],
  ['2001:db9::1', false],
  ['::ffff:192.0.2.1', false],
  ['::ffff:c000:201', false],
  ['64:ff9b::192.0.2.1', false],
  ['2002:c000:201::', false],
  ['::192.0.2.1', false],
  ['127.0.0.1', false],
  ['::1', false],
  ['', false],
  ['ok.example.org', false],
] as const)('%s is ours: %s', ([address, expected]) => {
  expect(isOurs(address)).toBe(expected);
});

describe('no connection is made to an address that a name leads to and that is not ours:', () => {
  test.for([
    '127.0.0.1',
    '127.0.2.1',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '8.8.8.8',
  ])('%s', async (address) => {
    const facts = await look((type) => (type === 'A' ? records('A', address) : []));
    expect(facts).toMatchObject({ hosts: [{ four: 'elsewhere' }, { four: 'elsewhere' }], visits: [] });
    expect(forbiddenCount).toBe(0);
  });

  test.for([
    '::1',
    '::',
    '::7f00:1',
    '::ffff:7f00:1',
    '::ffff:7f00:101',
    '::ffff:c000:201',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('%s', async (address) => {
    const facts = await look((type) => (type === 'AAAA' ? records('AAAA', address) : []));
    expect(facts).toMatchObject({ hosts: [{ six: 'elsewhere' }, { six: 'elsewhere' }], visits: [] });
    expect(forbiddenCount).toBe(0);
  });

  test('beside one that is ours', async () => {
    const facts = await look((type) => (type === 'A' ? records('A', forbidden, ours, '127.0.0.1') : []));
    expect(facts?.hosts[0]).toMatchObject({ four: 'both' });
    expect(facts?.visits.map(({ end }) => end)).toContainEqual({
      kind: 'answered',
      status: 200,
      expires: false,
    });
    expect(forbiddenCount).toBe(0);
  });

  test.for([0, 1, 2, 3, 4, 5, 6, 7] as const)(
    'by a name server that changes its mind after %d questions',
    async (after) => {
      const facts = await look((type, count) =>
        type === 'A' ? records('A', count > after ? forbidden : ours) : [],
      );
      expect(facts).toBeDefined();
      expect(forbiddenCount).toBe(0);
    },
  );

  test.for([0, 1] as const)('by one that says another thing every time (%d)', async (odd) => {
    const facts = await look((type, count) =>
      type === 'A' ? records('A', count % 2 === odd ? forbidden : ours) : [],
    );
    expect(facts).toBeDefined();
    expect(forbiddenCount).toBe(0);
  });

  test('through an alias', async () => {
    const facts = await look((type) =>
      type === 'A'
        ? [
            { type: 'CNAME', name: domain, data: 'inside.example.org' },
            { type: 'A', name: 'inside.example.org', data: forbidden },
          ]
        : [],
    );
    expect(facts).toMatchObject({ visits: [], hosts: [{ four: 'elsewhere' }] });
    expect(forbiddenCount).toBe(0);
  });
});

describe('a redirect is not followed to', () => {
  const sendable = /^[^\p{Cc}]*$/u;
  const locations = [
    ...forbiddenHosts.flatMap((host) => [`http://${host}/`, `https://${host}/`, `//${host}/`]),
    ...forbiddenUrls,
  ].filter((location) => sendable.test(location));

  test.for([
    ...locations,
    'http://127.0.0.1:PORT/',
    `http://${forbidden}:PORT/`,
    'http://ok.example.org:PORT@127.0.0.1:PORT/',
  ])('%s', async (location) => {
    const port = web.ports['http:'];
    const target = location.replaceAll('PORT', port);
    serve = (socket) =>
      socket.end(
        `HTTP/1.1 302 Found\r\nLocation: ${target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    const pinned = new Map([[domain, { 4: [ours], 6: [] }]]);
    const probe = { ...makeProbe(), resolver: pinnedResolver(pinned) };
    const url = new URL(`http://${domain}:${port}/`);
    expect(await visit({ url, family: 4, pinned, web }, probe)).toEqual({ kind: 'leads-away' });
    expect(forbiddenCount).toBe(0);
  });
});

test('the ports are those of the web', async () => {
  const { worldWideWeb } = await import('../../../server/prober/site/visit.ts');
  expect(worldWideWeb).toEqual({ ports: { 'http:': '', 'https:': '' }, timeoutMs: 10_000 });
});

test('nothing that a site says is among what was seen of it', async () => {
  serve = (socket) => socket.end(welcome);
  const facts = await look((type) => {
    if (type === 'A') return records('A', ours);
    return type === 'TXT' ? [{ type: 'TXT', name: domain, data: 'canary' }] : [];
  });
  expect(JSON.stringify(facts)).toContain('"status":200');
  expect(JSON.stringify(facts)).not.toMatch(/canary|example/);
});

test.for<readonly [about: string, act: (socket: Socket) => void]>([
  ['says nothing', () => {}],
  [
    'drips its headers without an end',
    (socket) => {
      const timer = setInterval(() => socket.write('X: y\r\n'), 20);
      socket.write('HTTP/1.1 200 OK\r\n');
      socket.on('close', () => clearInterval(timer));
    },
  ],
])('a site that %s is left when the time is up', async ([, act]) => {
  serve = act;
  const facts = await look((type) => (type === 'A' ? records('A', ours) : []), { timeoutMs: 2_000 });
  expect(facts?.visits[0]).toMatchObject({ end: { kind: 'failed' } });
});

test('when no resolver answers, nothing was seen', async () => {
  await using deaf = await startNameServer(() => []);
  const site = {
    domain,
    prefixes: ['127.0.1.0/24'],
    nameServers: [],
    mailServers: [],
    resolvers: [`127.0.0.1:${deaf.port}`],
  };
  expect(await examine(site, Date.now, { ...web, timeoutMs: 500 })).toBeUndefined();
});

test('the second resolver answers where the first one does not', async () => {
  await using live = await startNameServer((asked) => [replyTo(asked, { answers: [] })]);
  await using refusing = await startNameServer((asked) => [replyTo(asked, { flags: 5, answers: [] })]);
  const resolvers = [`127.0.0.1:${refusing.port}`, `127.0.0.1:${live.port}`];
  const site = { domain, prefixes: ['127.0.1.0/24'], nameServers: [], mailServers: [], resolvers };
  expect(await examine(site, Date.now, web)).toMatchObject({ name: { standing: 'found' } });
});
