import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import ftp from '../../../checks/ftp.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import { serveFtp, ftpListing } from '../../support/ftp-server.ts';
import { installed } from '../../support/installed.ts';
import { serveTcp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { serveStartTls, startTlsScripts } from '../../support/starttls-server.ts';

const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
  runCheck(ftp, { host: '127.0.0.1', port, tls: false, ...written }, { timeoutMs });

test('is fine with a listing, with its phases and facts, and takes its leave', async () => {
  await using server = await serveFtp();
  const outcome = await see(server.port, { contains: 'welcome.txt' });
  expect(outcome).toMatchObject({ kind: 'ok', facts: { greeting: '(lab)', listed: 1 } });
  expect(Object.keys(outcome.phasesUs)).toEqual([
    'connect',
    'greeting',
    'login',
    'passive',
    'data',
    'listing',
  ]);
  await server.allClosed();
  expect(server.said).toEqual(['USER anonymous', 'PASS vigie@vigie.invalid', 'PASV', 'EPSV', 'LIST', 'QUIT']);
});

test('logs in with the account it is given', async () => {
  await using server = await serveFtp();
  await see(server.port, { user: 'probe', password: new Secret('hello there') });
  expect(server.said.slice(0, 2)).toEqual(['USER probe', 'PASS hello there']);
});

test.for([
  ['that knows EPSV only', { PASV: '502 no' }],
  ['that knows PASV only', { EPSV: '500 what?' }],
  ['that asks for no password', { USER: '230 welcome' }],
  ['that greets at length', { greeting: '220-Welcome\r\nto the lab\r\n220 ready' }],
  ['whose data are there at once', { LIST: '125 Data connection already open.' }],
  ['that ends with 250', { end: '250 done' }],
] as const)('a server %s is fine', async ([, answers]) => {
  await using server = await serveFtp({ answers });
  expect(await see(server.port)).toMatchObject({ kind: 'ok', facts: { listed: 1 } });
  await server.allClosed();
});

test.for([
  [
    'is full',
    { greeting: '421 There are too many connected users.' },
    'too_many_connections',
    'the greeting: 421',
  ],
  ['is not ready', { greeting: '120 in ten minutes' }, 'bad_answer', 'the greeting: 120 in ten minutes'],
  ['has too many other things to do', { greeting: '120 too many things' }, 'bad_answer', 'too many things'],
  ['is none', { greeting: 'SSH-2.0-OpenSSH' }, 'bad_answer', 'no reply with a code: SSH-2.0-OpenSSH'],
  ['refuses the user', { USER: '530 no' }, 'auth_failed', 'the log-in of anonymous: 530 no'],
  ['refuses the password', { PASS: '530 Login incorrect.' }, 'auth_failed', '530 Login incorrect.'],
  ['wants an account', { PASS: '332 Need account.' }, 'auth_failed', '332 Need account.'],
  ['has no home for the user', { PASS: '500 OOPS: cannot change directory' }, 'bad_answer', '500 OOPS'],
  ['is full for this user', { PASS: '421 Too many.' }, 'too_many_connections', '421 Too many.'],
  ['does not list', { LIST: '550 Permission denied.' }, 'bad_answer', 'the listing: 550 Permission denied.'],
  ['gives up the listing', { end: '451 disk error' }, 'bad_answer', 'the end of the listing: 451 disk error'],
] as const)('a server that %s fails', async ([, answers, cause, evidence]) => {
  await using server = await serveFtp({ answers });
  // What is left open would be so until the deadline.
  expect(await see(server.port, {}, 60_000)).toMatchObject({
    kind: 'fail',
    cause,
    evidence: expect.stringContaining(evidence),
  });
  await server.allClosed();
});

test('a password that the server repeats is not told', async () => {
  const password = 'canary-of-ftp';
  await using server = await serveFtp({ answers: { PASS: `530 ${password} is wrong` } });
  expect(await see(server.port, { user: 'probe', password: new Secret(password) })).toMatchObject({
    cause: 'auth_failed',
    evidence: 'the log-in of probe: an answer that repeats the password',
  });
});

describe('what goes wrong with the data connection is a warning:', () => {
  test.for([
    ['no way to it', { PASV: '502 no', EPSV: '502 no' }, 'no passive port: 502 no; 502 no'],
    ['a port that is none', { PASV: '502 no', EPSV: '229 (|||70000|)' }, 'no passive port: 229 (|||70000|)'],
    ['a port that refuses', { EPSV: '229 (|||1|)' }, '127.0.0.1 port 1 refused the connection'],
    ['none that the server sees', { LIST: '425 Failed to establish connection.' }, '425 Failed to establish'],
    ['one whose encryption failed', { LIST: '522 session reuse required' }, '522 session reuse required'],
    ['one that was cut', { end: '426 Failure writing network stream.' }, '426 Failure writing'],
  ] as const)('%s', async ([, answers, evidence]) => {
    await using server = await serveFtp({ answers });
    expect(await see(server.port)).toMatchObject({
      kind: 'warn',
      cause: 'data_channel',
      evidence: expect.stringContaining(evidence),
    });
    await server.allClosed();
  });

  test.for([
    ['says nothing', () => {}, 'no end of the listing'],
    ['cuts off', (socket: Socket) => socket.resetAndDestroy(), 'the server cut the connection'],
  ] as const)('one that %s', async ([, data, evidence]) => {
    await using server = await serveFtp({ data });
    expect(await see(server.port, {}, 300)).toMatchObject({
      kind: 'warn',
      cause: 'data_channel',
      evidence: expect.stringContaining(evidence),
    });
    await server.allClosed();
  });
});

test('a listing without an end is read up to a limit', async () => {
  await using server = await serveFtp({
    data: (socket) => {
      const more = () => {
        while (socket.writable && socket.write(ftpListing.repeat(100)));
      };
      socket.on('drain', more);
      more();
    },
  });
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({ kind: 'ok' });
  expect(outcome.facts['listed']).toBeLessThan(10_000);
  await server.allClosed();
});

test.for([
  ['127.0.0.1', true, 'ok'],
  ['192.0.2.7', true, 'warn'],
  ['192.0.2.7', false, 'ok'],
] as const)('PASV gives %s; asked (%s): %s', async ([address, pasv, kind]) => {
  const PASV = `227 Entering Passive Mode (${address.replaceAll('.', ',')},HIGH,LOW)`;
  await using server = await serveFtp({ answers: { PASV } });
  const outcome = await see(server.port, { pasv });
  expect(outcome).toMatchObject({ kind, facts: { listed: 1 } });
  if (outcome.kind === 'warn')
    expect(outcome).toMatchObject({
      cause: 'bad_answer',
      evidence: 'PASV sends clients to 192.0.2.7 instead of 127.0.0.1',
    });
  expect(server.said.includes('PASV')).toBe(pasv);
});

test('an address that PASV gives is never dialled, whatever EPSV says', async () => {
  const PASV = '227 Entering Passive Mode (192,0,2,7,HIGH,LOW)';
  await using server = await serveFtp({ answers: { PASV, EPSV: '500 what?' } });
  expect(await see(server.port)).toMatchObject({ kind: 'warn', cause: 'bad_answer', facts: { listed: 1 } });
});

test.for([
  ['welcome.txt', 'ok'],
  ['come.txt', 'fail'],
  ['other.txt', 'fail'],
] as const)('a listing that must contain %s: %s', async ([contains, kind]) => {
  await using server = await serveFtp();
  const outcome = await see(server.port, { contains });
  expect(outcome.kind).toBe(kind);
  if (outcome.kind === 'fail')
    expect(outcome).toMatchObject({
      cause: 'bad_answer',
      evidence: `no ${contains} in a listing of 1 lines`,
    });
});

describe.skipIf(!installed('openssl'))('encryption', () => {
  test('that is refused is a failure, and no password is sent', async () => {
    await using server = await serveFtp();
    expect(await see(server.port, { tls: true })).toMatchObject({
      kind: 'fail',
      cause: 'tls_proto',
      evidence: 'encryption is refused: 502 Command not implemented.',
    });
    expect(server.said).toEqual(['AUTH TLS']);
  });

  test('under which a bad certificate is shown is a failure, and nothing is said under it', async () => {
    using lab = new Authority();
    const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'], fromDays: -9, toDays: -1 });
    const said: string[] = [];
    await using server = await serveStartTls(startTlsScripts.ftp, { key, cert: chain }, said);
    expect(await see(server.port, { tls: true, ca: lab.root.certificate })).toMatchObject({
      kind: 'fail',
      cause: 'tls_expired',
    });
    await server.allClosed();
    expect(said).toEqual([]);
  });

  test('before which something is injected is a failure', async () => {
    using lab = new Authority();
    const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'] });
    const script = { ...startTlsScripts.ftp, consent: '234 begin\r\n230 injected\r\n' };
    await using server = await serveStartTls(script, { key, cert: chain });
    expect(await see(server.port, { tls: true, ca: lab.root.certificate })).toMatchObject({
      cause: 'protocol',
      evidence: expect.stringContaining('speaks before the encryption'),
    });
  });
});

test('a server that says nothing is given up at the deadline', async () => {
  await using server = await serveTcp(() => {});
  expect(await see(server.port, {}, 100)).toMatchObject({ kind: 'fail', cause: 'timeout_reply' });
  await server.allClosed();
});

test.for([
  [{ user: 'probe' }],
  [{ user: 'pro\nbe', password: new Secret('x') }],
  [{ user: 'probe', password: new Secret('x\r\nDELE all') }],
  [{ password: 'in the file' }],
  [{ contains: '' }],
])('refuses %o', ([written]) => {
  const good = { host: 'lab.test', user: 'probe', password: new Secret('x'), contains: 'a' };
  expect(ftp.options.safeParse(good).success).toBe(true);
  expect(ftp.options.safeParse({ host: 'lab.test', ...written }).success).toBe(false);
});
