import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../../checks/lib/contract.ts';
import type { Outcome } from '../../../../checks/lib/outcome.ts';
import mariadb from '../../../../checks/mariadb.ts';
import postgresql from '../../../../checks/postgresql.ts';
import { Secret } from '../../../../config/secret.ts';
import { serveTcp } from '../../../support/loopback.ts';
import { runCheck } from '../../../support/probe.ts';
import { mariadbScript, postgresScript, serveScript } from '../../../support/scripted-database.ts';
import type { Script, Step } from '../../../support/scripted-database.ts';

const engines = [
  ['mariadb', mariadb, mariadbScript, { missing: '1146', denied: '1142' }],
  ['postgresql', postgresql, postgresScript, { missing: '42P01', denied: '42501' }],
] as const;

const written = (port: number) => ({ host: '127.0.0.1', port, password: new Secret('not to be seen') });

describe.for(engines)('a %s server', ([, check, script, codes]) => {
  const run = (port: number, more: object = {}, circumstances = {}): Promise<Outcome> =>
    runCheck(check, { ...written(port), ...more }, { timeoutMs: 5_000, ...circumstances });

  test('that answers is ok, with every step as a phase', async () => {
    await using server = await serveScript(script);
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'ok' });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'auth', 'query', 'read', 'write', 'commit']);
    await server.allClosed();
    expect(server.heard().endsWith(script.goodBye.toString('latin1'))).toBe(true);
  });

  const steps = ['auth', 'query', 'read', 'write', 'commit'] as const;
  const half = (socket: Socket, answer: Buffer) => socket.write(answer.subarray(0, answer.length / 2));
  const ways: readonly (readonly [string, (socket: Socket, answer: Buffer) => unknown, string])[] = [
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'reset'],
    ['ends the connection', (socket) => socket.end(), 'reset'],
    ['says half and ends', (socket, answer) => half(socket, answer) && socket.end(), 'reset'],
    ['says nothing', () => {}, 'timeout_reply'],
    ['says half and stops', half, 'timeout_reply'],
    ['sends a hundred NUL', (socket) => socket.write(Buffer.alloc(100)), 'protocol'],
    ['never ends', (socket) => endless(socket), 'protocol'],
  ];
  for (const step of steps)
    test.for(ways)(`that %s at ${step}`, async ([, misbehave, cause]) => {
      const time = new AbortController();
      await using server = await serveScript(script, script.at[step], (socket, answer) => {
        misbehave(socket, answer);
        if (cause === 'timeout_reply') setTimeout(() => time.abort(new Deadline(5_000)), 10);
      });
      const outcome = await run(server.port, {}, { stopping: time.signal });
      expect(outcome).toMatchObject({ kind: 'fail', cause });
      expect(Object.keys(outcome.phasesUs)).toEqual(['connect', ...before(step)]);
      await server.allClosed();
    });

  const before = (step: Step) => steps.slice(0, steps.indexOf(step));

  test.for([
    ['SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
    ['SMTP', '220 mail.example.org ESMTP\r\n'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['NUL', '\0'.repeat(100)],
  ] as const)('that is no database but speaks %s says so', async ([, greeting]) => {
    await using server = await serveTcp((socket) => void socket.write(greeting));
    expect(await run(server.port)).toMatchObject({ kind: 'fail', cause: 'protocol' });
    await server.allClosed();
  });

  test.for([
    ['greeting', 0, 'accepted the connection and sent no greeting'],
    ['commit', script.at.commit, 'gave no answer to commit'],
  ] as const)('that says nothing from the %s on is told so', async ([, at, evidence]) => {
    const time = new AbortController();
    await using server = await serveScript(
      script,
      at,
      () => void setTimeout(() => time.abort(new Deadline(300)), 10),
    );
    expect(await run(server.port, {}, { stopping: time.signal })).toMatchObject({
      cause: 'timeout_reply',
      evidence: `127.0.0.1 port ${server.port} ${evidence} within 300 ms`,
    });
  });

  test('whose table is missing gets one, and the making of it is not measured', async () => {
    const refuse = refusing(script, script.at.read, codes.missing);
    await using server = await serveScript(longer(script), script.at.read, refuse, { continues: true });
    expect(await run(server.port)).toMatchObject({ kind: 'ok' });
    expect(server.heard().match(/CREATE TABLE|SELECT probed_at/g)).toEqual([
      'SELECT probed_at',
      'CREATE TABLE',
      'SELECT probed_at',
    ]);
  });

  test.for([codes.missing, codes.denied])(
    'that answers %s to a probe that may not write is not read, and is ok',
    async (code) => {
      const refuse = refusing(script, script.at.read, code);
      await using server = await serveScript(script, script.at.read, refuse);
      const outcome = await run(server.port, { write: false });
      expect(outcome).toMatchObject({ kind: 'ok' });
      expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'auth', 'query']);
      expect(server.heard()).not.toMatch(/CREATE|INSERT/);
    },
  );

  test('is only read with write: false', async () => {
    await using server = await serveScript(script);
    const outcome = await run(server.port, { write: false });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'auth', 'query', 'read']);
    await server.allClosed();
    expect(server.heard()).not.toMatch(/INSERT|COMMIT/);
    expect(server.heard().endsWith(script.goodBye.toString('latin1'))).toBe(true);
  });

  test('that speaks no TLS fails where TLS is wanted, and hears no name and no password', async () => {
    await using server = await serveScript(
      script,
      0,
      (socket, answer) => socket.write(script.speaksFirst ? answer : 'N'),
      { continues: true },
    );
    expect(await run(server.port, { tls: true, user: 'somebody' })).toMatchObject({ cause: 'tls_proto' });
    expect(server.heard()).not.toContain('somebody');
  });

  test('cannot put what a terminal obeys into the evidence, nor much of anything', async () => {
    const text = `\x1b[2J${'very '.repeat(2_000)}long`;
    const refuse = (socket: Socket) => socket.write(script.refusal('9999', text)(script.at.query));
    await using server = await serveScript(script, script.at.query, refuse);
    const outcome = await run(server.port);
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'bad_answer' });
    expect('evidence' in outcome && outcome.evidence).toMatch(/^query: 9999 {1,2}\[2J\P{Cc}{150,190}$/u);
  });

  test('is told good-bye after it has refused something', async () => {
    const refuse = refusing(script, script.at.write, '9999');
    await using server = await serveScript(script, script.at.write, refuse);
    await run(server.port);
    await server.allClosed();
    expect(server.heard().endsWith(script.goodBye.toString('latin1'))).toBe(true);
  });

  test('is no longer asked when we stop, and that is no outcome', async () => {
    const stopping = new AbortController();
    await using server = await serveScript(script, script.at.query, () =>
      stopping.abort(new Error('we stop')),
    );
    await expect(run(server.port, {}, { stopping: stopping.signal })).rejects.toThrow('we stop');
    await server.allClosed();
  });

  test.for([
    ['an unknown key', { pasword: 'x' }],
    ['a password in clear', { password: 'x' }],
    ['a database that ends the quotes', { database: 'a`b' }],
    ['a user with a NUL', { user: 'a\0options\0-c' }],
    ['an unknown port', { port: 0 }],
  ] as const)('is not configured with %s', ([, more]) => {
    expect(check.options.safeParse({ ...written(3_306), ...more })).toMatchObject({ success: false });
  });
});

const refusing = (script: Script, at: number, code: string) => (socket: Socket) =>
  socket.write(script.refusal(code, 'refused')(at));

/** With answers for two statements more. */
const longer = (script: Script): Script => {
  const last = script.answers.at(-1) ?? Buffer.alloc(0);
  return { ...script, answers: [...script.answers, last, last] };
};

const endless = (socket: Socket): void => {
  // A packet that announces 60 kB, in either protocol, and then another.
  const send = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(16_384, 'D'))) continue;
    socket.once('drain', send);
  };
  send();
};
