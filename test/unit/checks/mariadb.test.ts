import { describe, expect, test } from 'vitest';
import mariadb from '../../../checks/mariadb.ts';
import { Secret } from '../../../config/secret.ts';
import { runCheck } from '../../support/probe.ts';
import { mariadbScript, serveScript } from '../../support/scripted-database.ts';

const { at, refusal } = mariadbScript;

describe('mariadb', () => {
  const run = (port: number) =>
    runCheck(mariadb, { host: '127.0.0.1', port, password: new Secret('not to be seen') });

  test.for([
    [0, '1040', 'Too many connections', 'too_many_connections'],
    [at.auth, '1203', 'User vigie already has more than 1 active connections', 'too_many_connections'],
    [at.query, '1053', 'Server shutdown in progress', 'reset'],
    [at.read, '1205', 'Lock wait timeout exceeded', 'lock_wait'],
    [at.read, '1969', 'Query execution was interrupted (max_statement_time exceeded)', 'timeout_reply'],
    [at.write, '1205', 'Lock wait timeout exceeded', 'lock_wait'],
    [at.write, '1213', 'Deadlock found when trying to get lock', 'lock_wait'],
    [at.write, '1290', 'The server is running with the --read-only option', 'read_only'],
    [at.write, '1114', "The table 'vigie_probe' is full", 'read_only'],
    [at.commit, '1047', 'WSREP has not yet prepared node', 'bad_answer'],
  ] as const)('answer %i of a server is %s %s: %s', async ([answer, code, text, cause]) => {
    await using server = await serveScript(mariadbScript, answer, (socket) =>
      socket.write(refusal(code, text)(answer)),
    );
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'fail', cause });
    expect('evidence' in outcome && outcome.evidence).toMatch(new RegExp(`^\\w+: ${code} `));
  });

  test.for([
    [at.auth, '1045', "Access denied for user 'vigie'@'192.0.2.1' (using password: YES)"],
    [0, '1130', "Host '192.0.2.1' is not allowed to connect to this MariaDB server"],
    [at.read, '1044', "Access denied for user 'vigie'@'%' to database 'vigie'"],
    [at.write, '1142', "INSERT command denied to user 'vigie'@'192.0.2.1' for table 'vigie_probe'"],
  ] as const)('answer %i of a server is %s %s: says nothing about it', async ([answer, code, text]) => {
    await using server = await serveScript(mariadbScript, answer, (socket) =>
      socket.write(refusal(code, text)(answer)),
    );
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
    expect('evidence' in outcome && outcome.evidence).toContain(`${code} ${text}`);
  });

  test('a server that wants a way to log in that nobody knows says nothing about it', async () => {
    const askAnotherWay = Buffer.from('\x17\0\0\x02\xfeauth_gssapi_client\0abc', 'latin1');
    await using server = await serveScript(mariadbScript, at.auth, (socket) => socket.write(askAnotherWay));
    expect(await run(server.port)).toMatchObject({
      kind: 'invalid',
      evidence: expect.stringContaining('auth_gssapi_client'),
    });
  });

  test('a server that wants the password in clear does not get it', async () => {
    const askInClear = Buffer.from('\x16\0\0\x02\xfemysql_clear_password\0', 'latin1');
    await using server = await serveScript(mariadbScript, at.auth, (socket) => socket.write(askInClear));
    expect(await run(server.port)).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
    await server.allClosed();
    expect(server.heard()).not.toContain('not to be seen');
  });

  test('what the server is, and which thread of it answered, are facts', async () => {
    await using server = await serveScript(mariadbScript);
    expect((await run(server.port)).facts).toEqual({ version: '10.11.19-MariaDB', thread: 7 });
  });

  test('the server is told its limits before anything is asked', async () => {
    await using server = await serveScript(mariadbScript);
    await run(server.port);
    const [limits = ''] = server.heard().split('SELECT 1');
    expect(limits).toMatch(/lock_wait_timeout = 2,/);
    expect(limits).toMatch(/max_statement_time = 4 /);
    expect(limits).toMatch(/max_execution_time = 4000 /);
  });
});
