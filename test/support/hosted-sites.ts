// Sites as a small host has them, most of them with a fault of their own: their zones at a Knot, an Unbound that validates, and
// an nginx with their pages. What is ours is in 127.0.1.0/24; whatever comes to 127.0.2.1 has been led astray, and is counted.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Site } from '../../server/app/self-check.ts';
import type { Web } from '../../server/prober/site/visit.ts';
import { Authority } from './certificates.ts';
import { freePort } from './daemon.ts';
import { installed } from './installed.ts';
import { startKnot } from './knot.ts';
import { startNginx } from './nginx.ts';
import { canSign, makeSigner } from './signer.ts';
import { canUnbound, startUnbound } from './unbound.ts';

export const canHost = canSign && canUnbound && installed('nginx') && installed('openssl');

const [here, silent, astray] = ['127.0.1.1', '127.0.1.9', '127.0.2.1'];
const bogus = 'bogus.test';
const mailHere = ['@ MX 10 mx1.host.test.', '@ TXT "v=spf1 mx -all"'];
const both = (...records: readonly string[]) => [
  '@ NS ns1.host.test.',
  ...records.flatMap((record) => [`@ ${record}`, `www ${record}`]),
  ...mailHere,
];

/** By domain, what stands in its zone. */
const zones: Readonly<Record<string, readonly string[]>> = {
  'well.test': both(`A ${here}`),
  'moved.test': ['@ NS ns1.others.test.', `@ A ${astray}`, `www A ${astray}`],
  'astray.test': both(`A ${astray}`),
  'six.test': both(`A ${here}`, 'AAAA 2001:db8::1'),
  'mixed.test': both(`A ${here}`, `A ${astray}`),
  'no-www.test': ['@ NS ns1.host.test.', `@ A ${here}`, ...mailHere],
  'expired.test': both(`A ${here}`),
  'other-name.test': both(`A ${here}`),
  'no-tls.test': both('A 127.0.1.8'),
  'broken.test': both(`A ${here}`),
  'busy.test': both(`A ${here}`),
  'loop.test': both(`A ${here}`),
  'away.test': both(`A ${here}`),
  'astray-port.test': both(`A ${here}`),
  'silent.test': both(`A ${silent}`),
  'mail.test': [
    '@ NS ns1.host.test.',
    `@ A ${here}`,
    `www CNAME mail.test.`,
    '@ MX 10 mx.others.test.',
    '@ TXT "v=spf1 include:others.test -all"',
  ],
  'no-spf.test': ['@ NS ns1.host.test.', `@ A ${here}`, `www A ${here}`, '@ MX 10 mx1.host.test.'],
  [bogus]: both(`A ${here}`),
};

/** What a page answers: a line of an nginx `location`. */
const pages = (http: string): Readonly<Record<string, string>> => ({
  'broken.test': 'return 500;',
  'busy.test': 'return 503;',
  'loop.test': 'return 302 $scheme://$host:$server_port/encore$request_uri;',
  'away.test': `return 301 http://${astray}:${http}/;`,
  'astray-port.test': 'return 301 http://astray-port.test:22/;',
});

export interface HostedSites extends AsyncDisposable {
  readonly domains: readonly string[];
  /** To be looked at, with all that is allowed. */
  readonly site: (domain: string) => Site;
  readonly web: Web;
  /** How many connections came to where none must come. */
  readonly astrayCount: () => number;
}

export const startHostedSites = async (): Promise<HostedSites> => {
  await using started = new AsyncDisposableStack();
  const zone = (records: readonly string[]) =>
    ['$TTL 60', '@ SOA ns1.host.test. hostmaster.host.test. 1 3600 600 86400 60', ...records, ''].join('\n');
  const texts = Object.entries(zones).map(([name, records]) => [name, zone(records)] as const);
  const signer = started.use(await makeSigner(bogus, 'ecdsap256sha256'));
  const signed = await signer.sign(`$ORIGIN ${bogus}.\n${zone(zones[bogus] ?? [])}`);
  const knot = started.use(
    await startKnot({ test: zone(['@ NS ns1.host.test.']), ...Object.fromEntries(texts), [bogus]: signed }),
  );
  const unbound = started.use(
    await startUnbound({
      upstreams: Object.fromEntries(['test', ...Object.keys(zones)].map((name) => [name, knot.port])),
      // Of a key that has signed nothing.
      trusted: [`${bogus}. DS 12345 13 2 ${'0123456789abcdef'.repeat(4)}`],
      lines: ['outbound-msg-retry: 1'],
    }),
  );
  const authority = started.use(new Authority());
  const [http, https] = [await freePort(), await freePort()];
  await serveSites(started, authority, http, https);
  let astrayCount = 0;
  for (const port of [http, https]) {
    const server = started.use(
      createServer((socket) => {
        astrayCount += 1;
        socket.destroy();
      }),
    );
    await once(server.listen(port, astray), 'listening');
  }
  const end = started.move();
  return {
    domains: [...Object.keys(zones), 'lapsed.test'],
    site: (domain) => ({
      domain,
      prefixes: ['127.0.1.0/24'],
      nameServers: ['ns1.host.test'],
      mailServers: ['mx1.host.test'],
      resolvers: [`127.0.0.1:${unbound.port}`],
    }),
    web: {
      ports: { 'http:': String(http), 'https:': String(https) },
      timeoutMs: 20_000,
      ca: authority.root.certificate,
    },
    astrayCount: () => astrayCount,
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  };
};

const serveSites = async (
  started: AsyncDisposableStack,
  authority: Authority,
  http: number,
  https: number,
): Promise<void> => {
  const names = Object.keys(zones);
  const inCertificate = (domain: string) => [`DNS:${domain}`, `DNS:www.${domain}`];
  const usual = authority.issue({ names: names.flatMap(inCertificate) });
  const expired = authority.issue({ names: inCertificate('expired.test'), fromDays: -90, toDays: -2 });
  const other = authority.issue({ names: inCertificate('somebody-else.test') });
  const certificateOf = (domain: string) =>
    domain === 'expired.test' ? 'expired' : domain === 'other-name.test' ? 'other' : 'usual';
  const server = (domain: string) => `server {
    server_name ${domain} www.${domain};
    listen ${here}:${http};
    listen ${here}:${https} ssl;
    ssl_certificate ${certificateOf(domain)}.pem;
    ssl_certificate_key ${certificateOf(domain)}.key;
    location / { ${pages(String(http))[domain] ?? 'return 200 "Bienvenue";'} }
  }`;
  started.use(
    await startNginx({
      http: (port) => `
        server { listen 127.0.0.1:${port}; }
        server { listen 127.0.1.8:${http}; location / { return 200; } }
        ${names.map(server).join('\n')}`,
      files: Object.fromEntries(
        Object.entries({ usual, expired, other }).flatMap(([name, { chain, key }]) => [
          [`${name}.pem`, chain],
          [`${name}.key`, key],
        ]),
      ),
    }),
  );
};
