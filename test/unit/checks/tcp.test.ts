import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import tcp from '../../../checks/tcp.ts';
import { Authority } from '../../support/certificates.ts';
import { freePort } from '../../support/daemon.ts';
import { installed } from '../../support/installed.ts';
import { serveTcp } from '../../support/loopback.ts';
import { replyTo, startNameServer } from '../../support/name-server.ts';
import { runCheck } from '../../support/probe.ts';
import { serveStartTls, startTlsScripts } from '../../support/starttls-server.ts';

const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
  runCheck(tcp, { host: '127.0.0.1', port, ...written }, { timeoutMs });

/** Says what the table says to what begins so. */
const serving =
  (greeting: string, answers: Readonly<Record<string, string>> = {}) =>
  (socket: Socket): void => {
    socket.write(greeting);
    socket.on('data', (data) => {
      const line = data.toString();
      const begin = Object.keys(answers).find((begin) => line.startsWith(begin));
      if (begin !== undefined) socket.write(answers[begin] ?? '');
    });
  };

test('is fine when the port accepts, with the phases that were reached', async () => {
  await using server = await serveTcp(() => {});
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({ kind: 'ok', facts: {} });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect']);
  await server.allClosed();
});

test('looks a name up as a phase of its own; an address has none', async () => {
  await using server = await serveTcp(() => {});
  await using names = await startNameServer((asked) => [
    replyTo(asked, { answers: [{ type: 'A', name: 'www.example.org', data: '127.0.0.1' }] }),
  ]);
  const phasesOf = async (host: string, port: number) => {
    const { phasesUs } = await runCheck(tcp, { host, port }, { resolvers: [`127.0.0.1:${names.port}`] });
    return Object.keys(phasesUs);
  };
  expect(await phasesOf('www.example.org', server.port)).toEqual(['resolve', 'connect']);
  expect(await phasesOf('www.example.org', await freePort())).toEqual(['resolve']);
  expect(await phasesOf('127.0.0.1', server.port)).toEqual(['connect']);
  await server.allClosed();
});

test('tells a port that refuses', async () => {
  const outcome = await see(await freePort());
  expect(outcome).toMatchObject({ kind: 'fail', cause: 'refused' });
  expect(Object.keys(outcome.phasesUs)).toEqual([]);
});

test('ends with a FIN: the server sees an end and no reset', async () => {
  const saw: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => saw.push('reset')).on('end', () => saw.push('end'));
    socket.on('close', () => server.close());
    socket.write('220 a greeting that nobody waits for\r\n');
    socket.resume();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const closed = new Promise((resolve) => server.once('close', resolve));
  await see(port);
  await closed;
  expect(saw).toEqual(['end']);
});

const irc = serving(':irc.lab.test NOTICE * :*** Looking up\r\nPING :a1b2\r\n', {
  'PONG a1b2': 'welcome\r\n',
});

test.for([
  ['a greeting', serving('220-one\r\n220 two\r\n'), [{ expect: '^220 ' }], '220 two'],
  ['a question', serving('', { PING: '+PONG\r\n' }), [{ send: 'PING' }, { expect: '^\\+PONG$' }], '+PONG'],
  [
    'a group that is sent back',
    irc,
    [{ expect: '^PING :(.*)' }, { send: 'PONG ${1}' }, { expect: 'welcome' }],
    'welcome',
  ],
  [
    'a line that the end of the stream ends',
    (socket: Socket) => socket.end('ready'),
    [{ expect: 'y$' }],
    'ready',
  ],
  ['only something to send', serving(''), [{ send: 'hello' }], undefined],
] as const)('a dialogue of %s is fine', async ([, serve, dialogue, answer]) => {
  await using server = await serveTcp(serve);
  const outcome = await see(server.port, { dialogue });
  expect(outcome).toMatchObject({ kind: 'ok' });
  expect(outcome.facts['answer']).toBe(answer);
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'dialogue']);
  await server.allClosed();
});

test.for([
  ['hangs up after other words', (socket: Socket) => socket.end('554 no\r\n'), 'bad_answer', '^220: 554 no'],
  ['says too many other lines', serving('250-more\r\n'.repeat(30)), 'bad_answer', '250-more | 250-more'],
  ['says another line and waits', serving('HTTP/1.1 400\r\n'), 'timeout_reply', '^220: HTTP/1.1 400'],
  ['says nothing', serving(''), 'timeout_reply', 'no reply within 100 ms'],
  ['hangs up', (socket: Socket) => socket.end(), 'reset', 'hung up'],
  ['never ends its line', serving('2'.repeat(5_000)), 'protocol', 'within 4096 bytes'],
] as const)('a dialogue fails when the server %s', async ([, serve, cause, evidence]) => {
  await using server = await serveTcp(serve);
  const outcome = await see(server.port, { dialogue: [{ expect: '^220' }] }, 100);
  expect(outcome).toMatchObject({ kind: 'fail', cause, evidence: expect.stringContaining(evidence) });
  await server.allClosed();
});

test('what the server said cannot become two lines of ours', async () => {
  const heard: string[] = [];
  await using server = await serveTcp((socket) => {
    socket.write('PING a\rMAIL FROM\r\n');
    socket.on('data', (data) => heard.push(data.toString()));
    socket.on('data', () => socket.write('ok\r\n'));
  });
  const dialogue = [{ expect: 'PING (.*)' }, { send: 'PONG ${1}' }, { expect: 'ok' }];
  expect(await see(server.port, { dialogue })).toMatchObject({ kind: 'ok' });
  expect(heard.join('')).toBe('PONG aMAIL FROM\r\n');
});

test('a pattern made to be slow is not', async () => {
  await using server = await serveTcp(serving(`${'a'.repeat(4_000)}!\r\nready\r\n`));
  const outcome = await see(server.port, { dialogue: [{ expect: '^(a+)+$|^ready' }] });
  expect(outcome).toMatchObject({ kind: 'ok', facts: { answer: 'ready' } });
});

describe.skipIf(!installed('openssl'))('starttls', () => {
  let lab: Authority;
  beforeAll(() => {
    lab = new Authority();
  });
  afterAll(() => lab[Symbol.dispose]());
  const dialogue = [
    { expect: '^220 ' },
    { send: 'EHLO vigie.invalid' },
    { expect: '^250[ -]STARTTLS' },
    { send: 'STARTTLS' },
    { expect: '^220 ' },
    { starttls: true },
    { send: 'QUIT' },
  ];
  const see = async (written: object, consent = startTlsScripts.smtp.consent) => {
    const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'], fromDays: -80, toDays: 10 });
    const said: string[] = [];
    const script = { ...startTlsScripts.smtp, consent };
    await using server = await serveStartTls(script, { key, cert: chain }, said);
    const outcome = await runCheck(tcp, { host: '127.0.0.1', port: server.port, dialogue, ...written });
    await server.allClosed();
    return { outcome, said };
  };

  test('goes on encrypted, with the verdict on the certificate', async () => {
    const { outcome, said } = await see({ ca: lab.root.certificate });
    expect(outcome).toMatchObject({
      kind: 'warn',
      cause: 'tls_expiring',
      facts: { tlsVersion: 'TLSv1.3', answer: '220 2.0.0 Ready to start TLS' },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'dialogue', 'tls']);
    expect(said).toEqual(['QUIT\r\n']);
  });

  test('fails with a certificate that is not trusted', async () => {
    expect((await see({})).outcome).toMatchObject({ kind: 'fail', cause: 'tls_chain' });
  });

  test('fails when something is injected before the encryption', async () => {
    const { outcome } = await see({ ca: lab.root.certificate }, '220 go\r\n250 injected\r\n');
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'protocol' });
  });
});

test.for([
  ['servername', 'mail.lab.test'],
  ['ca', '/etc/ssl/lab.pem'],
  ['min-version', 'TLSv1.3'],
  ['expires', { warn: '20d' }],
] as const)('refuses %s where nothing is encrypted', ([option, value]) => {
  const written = { host: 'lab.test', port: 25, [option]: value };
  const dialogue = [{ expect: '^220 ' }];
  for (const plain of [written, { ...written, dialogue }])
    expect(tcp.options.safeParse(plain).error?.issues).toMatchObject([
      { path: [option], message: 'only with a dialogue in which there is starttls: true' },
    ]);
  const encrypted = { ...written, dialogue: [...dialogue, { starttls: true }] };
  expect(tcp.options.safeParse(encrypted).success).toBe(true);
});

test.for([
  [[{ expect: '(' }]],
  [[{ expect: '(?=look)' }]],
  [[{ send: 'two\r\nlines' }]],
  [[{ expect: 'a', send: 'b' }]],
  [[{ starttls: false }]],
  [[]],
  [Array.from({ length: 21 }, () => ({ send: 'x' }))],
] as const)('refuses the dialogue %o', ([dialogue]) => {
  expect(tcp.options.safeParse({ host: 'lab.test', port: 25, dialogue: [{ expect: 'x' }] }).success).toBe(
    true,
  );
  expect(tcp.options.safeParse({ host: 'lab.test', port: 25, dialogue }).success).toBe(false);
});
