import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import smtp from '../../../checks/smtp.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import type { LineScript } from '../../support/line-server.ts';
import { plainSmtp, smtpScript } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const envelope = { from: 'vigie@lab.test', to: 'probe@lab.test' };
const account = { user: 'vigie', password: new Secret('the password of a test') };

const see = async (script: LineScript, written: object, timeoutMs = 5_000) => {
  await using server = await serveLines(script);
  const outcome = await runCheck(smtp, { host: '127.0.0.1', port: server.port, ...written }, { timeoutMs });
  await server.allClosed();
  return { outcome, heard: server.heard };
};

test('offers an envelope, never a message, and says good-bye', async () => {
  const { outcome, heard } = await see(plainSmtp(), { tls: 'none', helo: 'probe.lab.test', ...envelope });
  expect(outcome).toMatchObject({ kind: 'ok', facts: { encrypted: false } });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'greeting', 'ehlo', 'sender', 'recipient']);
  expect(heard).toEqual([
    'EHLO probe.lab.test',
    'MAIL FROM:<vigie@lab.test>',
    'RCPT TO:<probe@lab.test>',
    'QUIT',
  ]);
});

test('offers the empty sender of bounces unless it has another, and no envelope without a recipient', async () => {
  const { heard } = await see(plainSmtp(), { tls: 'none', to: 'probe@lab.test' });
  expect(heard).toContain('MAIL FROM:<>');
  expect((await see(plainSmtp(), { tls: 'none' })).heard).toEqual(['EHLO vigie.invalid', 'QUIT']);
});

test.for([
  [
    'a greeting that refuses',
    { greeting: '554 5.3.2 no service here\r\n' },
    'fail',
    'rejected',
    'the greeting: 554',
  ],
  [
    'a greeting that asks for patience',
    { greeting: '421 4.3.0 later\r\n' },
    'warn',
    'deferred',
    '421 4.3.0 later',
  ],
  [
    'too many connections',
    { greeting: '421 4.7.0 mail.lab.test Error: too many connections from 127.0.0.1\r\n' },
    'warn',
    'too_many_connections',
    'too many connections',
  ],
  ['another protocol', { greeting: 'SSH-2.0-OpenSSH_9.2\r\n' }, 'fail', 'bad_answer', 'SSH-2.0'],
  ['silence', { greeting: '' }, 'fail', 'timeout_reply', 'no reply'],
  ['an EHLO that is not known', plainSmtp({ EHLO: '502 5.5.2 what?\r\n' }), 'fail', 'rejected', 'EHLO: 502'],
  [
    'a sender that is refused',
    plainSmtp({ MAIL: '550 5.7.1 not you\r\n' }),
    'fail',
    'rejected',
    'sender <vigie@',
  ],
  [
    'a full disk',
    plainSmtp({ MAIL: '452 4.3.1 Insufficient system storage\r\n' }),
    'warn',
    'deferred',
    '452 4.3.1',
  ],
  [
    'a recipient that is refused',
    plainSmtp({ RCPT: '550 5.1.1 unknown\r\n' }),
    'fail',
    'rejected',
    '<probe@lab.test>: 550',
  ],
  [
    'greylisting',
    plainSmtp({ RCPT: '450 4.2.0 Greylisted\r\n' }),
    'warn',
    'deferred',
    '450 4.2.0 Greylisted',
  ],
  ['a reply of another kind', plainSmtp({ RCPT: '354 go on\r\n' }), 'fail', 'bad_answer', '354 go on'],
  ['a server that hangs up', plainSmtp({ RCPT: undefined }), 'fail', 'reset', 'hung up'],
] as const)('tells %s', async ([, changed, kind, cause, evidence]) => {
  const script: LineScript = { ...plainSmtp(), ...changed };
  const timeoutMs = cause === 'timeout_reply' ? 100 : 5_000;
  const { outcome } = await see(script, { tls: 'none', ...envelope }, timeoutMs);
  expect(outcome).toMatchObject({ kind, cause, evidence: expect.stringContaining(evidence) });
});

describe.skipIf(!installed('openssl'))('encrypted', () => {
  let lab: Authority;
  let certificate: Issued;
  let ending: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
    ending = lab.issue({ names: ['IP:127.0.0.1'], fromDays: -80, toDays: 10 });
  });
  afterAll(() => lab[Symbol.dispose]());
  const see2 = (script: LineScript, written: object) =>
    see(
      { ...script, certificate: script.certificate ?? certificate },
      { ca: lab.root.certificate, ...written },
    );

  test('on request, introduces itself again, and logs in', async () => {
    const { outcome, heard } = await see2(smtpScript(), { ...account, ...envelope });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { encrypted: true, tlsVersion: 'TLSv1.3' } });
    expect(Object.keys(outcome.phasesUs)).toEqual(smtp.phases.filter((phase) => phase !== 'resolve'));
    const response = Buffer.from('\0vigie\0the password of a test').toString('base64');
    expect(heard.slice(0, 4)).toEqual([
      'EHLO vigie.invalid',
      'STARTTLS',
      'EHLO vigie.invalid',
      `AUTH PLAIN ${response}`,
    ]);
  });

  test('from the first byte', async () => {
    const { outcome } = await see2({ ...plainSmtp(), implicit: true }, { tls: 'implicit', ...account });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { encrypted: true } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'tls', 'greeting', 'ehlo', 'auth']);
  });

  test('warns of a certificate that expires soon, unless something worse is to be told', async () => {
    const script = { ...smtpScript(), certificate: ending };
    expect((await see2(script, envelope)).outcome).toMatchObject({ kind: 'warn', cause: 'tls_expiring' });
    const worse = { ...smtpScript({ RCPT: '550 no\r\n' }), certificate: ending };
    expect((await see2(worse, envelope)).outcome).toMatchObject({ kind: 'fail', cause: 'rejected' });
  });

  test.for([
    ['is not offered', plainSmtp()],
    ['is refused', smtpScript({ STARTTLS: '454 4.7.0 not now\r\n' })],
  ] as const)('%s: a warning, and a failure where a password would follow', async ([, script]) => {
    const { outcome } = await see2(script, envelope);
    expect(outcome).toMatchObject({ kind: 'warn', cause: 'tls_proto', facts: { encrypted: false } });
    const { outcome: withAccount, heard } = await see2(script, account);
    expect(withAccount).toMatchObject({ kind: 'fail', cause: 'tls_proto' });
    expect(heard.join()).not.toContain('AUTH');
  });

  test('logs in by LOGIN where there is no PLAIN', async () => {
    const answers = new Map([
      ['AUTH LOGIN', '334 VXNlcm5hbWU6\r\n'],
      ['dmlnaWU=', '334 UGFzc3dvcmQ6\r\n'],
      [Buffer.from('the password of a test').toString('base64'), '235 2.7.0 welcome\r\n'],
    ]);
    const script: LineScript = {
      ...smtpScript(),
      implicit: true,
      talk: () => (line) => answers.get(line) ?? (line === 'QUIT' ? undefined : '250 AUTH LOGIN\r\n'),
    };
    expect((await see2(script, { tls: 'implicit', ...account })).outcome).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['is refused', { AUTH: '535 5.7.8 Error: authentication failed\r\n' }, '535 5.7.8'],
    ['cannot be judged', { AUTH: '454 4.7.0 Temporary authentication failure\r\n' }, '454 4.7.0'],
    ['is offered in no way that we know', { EHLO: '250-x\r\n250-AUTH GSSAPI\r\n250 STARTTLS\r\n' }, 'GSSAPI'],
  ] as const)('a log-in that %s', async ([, answers, evidence]) => {
    const { outcome } = await see2(smtpScript(answers), account);
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause: 'auth_failed',
      evidence: expect.stringContaining(evidence),
    });
  });

  test.for([
    ['as it is', 'the password of a test'],
    ['encoded', Buffer.from('the password of a test').toString('base64')],
    ['with the user', Buffer.from('\0vigie\0the password of a test').toString('base64')],
  ] as const)('a password that the server repeats %s is not told', async ([, repeated]) => {
    const { outcome } = await see2(smtpScript({ AUTH: `535 no ${repeated}\r\n` }), account);
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'auth_failed' });
    expect(JSON.stringify(outcome)).not.toContain(repeated);
  });
});

test.for([
  [{ user: 'vigie' }, 'user'],
  [{ password: account.password }, 'user'],
  [{ ...account, tls: 'none' }, 'user'],
  [{ user: 'vigie', password: new Secret('two\r\nlines') }, 'password'],
  [{ to: 'nobody' }, 'to'],
  [{ to: 'a@lab.test>\r\nDATA' }, 'to'],
  [{ from: '<a@lab.test>' }, 'from'],
  [{ tls: 'perhaps' }, 'tls'],
] as const)('refuses %o', ([written, path]) => {
  const { error } = smtp.options.safeParse({ host: 'mx.lab.test', ...written });
  expect(error?.issues[0]?.path).toEqual([path]);
});
