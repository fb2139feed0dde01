// What goes wrong with a site.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { Authority } from '../../support/certificates.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import { installed } from '../../support/installed.ts';
import { startNginx } from '../../support/nginx.ts';

const page = (title: string) => `<!doctype html><title>${title}</title>${'<p>Hébergement</p>'.repeat(1_500)}`;

/** A site whose every page is made by `lines`. */
const site = (lines: string) => (port: number) =>
  `server {
  listen 127.0.0.1:${port} ssl;
  listen [::1]:${port} ssl;
  ssl_certificate site.pem;
  ssl_certificate_key site.key;
  root html;
  absolute_redirect off;
  default_type text/html;
  ${lines}
}`;

/** Two servers take turns behind it, each family's visitors in a row of their own, and one of them is dead. */
const halfDead = (port: number) => {
  const row = (name: string) => `upstream ${name} {
  server 127.0.0.1:1 max_fails=0;
  server 127.0.0.2:${port} max_fails=0;
}`;
  return `${row('four')}
${row('six')}
map $server_addr $row { ::1 six; default four; }
server { listen 127.0.0.2:${port}; root html; default_type text/html; }
${site('location / { proxy_pass http://$row; proxy_next_upstream off; }')(port)}`;
};

const startSite = async () => {
  const lab = new Authority();
  const { key, chain } = lab.issue({ names: ['DNS:localhost'] });
  const files = { 'site.pem': chain, 'site.key': key, 'html/index.html': page('Bienvenue') };
  return { lab, nginx: await startNginx({ http: site(''), files }), firewall: startFirewall() };
};
type Site = Awaited<ReturnType<typeof startSite>>;

const serving = (lines: string) => ({
  inject: ({ nginx }: Site) => nginx.restart(site(lines)),
  mend: ({ nginx }: Site) => nginx.restart(),
});
const blocked = (rule: string) => ({
  inject: ({ nginx, firewall }: Site) => firewall.add(rule.replace('PORT', String(nginx.port))),
  mend: ({ firewall }: Site) => firewall.open(),
});
const dead = {
  inject: ({ nginx }: Site) => nginx.kill(),
  mend: ({ nginx }: Site) => nginx.start(),
};
const frozen = {
  inject: ({ nginx }: Site) => nginx.pause(),
  mend: ({ nginx }: Site) => nginx.resume(),
};
const certified = (order: Parameters<Authority['issue']>[0]) => ({
  inject: async ({ lab, nginx }: Site) => {
    const { key, chain } = lab.issue({ names: ['DNS:localhost'], ...order });
    cpSync(join(nginx.folder, 'site.pem'), join(nginx.folder, 'usual.pem'));
    cpSync(join(nginx.folder, 'site.key'), join(nginx.folder, 'usual.key'));
    writeFileSync(join(nginx.folder, 'site.pem'), chain);
    writeFileSync(join(nginx.folder, 'site.key'), key);
    await nginx.restart();
  },
  mend: async ({ nginx }: Site) => {
    cpSync(join(nginx.folder, 'usual.pem'), join(nginx.folder, 'site.pem'));
    cpSync(join(nginx.folder, 'usual.key'), join(nginx.folder, 'site.key'));
    await nginx.restart();
  },
});

describe.skipIf(!canFirewall || !['nginx', 'openssl'].every(installed))('nginx', () => {
  catalogue<Site>({
    type: 'http',
    start: startSite,
    stop: async ({ lab, nginx, firewall }) => {
      firewall[Symbol.dispose]();
      await nginx.stop();
      lab[Symbol.dispose]();
    },
    check: ({ lab, nginx }) => ({
      type: 'http',
      url: `https://localhost:${nginx.port}/`,
      ca: lab.root.certificateFile,
      families: [4, 6],
      every: '15s',
      timeout: '2s',
      slow: { total: '700ms' },
      expect: { body: { contains: 'Bienvenue' } },
      warn: { status: 429 },
    }),
    faults: [
      { fault: 'nginx has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      { fault: 'nginx hangs', ...frozen, expected: { state: 'down', cause: 'timeout_tls' } },
      {
        fault: 'a page for maintenance',
        ...serving('return 503;'),
        expected: { state: 'down', cause: 'bad_status' },
      },
      {
        fault: 'the application behind nginx is dead',
        ...serving('location / { proxy_pass http://127.0.0.1:1; }'),
        expected: { state: 'down', cause: 'bad_status' },
      },
      {
        fault: 'one of the two applications behind nginx is dead',
        inject: ({ nginx }: Site) => nginx.restart(halfDead),
        mend: ({ nginx }: Site) => nginx.restart(),
        expected: { state: 'degraded', cause: 'bad_status' },
      },
      {
        fault: 'the application behind nginx hangs up',
        ...serving('return 444;'),
        expected: { state: 'down', cause: 'reset' },
      },
      {
        fault: 'the site of somebody else, with status 200',
        ...serving('return 200 "Welcome to nginx!";'),
        expected: { state: 'down', cause: 'bad_body' },
      },
      {
        fault: 'redirects in a circle',
        ...serving('return 302 /;'),
        expected: { state: 'down', cause: 'bad_answer' },
      },
      {
        fault: 'the page drips',
        ...serving('limit_rate 10;'),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'the page comes slowly',
        ...serving('limit_rate 20k;'),
        expected: { state: 'degraded', cause: 'slow' },
      },
      {
        fault: 'the site limits how often we come',
        ...serving('return 429;'),
        expected: { state: 'degraded', cause: 'bad_status' },
      },
      {
        fault: 'the certificate has expired',
        ...certified({ fromDays: -91, toDays: -1 }),
        expected: { state: 'down', cause: 'tls_expired' },
      },
      {
        fault: 'a firewall drops what arrives',
        ...blocked('tcp dport PORT drop'),
        expected: { state: 'down', cause: 'timeout_connect' },
      },
      {
        fault: 'a firewall forbids the port',
        ...blocked('tcp dport PORT reject with icmpx type admin-prohibited'),
        expected: { state: 'down', cause: 'unreachable' },
      },
      {
        fault: 'only IPv6 is dead',
        ...blocked('ip6 daddr ::1 tcp dport PORT reject with tcp reset'),
        expected: { state: 'degraded', cause: 'refused' },
      },
      { fault: 'nginx is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      { fault: 'nginx stands still for two seconds', ...frozen, expected: 'nothing', probes: 1 },
      {
        fault: 'two errors while a new version is brought out',
        ...serving('return 502;'),
        expected: 'nothing',
        probes: 2,
      },
      { fault: 'the certificate is renewed', ...certified({ toDays: 60 }), expected: 'nothing' },
      {
        fault: 'the home page moves to another address',
        ...serving('location = / { return 301 /index.html; }'),
        expected: 'nothing',
      },
      {
        fault: 'another page, with the same title',
        inject: ({ nginx }) => writeFileSync(join(nginx.folder, 'html/index.html'), page('Bienvenue à tous')),
        mend: ({ nginx }) => writeFileSync(join(nginx.folder, 'html/index.html'), page('Bienvenue')),
        expected: 'nothing',
      },
    ],
  });
});
