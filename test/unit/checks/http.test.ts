import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import http from '../../../checks/http.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import type { Loopback } from '../../support/loopback.ts';
import { serveTls } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import type { Written } from '../../support/web.ts';
import { answerOf, inShort, seeHttp, serveAnswers } from '../../support/web.ts';

test('a page that is well has its phases and its facts', async () => {
  await using server = await serveAnswers(() => answerOf(200, 'Bienvenue'));
  const outcome = await seeHttp(server);
  expect(outcome).toMatchObject({
    kind: 'ok',
    facts: { status: 200, bodyBytes: 9, address: '127.0.0.1', redirects: 0 },
  });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'first-byte', 'transfer']);
});

describe.skipIf(!installed('openssl'))('over TLS', () => {
  let lab: Authority;
  beforeAll(() => {
    lab = new Authority();
  });
  afterAll(() => lab[Symbol.dispose]());

  type Order = Parameters<Authority['issue']>[0];
  const soon = { fromDays: -85, toDays: 5 };
  const site = (order: Order, serve: (socket: Socket) => void) => {
    const { key, chain } = lab.issue({ names: ['IP:127.0.0.1'], ...order });
    return serveTls({ key, cert: chain, ALPNProtocols: ['h2', 'http/1.1'] }, serve);
  };
  const page = (socket: Socket) => socket.once('data', () => socket.end(answerOf(200, 'Bienvenue')));
  const seeOver = async (server: Loopback, written: Written = {}, timeoutMs = 10_000) => {
    const url = `https://127.0.0.1:${server.port}/`;
    const outcome = await runCheck(http, { url, ca: lab.root.certificate, ...written }, { timeoutMs });
    await server.allClosed();
    return outcome;
  };

  test('the handshake is a phase, and the certificate a fact', async () => {
    await using server = await site({}, page);
    const outcome = await seeOver(server);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { status: 200, certificateDaysLeft: 88 } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'tls', 'first-byte', 'transfer']);
  });

  test.for<[string, Order, string]>([
    ['that has expired', { toDays: -0.5 }, 'fail tls_expired'],
    ['that soon expires', soon, 'warn tls_expiring'],
    ['for another', { names: ['DNS:www.lab.test'] }, 'fail tls_name'],
  ])('a certificate %s', async ([, order, seen]) => {
    await using server = await site(order, page);
    expect(inShort(await seeOver(server))).toBe(seen);
  });

  test('a body that drips ends at the deadline', async () => {
    await using server = await site({}, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const tap = setInterval(() => socket.write('a'), 5);
      socket.on('close', () => clearInterval(tap));
    });
    expect(inShort(await seeOver(server, {}, 500))).toBe('fail timeout_reply');
  });

  test('a certificate that soon expires is told though the redirect leads elsewhere', async () => {
    await using elsewhere = await serveAnswers(() => answerOf(200));
    await using server = await site(soon, (socket) =>
      socket.once('data', () =>
        socket.end(answerOf(301, '', [`Location: http://127.0.0.1:${elsewhere.port}/`])),
      ),
    );
    expect(inShort(await seeOver(server))).toBe('warn tls_expiring');
  });
});

describe('options', () => {
  test.for<[Written, boolean]>([
    [{ url: 'https://www.example.org/a?b' }, true],
    [{ url: 'http://[2001:db8::1]:8080/' }, true],
    [{ url: 'http://a:0/' }, false],
    [{ url: 'ftp://www.example.org/' }, false],
    [{ url: 'file:///etc/passwd' }, false],
    [{ url: 'https://user:password@www.example.org/' }, false],
    [{ url: 'www.example.org' }, false],
    [{ url: 'http://a/', headers: { 'Content-Length': '5' } }, false],
    [{ url: 'http://a/', headers: { 'X-A': 'b\r\nX-C: d' } }, false],
    [{ url: 'http://a/', headers: { 'X A': 'b' } }, false],
    [{ url: 'http://a/', bearer: 'in clear' }, false],
    [{ url: 'http://a/', basic: { user: 'a:b', password: new Secret('c') } }, false],
    [{ url: 'http://a/', method: 'CONNECT' }, false],
    [{ url: 'http://a/', redirects: { to: 'file:///a' } }, false],
    [{ url: 'http://a/', 'body-max': '2MB' }, false],
    [{ url: 'http://a/', expect: { status: '299-200' } }, false],
    [{ url: 'http://a/', expect: { status: 99 } }, false],
    [{ url: 'http://a/', expect: { body: { matches: '(?=a)' } } }, false],
    [{ url: 'http://a/', expect: { body: { matches: '(' } } }, false],
    [{ url: 'http://a/', expect: { json: [{ pointer: 'status' }] } }, false],
    [{ url: 'http://a/', expects: {} }, false],
  ])('%j: %s', ([written, isRight]) => {
    expect(http.options.safeParse(written).success).toBe(isRight);
  });

  test.for([
    [{ headers: { 'X-Token': 'a', Accept: '*/*', 'x-token': 'b' } }, ['headers']],
    [{ expect: { headers: { 'X-Token': 'a', Accept: '*/*', 'x-token': 'b' } } }, ['expect', 'headers']],
  ] as const)('%j names a header twice', ([written, path]) => {
    expect(http.options.safeParse({ url: 'http://a/', ...written }).error?.issues).toMatchObject([
      {
        path: [...path, 'x-token'],
        message: 'each header once',
        params: { found: 'x-token besides X-Token' },
      },
    ]);
  });

  test.for([
    ['https://www.example.org/', 'www.example.org'],
    ['http://[2001:db8::1]:8080/', '2001:db8::1'],
    ['http://0x7f.1/', '127.0.0.1'],
  ])('%s dials %s', ([url, target]) => {
    expect(http.target(http.options.parse({ url }))).toBe(target);
  });
});
