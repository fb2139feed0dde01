import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../checks/lib/contract.ts';
import type { Resolver } from '../../../checks/lib/resolver.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import { Secret } from '../../../config/secret.ts';
import { post } from '../../../server/notify/lib/post.ts';
import webhook from '../../../server/notify/webhook.ts';
import { makeErrand, makeMessage } from '../../support/message.ts';
import { startReceiver } from '../../support/receiver.ts';
import type { Answer } from '../../support/receiver.ts';

const deliver = (url: string, errand = makeErrand()) =>
  webhook.send(makeMessage(), { url: new Secret(url), key: undefined, ca: undefined }, errand);

test.for([200, 201, 202, 204])('an answer %i is a delivery', async (status) => {
  const { url } = await startReceiver({ status });
  expect(await deliver(url)).toEqual({ kind: 'delivered', evidence: `answered ${status}` });
});

test('what the receiver said is kept to one line', async () => {
  const { url } = await startReceiver({ body: `{"ok":\n"${'x'.repeat(20_000)}"}` });
  const delivery = await deliver(url);
  expect(delivery.evidence).toMatch(/^answered 200: \{"ok": "x{150,}…$/);
});

test('of a page for browsers, only the status is kept', async () => {
  const { url } = await startReceiver({
    status: 502,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><body>Bad gateway',
  });
  expect(await deliver(url)).toEqual({ kind: 'deferred', evidence: 'answered 502' });
});

test.for([400, 401, 403, 404, 410, 413, 422])('an answer %i is a refusal', async (status) => {
  const { url } = await startReceiver({ status, body: 'no' });
  expect(await deliver(url)).toEqual({ kind: 'refused', evidence: `answered ${status}: no` });
});

test.for([408, 425, 429, 500, 502, 503, 504])('an answer %i puts the message off', async (status) => {
  const { url } = await startReceiver({ status });
  expect(await deliver(url)).toEqual({ kind: 'deferred', evidence: `answered ${status}` });
});

describe('a receiver says how long to wait', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const clock = { now: () => now, monotonicMs: () => 0 };

  test.for([
    [{ 'retry-after': '120' }, '', 120_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, '', 30_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, '', 0],
    [{ 'retry-after': '999999999' }, '', 3_600_000],
    [{ 'retry-after': 'soon' }, '', undefined],
    [{}, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}', 2_000],
    [{ 'retry-after': '7' }, '{"retry_after_ms":2000}', 7_000],
  ] as const)('with %o and the body %j', async ([headers, body, afterMs]) => {
    const { url } = await startReceiver({ status: 429, headers, body });
    const delivery = await deliver(url, makeErrand({ clock }));
    expect(delivery).toMatchObject({ kind: 'deferred' });
    expect('afterMs' in delivery ? delivery.afterMs : undefined).toBe(afterMs);
  });
});

test('a redirect is not followed: it is for somebody else to say where messages go', async () => {
  const elsewhere = await startReceiver();
  const { url } = await startReceiver({ status: 307, headers: { location: elsewhere.url } });
  expect(await deliver(url)).toEqual({
    kind: 'refused',
    evidence: 'answered 307: redirects are not followed',
  });
  expect(elsewhere.received).toEqual([]);
});

describe('a receiver that does not behave puts the message off:', () => {
  const misbehaviour: readonly (readonly [string, Answer, RegExp])[] = [
    ['hangs up', (response) => response.socket?.destroy(), /closed the connection/],
    ['speaks something else', (response) => response.socket?.end('220 smtp\r\n\r\n'), /does not speak HTTP/],
    [
      'never ends its headers',
      (response) => response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`),
      /more than 16384 bytes of headers/,
    ],
  ];

  test.for(misbehaviour)('it %s', async ([, answer, evidence]) => {
    const { url } = await startReceiver(answer);
    const delivery = await deliver(url);
    expect(delivery).toMatchObject({ kind: 'deferred', evidence: expect.stringMatching(evidence) });
  });

  test('it says nothing', async () => {
    const { url } = await startReceiver(() => {});
    const delivery = await deliver(url, makeErrand({ timeoutMs: 300 }));
    expect(delivery).toMatchObject({ kind: 'deferred', evidence: expect.stringContaining('300 ms') });
  });

  test('it drips its answer', async () => {
    const { url } = await startReceiver((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await deliver(url, makeErrand({ timeoutMs: 300 }))).toMatchObject({ kind: 'deferred' });
  });

  test('it is not there', async () => {
    expect(await deliver('http://127.0.0.1:9/')).toEqual({
      kind: 'deferred',
      evidence: '127.0.0.1 port 9 refused the connection',
    });
  });
});

test('an answer without end is a delivery, of which little is read', async () => {
  const { url } = await startReceiver((response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  expect(await deliver(url)).toMatchObject({ kind: 'delivered' });
});

test('an answer to a stopped delivery is no delivery', async () => {
  const stopping = new AbortController();
  const { url } = await startReceiver(() => stopping.abort(new Error('we stop')));
  await expect(deliver(url, makeErrand({ signal: stopping.signal }))).rejects.toThrow('we stop');
});

describe('names are looked up by the resolver that is given, one family after the other:', () => {
  const resolverOf = (addresses: Resolver['addresses']): Resolver => ({
    addresses,
    nameServers: () => Promise.resolve([]),
  });

  test('the other one when the first has no address', async () => {
    const { url, received } = await startReceiver();
    const asked: number[] = [];
    const resolver = resolverOf(async (name, family) => {
      asked.push(family);
      if (family === 4) throw new Failure('dns_no_address', `${name} has no IPv4 address`);
      return ['::ffff:127.0.0.1'];
    });
    const { port } = new URL(url);
    const posted = await post({ url: new URL(`http://hook.test:${port}/`) }, makeErrand({ resolver }));
    expect(posted).toBe('answered 200');
    expect(asked).toEqual([4, 6]);
    expect(received[0]?.headers.host).toBe(`hook.test:${port}`);
  });

  test('what the first said is the evidence when both fail', async () => {
    const resolver = resolverOf(async (name, family) => {
      if (family === 6) throw new Failure('dns_no_address', `${name} has no IPv6 address`);
      return ['127.0.0.1'];
    });
    expect(await deliver('http://hook.test:9/', makeErrand({ resolver }))).toMatchObject({
      kind: 'deferred',
      evidence: '127.0.0.1 port 9 refused the connection',
    });
  });

  test('not the other one once something was said', async () => {
    const { url, received } = await startReceiver((response) => response.socket?.destroy());
    const resolver = resolverOf(async (_, family) => [family === 4 ? '127.0.0.1' : '::ffff:127.0.0.1']);
    const { port } = new URL(url);
    expect(await deliver(`http://hook.test:${port}/`, makeErrand({ resolver }))).toMatchObject({
      kind: 'deferred',
    });
    expect(received).toHaveLength(1);
  });

  test('a name that does not exist puts the message off: the fault may be our resolver', async () => {
    const resolver = resolverOf(async (name) => {
      throw new Failure('dns_nxdomain', `${name} did not resolve`);
    });
    expect(await deliver('https://hook.test/', makeErrand({ resolver }))).toEqual({
      kind: 'deferred',
      evidence: 'hook.test did not resolve',
    });
  });
});

test('the time that is up is told as such', async () => {
  const errand = makeErrand({ signal: AbortSignal.abort(new Deadline(30_000)) });
  expect(await deliver('http://127.0.0.1:9/', errand)).toEqual({
    kind: 'deferred',
    evidence: 'no end after 30000 ms',
  });
});
