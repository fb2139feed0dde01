// The check `tls` against PostgreSQL, which encrypts when it is asked to.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import tls from '../../checks/tls.ts';
import { Authority } from '../support/certificates.ts';
import { giveFile, makeFolder, removeFolder } from '../support/daemon.ts';
import { installed } from '../support/installed.ts';
import { postgresInstalled, startPostgres } from '../support/postgres.ts';
import type { Postgres } from '../support/postgres.ts';
import { runCheck } from '../support/probe.ts';

describe.skipIf(!installed('openssl') || !postgresInstalled)('tls of PostgreSQL', () => {
  let lab: Authority;
  let folder: string;
  let server: Postgres;

  const see = (written: object = {}, timeoutMs = 10_000) =>
    runCheck(
      tls,
      { host: '127.0.0.1', port: server.port, starttls: 'postgresql', ca: lab.root.certificate, ...written },
      { timeoutMs },
    );

  /** Presents this certificate from now on, and answers once a probe sees `outcome`. */
  const present = async (toDays: number, outcome: object) => {
    const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'], fromDays: -50, toDays });
    const certificate = giveFile(folder, 'server.pem', chain);
    await server.query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
    await server.query(`ALTER SYSTEM SET ssl_key_file = '${giveFile(folder, 'server.key', key)}'`);
    await reload(outcome);
  };
  const reload = async (outcome: object) => {
    await server.query('SELECT pg_reload_conf()');
    await vi.waitFor(async () => expect(await see()).toMatchObject(outcome), { timeout: 20_000 });
  };

  beforeAll(async () => {
    lab = new Authority();
    folder = makeFolder('certificate');
    server = await startPostgres();
    await server.query('ALTER SYSTEM SET ssl = on');
    await present(89, { kind: 'ok' });
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
    lab[Symbol.dispose]();
  });

  test('is fine, with a phase for the question', async () => {
    const outcome = await see();
    expect(outcome).toMatchObject({ kind: 'ok', facts: { tlsVersion: 'TLSv1.3', certificateDaysLeft: 88 } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'starttls', 'tls']);
  });

  test('an authority that we do not know', async () => {
    expect(await see({ ca: undefined })).toMatchObject({ kind: 'fail', cause: 'tls_chain' });
  });

  test('speaks no other protocol than its own', async () => {
    expect(await see({ starttls: 'smtp' }, 1_000)).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
    expect(await see({ starttls: undefined })).toMatchObject({ kind: 'fail', cause: 'reset' });
  });

  test('a frozen process accepts and says nothing', async () => {
    server.pause();
    const frozen = await see({}, 500);
    server.resume();
    expect(frozen).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
    expect(await see()).toMatchObject({ kind: 'ok' });
  });

  test('a certificate that was renewed too late, and then', async () => {
    await present(-1, { kind: 'fail', cause: 'tls_expired' });
    await present(5, { kind: 'warn', cause: 'tls_expiring' });
    await present(89, { kind: 'ok' });
  });

  test('encryption that was turned off, and on again', async () => {
    await server.query('ALTER SYSTEM SET ssl = off');
    await reload({ kind: 'fail', cause: 'tls_proto', evidence: 'encryption is refused: no encryption here' });
    await server.query('ALTER SYSTEM SET ssl = on');
    await reload({ kind: 'ok' });
  });

  test('a server that crashed', async () => {
    await server.kill();
    expect(await see()).toMatchObject({ kind: 'fail', cause: 'refused' });
  });
});
