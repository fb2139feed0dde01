// The check `tls` against servers of old and new versions.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import tls from '../../checks/tls.ts';
import { Authority } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { startOpensslServer } from '../support/openssl-server.ts';
import { runCheck } from '../support/probe.ts';

let lab: Authority;
beforeAll(() => {
  lab = new Authority();
});
afterAll(() => lab[Symbol.dispose]());

const see = (port: number, written: object = {}, timeoutMs = 10_000) =>
  runCheck(tls, { host: '127.0.0.1', port, ca: lab.root.certificate, ...written }, { timeoutMs });

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
