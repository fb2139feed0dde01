import { describe, expect, test } from 'vitest';
import postgresql from '../../../checks/postgresql.ts';
import { Secret } from '../../../config/secret.ts';
import { runCheck } from '../../support/probe.ts';
import { postgresAsks, postgresScript, serveScript } from '../../support/scripted-database.ts';

const { at, refusal } = postgresScript;

describe('postgresql', () => {
  const run = (port: number, more: object = {}) =>
    runCheck(postgresql, { host: '127.0.0.1', port, password: new Secret('not to be seen'), ...more });

  test.for([
    [at.auth, '53300', 'sorry, too many clients already', 'too_many_connections'],
    [at.auth, '57P03', 'the database system is starting up', 'refused'],
    [at.query, '57P01', 'terminating connection due to administrator command', 'reset'],
    [at.read, '55P03', 'canceling statement due to lock timeout', 'lock_wait'],
    [at.read, '57014', 'canceling statement due to statement timeout', 'timeout_reply'],
    [at.write, '25006', 'cannot execute INSERT in a read-only transaction', 'read_only'],
    [at.write, '40P01', 'deadlock detected', 'lock_wait'],
    [at.write, '53100', 'could not extend file: No space left on device', 'read_only'],
    [at.commit, 'XX001', 'invalid page in block 0', 'bad_answer'],
  ] as const)('answer %i of a server is %s %s: %s', async ([answer, code, text, cause]) => {
    await using server = await serveScript(postgresScript, answer, (socket) =>
      socket.write(refusal(code, text)(answer)),
    );
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'fail', cause });
    expect('evidence' in outcome && outcome.evidence).toContain(`: ${code} ${text}`);
  });

  test.for([
    [at.auth, '28P01', 'password authentication failed for user "vigie"'],
    [at.auth, '28000', 'no pg_hba.conf entry for host "192.0.2.1"'],
    [at.auth, '3D000', 'database "vigie" does not exist'],
    [at.write, '42501', 'permission denied for table vigie_probe'],
  ] as const)('answer %i of a server is %s %s: says nothing about it', async ([answer, code, text]) => {
    await using server = await serveScript(postgresScript, answer, (socket) =>
      socket.write(refusal(code, text)(answer)),
    );
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
    expect('evidence' in outcome && outcome.evidence).toContain(`${code} ${text}`);
  });

  test('a server that wants the password in clear does not get it', async () => {
    await using server = await serveScript(postgresScript, at.auth, (socket) =>
      socket.write(postgresAsks.clear),
    );
    expect(await run(server.port)).toMatchObject({
      kind: 'invalid',
      evidence: expect.stringContaining('in clear'),
    });
    await server.allClosed();
    expect(server.heard()).not.toContain('not to be seen');
  });

  test('a server that wants a password where none is configured says nothing about it', async () => {
    await using server = await serveScript(postgresScript, at.auth, (socket) =>
      socket.write(postgresAsks.md5),
    );
    expect(await run(server.port, { password: undefined })).toMatchObject({
      kind: 'invalid',
      evidence: expect.stringContaining('none is configured'),
    });
  });

  test('what follows the yes to TLS in clear was slipped in', async () => {
    await using server = await serveScript(postgresScript, 0, (socket) => socket.write('SE'));
    expect(await run(server.port, { tls: true })).toMatchObject({ kind: 'fail' });
    await server.allClosed();
    expect(server.heard()).not.toContain('vigie');
  });

  test('what the server is, and which process of it answered, are facts', async () => {
    await using server = await serveScript(postgresScript);
    expect((await run(server.port)).facts).toEqual({ version: '15.20', backend: 7 });
  });

  test('the server is told its limits with the first message', async () => {
    await using server = await serveScript(postgresScript);
    await run(server.port);
    const [first = ''] = server.heard().split('SELECT 1');
    expect(first.split('\0')).toEqual(
      expect.arrayContaining([
        'application_name',
        'vigie',
        'lock_timeout',
        '2000',
        'statement_timeout',
        '4000',
      ]),
    );
  });
});
