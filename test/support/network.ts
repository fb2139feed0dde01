// The network of a small host, with real daemons: what the whole program is tried on.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from './certificates.ts';
import { installed } from './installed.ts';
import { canKnot, startKnot } from './knot.ts';
import { canLink } from './link.ts';
import { account, mariadbInstalled, startMariadb } from './mariadb.ts';
import { startNginx } from './nginx.ts';
import { postgresInstalled, startPostgres } from './postgres.ts';
import { startTarget } from './target.ts';
import { makeUplink } from './uplink.ts';

export const canNetwork =
  mariadbInstalled &&
  postgresInstalled &&
  canKnot &&
  canLink &&
  ['nginx', 'openssl', 'fping', 'gcc'].every(installed);

export type Network = Awaited<ReturnType<typeof startNetwork>>;

/** The token to which the nightly backup sends its pings. */
export const token = 'the-token-of-the-backups';

export const startNetwork = async () => {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vigie-network-'));
  started.defer(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'password'), account.password);
  writeFileSync(join(folder, 'token'), token);
  const lab = started.use(new Authority());
  const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'] });
  const uplink = started.use(makeUplink());
  const [web, requests, mariadb, postgres, names, banner, witness] = await Promise.all([
    startNginx({ http: site, files: { 'site.pem': chain, 'site.key': key, 'html/index.html': home } }),
    startNginx({ http: (port) => `server { listen 127.0.0.1:${port}; root html; }`, files: waiting(3) }),
    startMariadb({ slowDisk: true }),
    startPostgres({ slowDisk: true }),
    startKnot({ 'lab.test': zone }),
    startTarget(),
    startTarget(),
  ]);
  for (const one of [web, requests, mariadb, postgres, names, banner, witness]) started.use(one);
  const end = started.move();
  return {
    folder,
    ca: lab.root.certificateFile,
    uplink,
    /** While a file `slow` is in its folder, its page takes about a second. */
    web: {
      ...web,
      slow: () => writeFileSync(join(web.folder, 'slow'), ''),
      fast: () => rmSync(join(web.folder, 'slow')),
    },
    requests: {
      ...requests,
      /** So many requests wait for an answer. */
      wait: (count: number) =>
        Object.entries(waiting(count)).forEach(([name, text]) =>
          writeFileSync(join(requests.folder, name), text),
        ),
    },
    mariadb,
    postgres,
    names,
    banner,
    witness,
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  };
};

/** As an operator writes it; `commitMs` is above what a commit takes. */
export const configurationOf = (
  net: Network,
  commitMs: Readonly<Record<'mariadb' | 'postgresql', number>>,
): string => `
flapping: false # What a test breaks again and again is to be told as it is.
defaults:
  every: 2s
  timeout: 1800ms
  confirm: { failures: 3, over: 2s, recheck: 1s, slow: 3, of: 5 }
  recover: { successes: 2, over: 1s, calm: 4s }
witnesses:
  - { type: tcp, host: 127.0.0.1, port: ${net.witness.port} }
services:
  - id: web
    name: { fr: Hébergement web, en: Web hosting }
    checks:
      - id: site
        type: http
        url: https://127.0.0.1:${net.web.port}/
        ca: ${net.ca}
        expect: { status: 200, body: { contains: Bienvenue } }
        slow: { total: 600ms }
      - { id: certificate, type: tls, host: 127.0.0.1, port: ${net.web.port}, ca: ${net.ca}, slow: { total: 1700ms } }
  - id: mariadb
    name: MariaDB
    checks:
      - type: mariadb
        host: 127.0.0.1
        port: ${net.mariadb.port}
        password: { file: ${net.folder}/password }
        slow: { query: 1s, read: 1s, write: 1s, total: 1700ms, commit: ${commitMs.mariadb}ms }
  - id: postgresql
    name: PostgreSQL
    checks:
      - type: postgresql
        host: 127.0.0.1
        port: ${net.postgres.port}
        password: { file: ${net.folder}/password }
        slow: { query: 1s, read: 1s, write: 1s, total: 1700ms, commit: ${commitMs.postgresql}ms }
  - id: names
    name: { fr: Noms de domaine, en: Domain names }
    checks:
      - type: dns
        server: 127.0.0.1
        port: ${net.names.port}
        name: www.lab.test
        expect: { answers: [192.0.2.10], authoritative: true }
  - id: mail
    name: { fr: Courriel, en: Mail }
    checks:
      - type: tcp
        host: 127.0.0.1
        port: ${net.banner.port}
        dialogue: [ { expect: '^220 ' } ]
        slow: { total: 500ms }
  - id: uplink
    name: { fr: Réseau, en: Network }
    checks: [ { type: ping, host: ${net.uplink.address}, count: 5, period: 50ms, every: 4s, timeout: 3500ms } ]
  - id: backups
    name: { fr: Sauvegardes, en: Backups }
    checks: [ { type: heartbeat, token: { file: ${net.folder}/token }, expect: { every: 1d } } ]
  - id: requests
    name: { fr: Réponse aux demandes, en: Answers to requests }
    checks:
      - type: value
        url: http://127.0.0.1:${net.requests.port}/requests.json
        read: { json: /waiting }
        warn: { above: 10 }
        fail: { above: 100 }
`;

const home = `<!doctype html><title>Globenet</title>${'<p>Hébergement associatif</p>'.repeat(1_000)}<p>Bienvenue`;

// The rate is less than the page, so that the rest of it waits for the next second.
const site = (port: number) => `
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate site.pem;
    ssl_certificate_key site.key;
    root html;
    set $rate 0;
    if (-f $document_root/../slow) { set $rate 20k; }
    limit_rate $rate;
  }
`;

const waiting = (count: number) => ({ 'html/requests.json': JSON.stringify({ waiting: count }) });

const zone = `
$ORIGIN lab.test.
@ 60 SOA ns1.lab.test. hostmaster.lab.test. 2026112201 3600 600 86400 60
@ 60 NS ns1.lab.test.
ns1 60 A 192.0.2.1
www 60 A 192.0.2.10
`;
