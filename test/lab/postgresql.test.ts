import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../../checks/lib/outcome.ts';
import postgresql from '../../checks/postgresql.ts';
import { Secret } from '../../config/secret.ts';
import { Authority } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { typicalPhasesUs } from '../support/phases.ts';
import { account, postgresInstalled, startPostgres } from '../support/postgres.ts';
import type { Postgres } from '../support/postgres.ts';
import { runCheck } from '../support/probe.ts';

const probe = ({ port }: Postgres, more: object = {}, circumstances = {}): Promise<Outcome> =>
  runCheck(
    postgresql,
    { host: '127.0.0.1', port, password: new Secret(account.password), ...more },
    circumstances,
  );

describe.skipIf(!postgresInstalled)('a real PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ settings: ['--max-connections=12'], slowDisk: installed('gcc') });
  });
  afterAll(() => postgres.stop());

  test('gets its table from the first probe, and one row of it a family', async () => {
    expect(await probe(postgres)).toMatchObject({ kind: 'ok' });
    expect(await probe(postgres)).toMatchObject({ kind: 'ok' });
    expect(await postgres.query('SELECT family FROM vigie_probe')).toEqual([{ family: 4 }]);
  });

  test('keeps the table in the schema of the account, if it has one', async () => {
    await postgres.query('DROP TABLE vigie_probe');
    await postgres.query('CREATE SCHEMA vigie AUTHORIZATION vigie');
    expect(await probe(postgres)).toMatchObject({ kind: 'ok' });
    expect(await postgres.query('SELECT family FROM vigie.vigie_probe')).toEqual([{ family: 4 }]);
    await postgres.query('DROP SCHEMA vigie CASCADE');
  });

  test.skipIf(!installed('gcc'))('with a slow disk is slow in the commit and nowhere else', async () => {
    await probe(postgres);
    const normal = await typicalPhasesUs(() => probe(postgres));
    postgres.delayFsync(40);
    const slow = await typicalPhasesUs(() => probe(postgres));
    postgres.delayFsync(0);
    const after = await typicalPhasesUs(() => probe(postgres));
    expect(slow['commit']).toBeGreaterThan(4 * normal['commit']!);
    expect(slow['commit']).toBeGreaterThan(4 * after['commit']!);
    for (const phase of ['connect', 'auth', 'query', 'read', 'write'])
      expect(slow[phase], phase).toBeLessThan(slow['commit']! / 2);
  });

  test('that is frozen accepts and sends no greeting, and is well when it goes on', async () => {
    postgres.pause();
    const outcome = await probe(postgres, {}, { timeoutMs: 1_000 });
    postgres.resume();
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
      evidence: expect.stringContaining('accepted the connection and sent no greeting'),
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect']);
    expect(await probe(postgres)).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['row', 'SELECT * FROM vigie_probe FOR UPDATE', 'write: 55P03'],
    ['table', 'LOCK TABLE vigie_probe', 'read: 55P03'],
  ] as const)('whose %s somebody holds locked is lock_wait', async ([, lock, evidence]) => {
    await probe(postgres);
    const other = await postgres.connect();
    await other.query('BEGIN');
    await other.query(lock);
    const outcome = await probe(postgres);
    await other.end();
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'lock_wait' });
    expect('evidence' in outcome && outcome.evidence).toContain(evidence);
    expect(await probe(postgres)).toMatchObject({ kind: 'ok' });
  });

  test('that is full lets nobody in', async () => {
    const members = await fill(postgres);
    const outcome = await probe(postgres);
    await Promise.all(members.map((member) => member.end()));
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'too_many_connections',
      evidence: expect.stringContaining('auth: 53300'),
    });
  });

  test('that is read-only fails where a write is expected, and only there', async () => {
    await postgres.query('ALTER DATABASE vigie SET default_transaction_read_only = on');
    const outcome = await probe(postgres);
    const reading = await probe(postgres, { write: false });
    await postgres.query('ALTER DATABASE vigie RESET default_transaction_read_only');
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'read_only' });
    expect(outcome.phasesUs).toHaveProperty('read');
    expect(reading).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['with a wrong password', { password: new Secret('not to be seen') }, 'auth: 28P01'],
    ['without a password', { password: undefined }, 'auth: the server asks for a password'],
    ['with an unknown account', { user: 'nobody' }, 'auth: 28P01'],
    ['with an unknown database', { database: 'nowhere' }, 'auth: 3D000'],
    ['that may not make its table', { database: 'postgres' }, 'read: 42501'],
  ] as const)('says nothing about itself to a probe %s', async ([, more, evidence]) => {
    const outcome = await probe(postgres, more);
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
    expect('evidence' in outcome && outcome.evidence).toContain(evidence);
    expect(JSON.stringify(outcome)).not.toContain('not to be seen');
  });

  test('says nothing about itself to a probe that may not write', async () => {
    await postgres.query('REVOKE INSERT ON vigie_probe FROM vigie');
    const outcome = await probe(postgres);
    await postgres.query('GRANT INSERT ON vigie_probe TO vigie');
    expect(outcome).toMatchObject({ kind: 'invalid', evidence: expect.stringContaining('write: 42501') });
  });

  test('stops a statement that takes too long, itself', async () => {
    await sleepInWrites(postgres);
    const outcome = await probe(postgres);
    await vi.waitFor(async () => expect(await statements(postgres)).toEqual([]));
    await writeAtOnce(postgres);
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
      evidence: expect.stringContaining('write: 57014'),
    });
  });

  test('runs no statement for long after its probe has given up', async () => {
    await sleepInWrites(postgres);
    const outcome = await probe(postgres, {}, { timeoutMs: 1_000 });
    const left = await statements(postgres);
    await vi.waitFor(async () => expect(await statements(postgres)).toEqual([]), { timeout: 20_000 });
    await writeAtOnce(postgres);
    expect(outcome).toMatchObject({ cause: 'timeout_reply' });
    expect(left).toHaveLength(1);
  });

  test('whose administrator ends the session is reset', async () => {
    await sleepInWrites(postgres);
    const outcome = probe(postgres);
    const [running] = await vi.waitFor(async () => {
      const found = await statements(postgres);
      expect(found).toHaveLength(1);
      return found;
    });
    await postgres.query(`SELECT pg_terminate_backend(${running?.['pid']})`);
    expect(await outcome).toMatchObject({ kind: 'fail', cause: 'reset' });
    await writeAtOnce(postgres);
  });
});

describe.skipIf(!postgresInstalled || !installed('openssl'))('a real PostgreSQL with TLS', () => {
  let lab: Authority;
  let postgres: Postgres;
  beforeAll(async () => {
    lab = new Authority();
    postgres = await startPostgres({ certificate: lab.issue({ names: ['IP:127.0.0.1'] }) });
  });
  afterAll(async () => {
    await postgres.stop();
    lab[Symbol.dispose]();
  });

  test('is probed encrypted, and the handshake is a phase', async () => {
    const outcome = await probe(postgres, { tls: true, ca: lab.root.certificate });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { certificateIssuer: 'Lab Intermediate' } });
    expect(Object.keys(outcome.phasesUs)).toContain('tls');
  });

  test.for([
    ['the wrong name', { servername: 'db1.lab.test' }, 'tls_name'],
    ['an authority that nobody trusts', { ca: undefined }, 'tls_chain'],
  ] as const)('with a certificate of %s is not logged in to', async ([, more, cause]) => {
    const outcome = await probe(postgres, { tls: true, ca: lab.root.certificate, ...more });
    expect(outcome).toMatchObject({ kind: 'fail', cause });
    expect(outcome.phasesUs).not.toHaveProperty('auth');
  });

  test('warns of a certificate that expires', async () => {
    const outcome = await probe(postgres, { tls: true, ca: lab.root.certificate, expires: { warn: '100d' } });
    expect(outcome).toMatchObject({ kind: 'warn', cause: 'tls_expiring' });
    expect(outcome.phasesUs).toHaveProperty('commit');
  });
});

/** Connects as members do until there is no room. */
const fill = async ({ port }: Postgres) => {
  const members: Client[] = [];
  for (;;) {
    const member = new Client({ host: '127.0.0.1', port, ...account });
    member.on('error', () => {});
    try {
      await member.connect();
      members.push(member);
    } catch {
      return members;
    }
  }
};

const sleepInWrites = (postgres: Postgres) =>
  postgres.query(`
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE INSERT ON vigie_probe FOR EACH ROW EXECUTE FUNCTION slow()`);

const writeAtOnce = (postgres: Postgres) => postgres.query('DROP FUNCTION slow CASCADE');

/** What the server does for probes right now. */
const statements = (postgres: Postgres) =>
  postgres.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'vigie' AND state = 'active'");
