import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pop3 from '../../../checks/pop3.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import type { LineScript } from '../../support/line-server.ts';
import { pop3Script } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const password = 'the password of a test';
const account = { user: 'vigie', password: new Secret(password) };

const see = async (script: LineScript, written: object, timeoutMs = 5_000) => {
  await using server = await serveLines(script);
  const outcome = await runCheck(pop3, { host: '127.0.0.1', port: server.port, ...written }, { timeoutMs });
  await server.allClosed();
  return { outcome, heard: server.heard };
};

test('without an account, is greeted and says good-bye', async () => {
  const { outcome, heard } = await see(pop3Script(), { tls: 'none' });
  expect(outcome).toMatchObject({ kind: 'ok', facts: {} });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'greeting']);
  expect(heard).toEqual(['QUIT']);
});

test('tells a greeting that is none', async () => {
  const { outcome } = await see({ ...pop3Script(), greeting: '-ERR no room\r\n' }, { tls: 'none' });
  expect(outcome).toMatchObject({ kind: 'fail', cause: 'bad_answer', evidence: 'no greeting: -ERR no room' });
});

describe.skipIf(!installed('openssl'))('with an account', () => {
  let lab: Authority;
  let certificate: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
  });
  afterAll(() => lab[Symbol.dispose]());
  const enter = (script: LineScript) =>
    see({ ...script, certificate, implicit: true }, { ca: lab.root.certificate, ...account });

  test('logs in, counts, and neither fetches nor deletes', async () => {
    const { outcome, heard } = await enter(pop3Script());
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { messages: 3, bytes: 1_200, tlsVersion: 'TLSv1.3' },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'tls', 'greeting', 'auth', 'stat']);
    expect(heard).toEqual(['USER vigie', `PASS ${password}`, 'STAT', 'QUIT']);
  });

  test('encrypts on request, and sends no password where that is refused', async () => {
    const asked = { ca: lab.root.certificate, tls: 'starttls', ...account };
    const { outcome } = await see({ ...pop3Script(), certificate }, asked);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { messages: 3 } });
    const refused = await see({ ...pop3Script({ STLS: '-ERR no\r\n' }), certificate }, asked);
    expect(refused.outcome).toMatchObject({ kind: 'fail', cause: 'tls_proto' });
    expect(refused.heard.join()).not.toContain('PASS');
  });

  test.for([
    ['a wrong password', { PASS: '-ERR [AUTH] Authentication failed.\r\n' }, 'fail', 'auth_failed', '[AUTH]'],
    [
      'passwords that nobody can check',
      { PASS: '-ERR [SYS/TEMP] Later.\r\n' },
      'fail',
      'auth_failed',
      'SYS/TEMP',
    ],
    ['a user that is not welcome', { USER: '-ERR no such user\r\n' }, 'fail', 'auth_failed', 'no such user'],
    [
      'a mailbox that somebody else has',
      { PASS: '-ERR [IN-USE] locked\r\n' },
      'invalid',
      'self_misconfigured',
      'taken',
    ],
    ['a password that is repeated', { PASS: `-ERR ${password}?\r\n` }, 'fail', 'auth_failed', 'repeats'],
    ['another protocol', { USER: '500 what?\r\n' }, 'fail', 'bad_answer', '500 what?'],
    ['a mailbox that does not count', { STAT: '+OK\r\n' }, 'fail', 'bad_answer', 'STAT: +OK'],
    [
      'a mailbox that cannot be opened',
      { STAT: '-ERR Internal error\r\n' },
      'fail',
      'bad_answer',
      'Internal',
    ],
    ['a server that hangs up', { STAT: undefined }, 'fail', 'reset', 'hung up'],
  ] as const)('tells %s', async ([, answers, kind, cause, evidence]) => {
    const { outcome } = await enter(pop3Script(answers));
    expect(outcome).toMatchObject({ kind, cause, evidence: expect.stringContaining(evidence) });
    expect(JSON.stringify(outcome)).not.toContain(password);
  });
});

test('refuses half an account', () => {
  const { error } = pop3.options.safeParse({ host: 'mail.lab.test', user: 'vigie' });
  expect(error?.issues[0]?.path).toEqual(['user']);
});
