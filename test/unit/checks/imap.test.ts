import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import imap from '../../../checks/imap.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import type { LineScript } from '../../support/line-server.ts';
import { imapScript } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const password = 'the password of a test';
const account = { user: 'vigie', password: new Secret(password) };

const see = async (script: LineScript, written: object, timeoutMs = 5_000) => {
  await using server = await serveLines(script);
  const outcome = await runCheck(imap, { host: '127.0.0.1', port: server.port, ...written }, { timeoutMs });
  await server.allClosed();
  return { outcome, heard: server.heard };
};

test('without an account, is greeted and says good-bye', async () => {
  const { outcome, heard } = await see(imapScript(), { tls: 'none' });
  expect(outcome).toMatchObject({ kind: 'ok', facts: {} });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'greeting']);
  expect(heard).toEqual(['v1 LOGOUT']);
});

test.for([
  ['that has no room', { greeting: '* BYE too many connections\r\n' }, 'bad_answer', 'too many'],
  ['of another protocol', { greeting: '220 mail.lab.test ESMTP\r\n' }, 'bad_answer', '220 mail'],
  ['that does not come', { greeting: '' }, 'timeout_reply', 'no reply'],
] as const)('tells a greeting %s', async ([, changed, cause, evidence]) => {
  const timeoutMs = cause === 'timeout_reply' ? 100 : 5_000;
  const { outcome } = await see({ ...imapScript(), ...changed }, { tls: 'none' }, timeoutMs);
  expect(outcome).toMatchObject({ kind: 'fail', cause, evidence: expect.stringContaining(evidence) });
});

describe.skipIf(!installed('openssl'))('with an account', () => {
  let lab: Authority;
  let certificate: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
  });
  afterAll(() => lab[Symbol.dispose]());
  const enter = (script: LineScript, written: object = {}) =>
    see({ ...script, certificate, implicit: true }, { ca: lab.root.certificate, ...account, ...written });

  test('logs in, opens the mailbox for reading only, reads one header', async () => {
    const { outcome, heard } = await enter(imapScript(), { mailbox: 'Say "hi"' });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { messages: 3, tlsVersion: 'TLSv1.3' } });
    const phases = ['connect', 'tls', 'greeting', 'auth', 'select', 'fetch'];
    expect(Object.keys(outcome.phasesUs)).toEqual(phases);
    expect(heard).toEqual([
      'v1 AUTHENTICATE PLAIN',
      Buffer.from(`\0vigie\0${password}`).toString('base64'),
      'v2 EXAMINE "Say \\"hi\\""',
      'v3 FETCH * (BODY.PEEK[HEADER.FIELDS (DATE)])',
      'v4 LOGOUT',
    ]);
  });

  test('reads nothing in an empty mailbox', async () => {
    const { outcome, heard } = await enter(imapScript({ EXAMINE: '* 0 EXISTS\r\nTAG OK done\r\n' }));
    expect(outcome).toMatchObject({ kind: 'ok', facts: { messages: 0 } });
    expect(heard.join()).not.toContain('FETCH');
  });

  test('encrypts on request', async () => {
    const { outcome } = await see(
      { ...imapScript(), certificate },
      { ca: lab.root.certificate, tls: 'starttls', ...account },
    );
    expect(outcome).toMatchObject({ kind: 'ok', facts: { messages: 3 } });
    expect(Object.keys(outcome.phasesUs)).toEqual([
      'connect',
      'greeting',
      'starttls',
      'tls',
      'auth',
      'select',
      'fetch',
    ]);
  });

  test('sends no password where encryption is refused', async () => {
    const { outcome, heard } = await see(
      { ...imapScript({ STARTTLS: 'TAG NO not here\r\n' }), certificate },
      { ca: lab.root.certificate, tls: 'starttls', ...account },
    );
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'tls_proto' });
    expect(heard.join()).not.toContain('AUTHENTICATE');
  });

  test.for([
    [
      'a wrong password',
      { PASSWORD: 'TAG NO [AUTHENTICATIONFAILED] Authentication failed.\r\n' },
      'fail',
      'auth_failed',
      'AUTHENTICATIONFAILED',
    ],
    [
      'passwords that nobody can check',
      { PASSWORD: 'TAG NO [UNAVAILABLE] Temporary failure.\r\n' },
      'fail',
      'auth_failed',
      'UNAVAILABLE',
    ],
    [
      'a way to log in that is not known',
      { AUTHENTICATE: 'TAG BAD unknown\r\n' },
      'fail',
      'auth_failed',
      'unknown',
    ],
    [
      'too many connections',
      { PASSWORD: 'TAG NO [LIMIT] Maximum number of connections\r\n' },
      'warn',
      'too_many_connections',
      'LIMIT',
    ],
    [
      'a good-bye instead of an answer',
      { PASSWORD: '* BYE shutting down\r\n' },
      'fail',
      'reset',
      'shutting down',
    ],
    [
      'a password that is repeated',
      { PASSWORD: `TAG NO ${password} is wrong\r\n` },
      'fail',
      'auth_failed',
      'repeats the password',
    ],
    [
      'a mailbox that cannot be opened',
      { EXAMINE: 'TAG NO [SERVERBUG] Internal error\r\n' },
      'fail',
      'bad_answer',
      'EXAMINE: NO [SERVERBUG]',
    ],
    ['a mailbox that does not count', { EXAMINE: 'TAG OK done\r\n' }, 'fail', 'bad_answer', 'how many'],
    [
      'mail that cannot be read',
      { FETCH: 'TAG NO [SERVERBUG] Internal error\r\n' },
      'fail',
      'bad_answer',
      'FETCH: NO',
    ],
    ['a literal without measure', { FETCH: '* 1 FETCH (X {999999999}\r\n' }, 'fail', 'protocol', 'bytes'],
    ['answers without end', { FETCH: '* 1 FETCH ()\r\n'.repeat(1_200) }, 'fail', 'protocol', 'responses'],
  ] as const)('tells %s', async ([, answers, kind, cause, evidence]) => {
    const { outcome } = await enter(imapScript(answers));
    expect(outcome).toMatchObject({ kind, cause, evidence: expect.stringContaining(evidence) });
    expect(JSON.stringify(outcome)).not.toContain(password);
  });

  test('is not misled by what a message says', async () => {
    const words = 'Subject: hello\r\nv3 NO this is a header\r\n';
    const answer = `* 3 FETCH (BODY[] {${words.length}}\r\n${words})\r\nTAG OK done\r\n`;
    expect((await enter(imapScript({ FETCH: answer }))).outcome).toMatchObject({ kind: 'ok' });
  });
});

test.for([
  [{ user: 'vigie' }, 'user'],
  [{ ...account, tls: 'none' }, 'user'],
  [{ mailbox: 'a\r\nb' }, 'mailbox'],
  [{ mailbox: 'é' }, 'mailbox'],
] as const)('refuses %o', ([written, path]) => {
  const { error } = imap.options.safeParse({ host: 'mail.lab.test', ...written });
  expect(error?.issues[0]?.path).toEqual([path]);
});
