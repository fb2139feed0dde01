// What goes wrong with certificates, and with those who serve them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { startNginx } from '../../support/nginx.ts';

const names = ['DNS:www.lab.test'];

const site = (lines: string) => (port: number) =>
  `server {
  listen 127.0.0.1:${port} ssl;
  ssl_certificate site.pem;
  ssl_certificate_key site.key;
  ${lines}
}`;

const startSite = async () => {
  const lab = new Authority();
  const usual = lab.issue({ names });
  const files = { 'site.pem': usual.chain, 'site.key': usual.key };
  return { lab, usual, nginx: await startNginx({ http: site(''), files }) };
};
type Site = Awaited<ReturnType<typeof startSite>>;

const serve = async ({ nginx }: Site, { chain, key }: Pick<Issued, 'chain' | 'key'>) => {
  writeFileSync(join(nginx.folder, 'site.pem'), chain);
  writeFileSync(join(nginx.folder, 'site.key'), key);
  await nginx.restart();
};

/** Another certificate is served. */
const certified = (issue: (lab: Authority, usual: Issued) => Pick<Issued, 'chain' | 'key'>) => ({
  inject: (rig: Site) => serve(rig, issue(rig.lab, rig.usual)),
  mend: (rig: Site) => serve(rig, rig.usual),
});
const ordered = (order: Parameters<Authority['issue']>[0]) =>
  certified((lab) => lab.issue({ names, ...order }));
/** TLS is served in another way. */
const configured = (http: (port: number) => string) => ({
  inject: ({ nginx }: Site) => nginx.restart(http),
  mend: ({ nginx }: Site) => nginx.restart(site('')),
});
const dead = {
  inject: ({ nginx }: Site) => nginx.kill(),
  mend: ({ nginx }: Site) => nginx.start(),
};
const frozen = {
  inject: ({ nginx }: Site) => nginx.pause(),
  mend: ({ nginx }: Site) => nginx.resume(),
};

const faults: readonly Fault<Site>[] = [
  {
    fault: 'the certificate has expired',
    ...ordered({ fromDays: -91, toDays: -1 }),
    expected: { state: 'down', cause: 'tls_expired' },
  },
  {
    fault: 'the certificate is not yet valid',
    ...ordered({ fromDays: 1 }),
    expected: { state: 'down', cause: 'tls_not_yet_valid' },
  },
  {
    fault: 'nobody has renewed the certificate',
    ...ordered({ fromDays: -80, toDays: 9 }),
    expected: { state: 'degraded', cause: 'tls_expiring' },
  },
  {
    fault: 'the certificate has signed itself',
    ...ordered({ signedBy: 'itself' }),
    expected: { state: 'down', cause: 'tls_self_signed' },
  },
  {
    fault: 'the certificate of another site',
    ...ordered({ names: ['DNS:other.lab.test'] }),
    expected: { state: 'down', cause: 'tls_name' },
  },
  {
    fault: 'the intermediate certificate is not sent',
    ...certified((lab) => {
      const { certificate, key } = lab.issue({ names });
      return { chain: certificate, key };
    }),
    expected: { state: 'down', cause: 'tls_chain' },
  },
  {
    fault: 'an authority that nobody trusts',
    ...certified(() => {
      using other = new Authority({ name: 'Other' });
      return other.issue({ names });
    }),
    expected: { state: 'down', cause: 'tls_chain' },
  },
  {
    fault: 'TLS was forgotten',
    ...configured((port) => `server { listen 127.0.0.1:${port}; }`),
    expected: { state: 'down', cause: 'tls_proto' },
  },
  {
    fault: 'only TLS 1.1 is offered',
    ...configured(site('ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;')),
    expected: { state: 'down', cause: 'tls_proto' },
  },
  {
    fault: 'no site of that name',
    ...configured((port) => `server { listen 127.0.0.1:${port} ssl; ssl_reject_handshake on; }`),
    expected: { state: 'down', cause: 'tls_name' },
  },
  { fault: 'nginx hangs', ...frozen, expected: { state: 'down', cause: 'timeout_tls' } },
  { fault: 'nginx has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
  { fault: 'nginx is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
  { fault: 'the certificate is renewed', ...ordered({ toDays: 90 }), expected: 'nothing' },
  {
    fault: 'the certificate lives for six days only, and has four left',
    ...ordered({ fromDays: -2, toDays: 4 }),
    expected: 'nothing',
  },
  {
    fault: 'an expired certificate is sent that nobody needs',
    ...certified((lab, { chain, key }) => {
      const { certificate } = lab.issue({ names, fromDays: -91, toDays: -1 });
      return { chain: chain + certificate, key };
    }),
    expected: 'nothing',
  },
  { fault: 'only TLS 1.2 is offered', ...configured(site('ssl_protocols TLSv1.2;')), expected: 'nothing' },
];

describe.skipIf(!['nginx', 'openssl'].every(installed))('nginx', () => {
  catalogue<Site>({
    type: 'tls',
    start: startSite,
    stop: async ({ lab, nginx }) => {
      await nginx.stop();
      lab[Symbol.dispose]();
    },
    check: ({ lab, nginx }) => ({
      type: 'tls',
      host: '127.0.0.1',
      port: nginx.port,
      servername: 'www.lab.test',
      ca: lab.root.certificateFile,
      every: '60s',
      timeout: '1s',
    }),
    faults,
  });
});
