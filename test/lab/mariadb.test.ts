import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../../checks/lib/outcome.ts';
import mariadb from '../../checks/mariadb.ts';
import { Secret } from '../../config/secret.ts';
import { Authority } from '../support/certificates.ts';
import { installed } from '../support/installed.ts';
import { account, mariadbInstalled, startMariadb } from '../support/mariadb.ts';
import type { Maria } from '../support/mariadb.ts';
import { typicalPhasesUs } from '../support/phases.ts';
import { runCheck } from '../support/probe.ts';

const probe = ({ port }: Maria, more: object = {}, circumstances = {}): Promise<Outcome> =>
  runCheck(
    mariadb,
    { host: '127.0.0.1', port, password: new Secret(account.password), ...more },
    circumstances,
  );

describe.skipIf(!mariadbInstalled)('a real MariaDB', () => {
  let maria: Maria;
  beforeAll(async () => {
    maria = await startMariadb({ slowDisk: installed('gcc') });
  });
  afterAll(() => maria.stop());

  test('gets its table from the first probe, and one row of it a family', async () => {
    expect(await probe(maria)).toMatchObject({ kind: 'ok' });
    expect(await probe(maria)).toMatchObject({ kind: 'ok' });
    expect(await maria.query('SELECT family FROM vigie.vigie_probe')).toEqual([{ family: 4 }]);
  });

  test('counts no aborted client', async () => {
    const aborted = "SHOW GLOBAL STATUS LIKE 'Aborted_c%'";
    const before = await maria.query(aborted);
    await probe(maria);
    await probe(maria, { write: false });
    expect(await maria.query(aborted)).toEqual(before);
  });

  test.skipIf(!installed('gcc'))('with a slow disk is slow in the commit and nowhere else', async () => {
    const normal = await typicalPhasesUs(() => probe(maria));
    maria.delayFsync(40);
    const slow = await typicalPhasesUs(() => probe(maria));
    maria.delayFsync(0);
    const after = await typicalPhasesUs(() => probe(maria));
    expect(slow['commit']).toBeGreaterThan(4 * normal['commit']!);
    expect(slow['commit']).toBeGreaterThan(4 * after['commit']!);
    for (const phase of ['connect', 'auth', 'query', 'read', 'write'])
      expect(slow[phase], phase).toBeLessThan(slow['commit']! / 4);
  });

  test('that is frozen accepts and sends no greeting, and is well when it goes on', async () => {
    maria.pause();
    const outcome = await probe(maria, {}, { timeoutMs: 1_000 });
    maria.resume();
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
      evidence: expect.stringContaining('accepted the connection and sent no greeting'),
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect']);
    expect(await probe(maria)).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['row', 'SELECT * FROM vigie.vigie_probe FOR UPDATE', 'write: 1205'],
    ['table', 'LOCK TABLES vigie.vigie_probe WRITE', 'read: 1205'],
    ['whole server', 'FLUSH TABLES WITH READ LOCK', 'write: 1205'],
  ] as const)('whose %s somebody holds locked is lock_wait', async ([, lock, evidence]) => {
    await probe(maria);
    const other = await maria.connect();
    await other.query('SET autocommit = 0');
    await other.query(lock);
    const outcome = await probe(maria);
    await other.end();
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'lock_wait' });
    expect('evidence' in outcome && outcome.evidence).toContain(evidence);
    expect(await probe(maria)).toMatchObject({ kind: 'ok' });
  });

  test('that is full lets nobody in', async () => {
    await maria.query('SET GLOBAL max_connections = 10');
    const members = await fill(maria);
    const outcome = await probe(maria);
    for (const member of members) member.destroy();
    await maria.query('SET GLOBAL max_connections = 100');
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'too_many_connections',
      evidence: expect.stringContaining('auth: 1040'),
    });
  });

  test('that is read-only fails where a write is expected, and only there', async () => {
    await maria.query('SET GLOBAL read_only = 1');
    const outcome = await probe(maria);
    const reading = await probe(maria, { write: false });
    await maria.query('SET GLOBAL read_only = 0');
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'read_only' });
    expect(outcome.phasesUs).toHaveProperty('read');
    expect(reading).toMatchObject({ kind: 'ok' });
  });

  test('whose table is full cannot be written', async () => {
    await maria.query('DROP TABLE vigie.vigie_probe');
    await maria.query('SET max_heap_table_size = 16384');
    await maria.query(
      'CREATE TABLE vigie.vigie_probe (family INT PRIMARY KEY, probed_at DATETIME(6)) ENGINE = MEMORY',
    );
    await maria
      .query('INSERT INTO vigie.vigie_probe SELECT seq + 10, NOW(6) FROM mysql.seq_1_to_100000')
      .catch(() => {});
    const outcome = await probe(maria);
    await maria.query('DROP TABLE vigie.vigie_probe');
    await probe(maria);
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'read_only',
      evidence: expect.stringContaining('write: 1114'),
    });
  });

  test.for([
    ['with a wrong password', { password: new Secret('not to be seen') }, 'auth: 1045'],
    ['with an unknown account', { user: 'nobody' }, 'auth: 1045'],
    ['without rights on its database', { database: 'mysql' }, 'read: 1142'],
  ] as const)('says nothing about itself to a probe %s', async ([, more, evidence]) => {
    const outcome = await probe(maria, more);
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
    expect('evidence' in outcome && outcome.evidence).toContain(evidence);
    expect(JSON.stringify(outcome)).not.toContain('not to be seen');
  });

  test('stops a statement that takes too long, itself', async () => {
    await sleepInWrites(maria);
    const outcome = await probe(maria);
    await vi.waitFor(async () => expect(await statements(maria)).toEqual([]));
    await maria.query('DROP TRIGGER vigie.slow');
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
      evidence: expect.stringContaining('write: 1969'),
    });
  });

  test('runs no statement for long after its probe has given up', async () => {
    await sleepInWrites(maria);
    const outcome = await probe(maria, {}, { timeoutMs: 1_000 });
    const left = await statements(maria);
    await vi.waitFor(async () => expect(await statements(maria)).toEqual([]), { timeout: 20_000 });
    await maria.query('DROP TRIGGER vigie.slow');
    expect(outcome).toMatchObject({ cause: 'timeout_reply' });
    expect(left).toHaveLength(1);
  });

  test('whose administrator ends the connection is reset', async () => {
    await sleepInWrites(maria);
    const outcome = probe(maria);
    const [running] = await vi.waitFor(async () => {
      const found = await statements(maria);
      expect(found).toHaveLength(1);
      return found;
    });
    await maria.query(`KILL ${running?.['id']}`);
    expect(await outcome).toMatchObject({ kind: 'fail', cause: 'reset' });
    await maria.query('DROP TRIGGER vigie.slow');
  });
});

describe.skipIf(!mariadbInstalled || !installed('openssl'))('a real MariaDB with TLS', () => {
  let lab: Authority;
  let maria: Maria;
  beforeAll(async () => {
    lab = new Authority();
    maria = await startMariadb({ certificate: lab.issue({ names: ['IP:127.0.0.1'] }) });
  });
  afterAll(async () => {
    await maria.stop();
    lab[Symbol.dispose]();
  });

  test('is probed encrypted, and the handshake is a phase', async () => {
    const outcome = await probe(maria, { tls: true, ca: lab.root.certificate });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { certificateIssuer: 'Lab Intermediate' } });
    expect(Object.keys(outcome.phasesUs)).toContain('tls');
  });

  test.for([
    ['the wrong name', { servername: 'db1.lab.test' }, 'tls_name'],
    ['an authority that nobody trusts', { ca: undefined }, 'tls_chain'],
  ] as const)('with a certificate of %s is not logged in to', async ([, more, cause]) => {
    const outcome = await probe(maria, { tls: true, ca: lab.root.certificate, ...more });
    expect(outcome).toMatchObject({ kind: 'fail', cause });
    expect(outcome.phasesUs).not.toHaveProperty('query');
  });

  test('warns of a certificate that expires', async () => {
    const outcome = await probe(maria, { tls: true, ca: lab.root.certificate, expires: { warn: '100d' } });
    expect(outcome).toMatchObject({ kind: 'warn', cause: 'tls_expiring' });
    expect(outcome.phasesUs).toHaveProperty('commit');
  });
});

/** Connects as members do until there is no room. */
const fill = async ({ port }: Maria) => {
  const members = [];
  for (;;) {
    try {
      members.push(await createConnection({ host: '127.0.0.1', port, ...account }));
    } catch {
      return members;
    }
  }
};

const sleepInWrites = (maria: Maria) =>
  maria.query('CREATE TRIGGER vigie.slow BEFORE INSERT ON vigie.vigie_probe FOR EACH ROW DO SLEEP(30)');

/** What sleeps: a trigger is shown under the name of whoever made it. */
const statements = (maria: Maria) =>
  maria.query("SELECT id FROM information_schema.processlist WHERE state = 'User sleep'");
