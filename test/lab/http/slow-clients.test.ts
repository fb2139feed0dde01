// Clients that hold a connection and never come to an end.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { allow, text } from '../../../server/http/policy.ts';
import { listen } from '../../../server/http/server.ts';

test('who does not come to the point is sent away, and meanwhile everybody else is served', async () => {
  const app = new Hono().get(
    '/',
    allow('snapshot', () => text(200, 'hello')),
  );
  const { url, close } = await listen(app, { address: '127.0.0.1', port: 0 });
  const clients = Array.from({ length: 300 }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.write('GET / HTTP/1.1\r\nHost: vigie\r\nX-Slow: ');
    return { socket, answer: () => answer };
  });
  const dripping = setInterval(() => clients.forEach(({ socket }) => socket.write('x')), 500);
  expect(await (await fetch(url)).text()).toBe('hello\n');
  await Promise.all(clients.map(({ socket }) => once(socket, 'close')));
  clearInterval(dripping);
  expect(new Set(clients.map(({ answer }) => answer().slice(0, 12)))).toEqual(new Set(['HTTP/1.1 408']));
  expect(await (await fetch(url)).text()).toBe('hello\n');
  await close();
});

test('who asks and does not take the answer is sent away, and meanwhile everybody else is served', async () => {
  // More than lies on the way between two sockets.
  const long = new Uint8Array(32_000_000);
  const app = new Hono()
    .get(
      '/',
      allow('snapshot', () => text(200, 'hello')),
    )
    .get(
      '/long',
      allow('snapshot', () => ({ status: 200, body: long })),
    );
  const { url, close } = await listen(app, { address: '127.0.0.1', port: 0 });
  const clients = Array.from({ length: 5 }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    socket.write('GET /long HTTP/1.1\r\nHost: vigie\r\n\r\n');
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    socket.once('close', () => resolve());
    return { socket, closed };
  });
  expect(await (await fetch(url)).text()).toBe('hello\n');
  // Whoever does not read learns by writing that the other side has gone.
  await sleep(22_000);
  const knocking = setInterval(() => clients.forEach(({ socket }) => socket.write('G')), 500);
  await Promise.all(clients.map(({ closed }) => closed));
  clearInterval(knocking);
  expect(await (await fetch(url)).text()).toBe('hello\n');
  await close();
});
