import { once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { allow, text } from '../../../server/http/policy.ts';
import { rendered } from '../../../server/http/rendered.ts';
import { listen } from '../../../server/http/server.ts';
import type { Listener } from '../../../server/http/server.ts';

const app = new Hono()
  .get(
    '/',
    allow('snapshot', () => text(200, 'hello')),
  )
  .post(
    '/heartbeat',
    allow('token', () => text(200, 'ok', { Connection: 'close' })),
  );

let listener: Listener | undefined;
afterEach(() => listener?.close());
const start = async (address = '127.0.0.1'): Promise<Listener> => {
  listener = await listen(app, { address, port: 0 });
  return listener;
};

/** What a listener sends back to these bytes, until it ends the connection. */
const exchange = async ({ url }: Listener, sent: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('latin1');
  let answer = '';
  socket.on('data', (chunk: string) => (answer += chunk));
  // A listener that has heard enough may cut the connection while we still talk.
  socket.on('error', () => {});
  socket.write(sent);
  await once(socket, 'close');
  return answer;
};

describe('a listener', () => {
  test('answers where it says it does, on IPv4 and on IPv6', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const { url, close } = await start(address);
      expect(await (await fetch(url)).text()).toBe('hello\n');
      await close();
    }
  });

  test('says so when the address cannot be had', async () => {
    const { url } = await start();
    await expect(listen(app, { address: '127.0.0.1', port: Number(new URL(url).port) })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  test.for([
    ['an address of 2,000 characters', `/${'x'.repeat(1_999)}`, '404'],
    ['an address of 2,001 characters', `/${'x'.repeat(2_000)}`, '414'],
    ['8 kB of headers', `/ HTTP/1.1\r\nX: ${'x'.repeat(8_200)}`, '431'],
  ] as const)('answers %s with %s', async ([, path, status]) => {
    const request = path.includes('HTTP') ? path : `${path} HTTP/1.1`;
    const answer = await exchange(
      await start(),
      `GET ${request}\r\nHost: vigie\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  });

  test.for([
    ['HTTP/1.0', '', '200'],
    ['HTTP/1.0', 'Host: vigie\r\n', '200'],
    ['HTTP/1.0', 'Host: vi gie\r\n', '400'],
    ['HTTP/1.1', '', '400'],
    ['HTTP/1.1', 'Host: \r\n', '400'],
    ['HTTP/1.1', 'Host: vi gie\r\n', '400'],
  ] as const)('answers a request by %s with %j as its host with %s', async ([version, host, status]) => {
    const answer = await exchange(await start(), `GET / ${version}\r\n${host}Connection: close\r\n\r\n`);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  });

  test.for([
    ['127.0.0.1:3211', '200'],
    ['[::1]:3211', '200'],
    ['localhost:3211', '200'],
    ['Vigie.example.org', '200'],
    ['vigie.example.org.evil.example', '421'],
    ['evil.example:3211', '421'],
    ['127.0.0.1.evil.example', '421'],
    ['localhost.evil.example', '421'],
    ['evil.example@127.0.0.1@evil.example', '421'],
    ['', '421'],
  ] as const)('that knows its names answers who asks for %j with %s', async ([host, status]) => {
    listener = await listen(app, { address: '127.0.0.1', port: 0 }, { names: () => ['vigie.Example.org'] });
    const answer = await exchange(listener, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(answer.includes('hello')).toBe(status === '200');
  });

  test('does not take in a body that nobody reads', async () => {
    const head = 'POST /heartbeat HTTP/1.1\r\nHost: vigie\r\nContent-Length: 1000000000\r\n\r\n';
    expect(await exchange(await start(), `${head}${'x'.repeat(100_000)}`)).toContain('200 OK');
  });

  test.for([
    [8, 'all', [8]],
    [9, 'not all', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [900, 'not all', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ] as const)('answers of %i requests that wait for no answer %s', async ([requests, , answers]) => {
    const request = 'GET / HTTP/1.1\r\nHost: vigie\r\n\r\n';
    const last = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const answer = await exchange(await start(), request.repeat(requests - 1) + last);
    expect(answers).toContain(answer.split('200 OK').length - 1);
  });

  test('makes no more of them where they are ready', async () => {
    const shelf = () => rendered('text/plain', 'hello');
    listener = await listen(app, { address: '127.0.0.1', port: 0 }, { shelf });
    const answer = await exchange(listener, 'GET / HTTP/1.1\r\nHost: vigie\r\n\r\n'.repeat(900));
    expect(answer.split('200 OK').length - 1).toBeLessThanOrEqual(8);
  });

  test('answers on one connection whoever waits for his answers', async () => {
    const { url } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    for (let i = 0; i < 30; i++) {
      socket.write('GET / HTTP/1.1\r\nHost: vigie\r\n\r\n');
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(chunk.toString('latin1')).toContain('200 OK');
    }
    socket.destroy();
  });

  test('lets go of connections that have nothing to say when it closes', async () => {
    const opened = await start();
    const socket = connect(Number(new URL(opened.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\nHost: vigie\r\n\r\n');
    await once(socket, 'data');
    await opened.close();
    await closed;
    await expect(fetch(opened.url)).rejects.toThrow();
  });
});
