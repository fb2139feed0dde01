// The check `tls` against nginx, openssl and PostgreSQL, with what goes wrong in real life.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import tls from '../../checks/tls.ts';
import { Authority } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { startNginx } from '../support/nginx.ts';
import type { Nginx } from '../support/nginx.ts';
import { startOpensslServer } from '../support/openssl-server.ts';
import { runCheck } from '../support/probe.ts';

let lab: Authority;
beforeAll(() => {
  lab = new Authority();
});
afterAll(() => lab[Symbol.dispose]());

const see = (port: number, written: object = {}, timeoutMs = 10_000) =>
  runCheck(tls, { host: '127.0.0.1', port, ca: lab.root.certificate, ...written }, { timeoutMs });

describe.skipIf(!installed('openssl') || !installed('nginx'))('nginx', () => {
  let nginx: Nginx;

  // One site a fault, told apart by their names as on a shared host.
  const sites: Readonly<Record<string, (names: readonly string[]) => Issued>> = {
    good: (names) => lab.issue({ names }),
    expired: (names) => lab.issue({ names, fromDays: -91, toDays: -1 }),
    future: (names) => lab.issue({ names, fromDays: 1 }),
    ending: (names) => lab.issue({ names, fromDays: -80, toDays: 9 }),
    self: (names) => lab.issue({ names, signedBy: 'itself' }),
    other: () => lab.issue({ names: ['DNS:good.lab.test'] }),
    incomplete: (names) => {
      const issued = lab.issue({ names });
      return { ...issued, chain: issued.certificate };
    },
  };

  beforeAll(async () => {
    const issued = Object.entries(sites).map(
      ([site, issue]) => [site, issue([`DNS:${site}.lab.test`])] as const,
    );
    nginx = await startNginx({
      http: (port) =>
        [
          `server { listen 127.0.0.1:${port} ssl default_server; ssl_reject_handshake on; }`,
          ...issued.map(
            ([site]) => `server {
              listen 127.0.0.1:${port} ssl;
              server_name ${site}.lab.test;
              ssl_certificate ${site}.pem;
              ssl_certificate_key ${site}.key;
            }`,
          ),
        ].join('\n'),
      files: Object.fromEntries(
        issued.flatMap(([site, { key, chain }]) => [
          [`${site}.pem`, chain],
          [`${site}.key`, key],
        ]),
      ),
    });
  });
  afterAll(() => nginx.stop());

  test.for([
    ['good', { kind: 'ok' }],
    ['expired', { kind: 'fail', cause: 'tls_expired' }],
    ['future', { kind: 'fail', cause: 'tls_not_yet_valid' }],
    ['ending', { kind: 'warn', cause: 'tls_expiring' }],
    ['self', { kind: 'fail', cause: 'tls_self_signed' }],
    ['other', { kind: 'fail', cause: 'tls_name' }],
    ['incomplete', { kind: 'fail', cause: 'tls_chain' }],
    ['absent', { kind: 'fail', cause: 'tls_name' }],
  ] as const)('the site %s: %o', async ([site, outcome]) => {
    expect(await see(nginx.port, { servername: `${site}.lab.test` })).toMatchObject(outcome);
  });

  test('an authority that we do not know', async () => {
    expect(await see(nginx.port, { servername: 'good.lab.test', ca: undefined })).toMatchObject({
      kind: 'fail',
      cause: 'tls_chain',
    });
  });

  test('a frozen process accepts and says nothing; once it goes on, all is well', async () => {
    nginx.pause();
    const frozen = await see(nginx.port, { servername: 'good.lab.test' }, 500);
    nginx.resume();
    expect(frozen).toMatchObject({ kind: 'fail', cause: 'timeout_tls' });
    expect(Object.keys(frozen.phasesUs)).toEqual(['resolve', 'connect']);
    expect(await see(nginx.port, { servername: 'good.lab.test' })).toMatchObject({ kind: 'ok' });
  });

  test('a site whose TLS was forgotten', async () => {
    await using plain = await startNginx({ http: (port) => `server { listen 127.0.0.1:${port}; }` });
    expect(await see(plain.port)).toMatchObject({
      kind: 'fail',
      cause: 'tls_proto',
      evidence: 'the server does not answer in TLS',
    });
  });

  test('a site that ended', async () => {
    const ended = await startNginx({ http: (port) => `server { listen 127.0.0.1:${port}; }` });
    await ended.stop();
    expect(await see(ended.port)).toMatchObject({ kind: 'fail', cause: 'refused' });
  });
});

describe.skipIf(!installed('openssl'))('versions', () => {
  test.for([
    ['-tls1', undefined, { kind: 'fail', cause: 'tls_proto' }],
    ['-tls1_1', undefined, { kind: 'fail', cause: 'tls_proto' }],
    ['-tls1_2', undefined, { kind: 'ok', facts: { tlsVersion: 'TLSv1.2' } }],
    ['-tls1_2', 'TLSv1.3', { kind: 'fail', cause: 'tls_proto' }],
    ['-tls1_3', 'TLSv1.3', { kind: 'ok', facts: { tlsVersion: 'TLSv1.3' } }],
  ] as const)('a server of %s only, with min-version %s: %o', async ([version, minVersion, outcome]) => {
    const issued = lab.issue({ names: ['IP:127.0.0.1'] });
    await using server = await startOpensslServer(issued, [version, '-cipher', 'DEFAULT@SECLEVEL=0']);
    expect(await see(server.port, minVersion && { 'min-version': minVersion })).toMatchObject(outcome);
  });
});
